module peer

go 1.20
