#!/bin/sh
# SPDX-License-Identifier: MIT
# report_before.sh FILE: the words of the input and how often each occurs, as
# scripts do it without tempf. What is wrong with it:
#  - kill -9 leaves the directory behind
#  - between mktemp and trap so does any signal
#  - FILE is empty at first and then grows: others see a part of it
#  - if sort fails, the old FILE is lost
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
tr -cs '[:alpha:]' '\n' >"$dir/words" || exit 1
sort "$dir/words" | uniq -c >"$1"
