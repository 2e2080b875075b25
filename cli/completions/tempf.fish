# SPDX-License-Identifier: MIT
# Completion of tempf(1) for fish.

function __tempf_uses
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

complete -c tempf -f
complete -c tempf -n 'test (count (commandline -opc)) -eq 1' -l version -d 'print the version'
complete -c tempf -l help -d 'show help'

for row in \
    'file:make an empty file and print its path' \
    'dir:make a directory and print its path' \
    'run:run a command with a directory that dies with it' \
    'write:turn input or output into a file at once' \
    'spool:read all of standard input, then pass it on' \
    'where:tell which temporary directory is used' \
    'ls:list whose temporary files are there' \
    'sweep:remove what dead processes have left' \
    'rm:remove trees safely' \
    'mktemp:be GNU mktemp'
    set -l pair (string split -m 1 : $row)
    complete -c tempf -n 'test (count (commandline -opc)) -eq 1' -a $pair[1] -d $pair[2]
end

complete -c tempf -n '__tempf_uses file dir' -s p -l prefix -x -d 'begin the name with'
complete -c tempf -n '__tempf_uses file dir' -s s -l suffix -x -d 'end the name with'
complete -c tempf -n '__tempf_uses file dir' -s d -l dir -x -a '(__fish_complete_directories)' -d where
complete -c tempf -n '__tempf_uses file dir' -s m -l mode -x -d 'permissions, in octal'
complete -c tempf -n '__tempf_uses dir' -l shell -d 'print code for a shell'

complete -c tempf -n '__tempf_uses run' -l cd -d 'start in the directory'
complete -c tempf -n '__tempf_uses run' -l keep-on-failure -d 'keep it unless the command succeeds'
complete -c tempf -n '__tempf_uses run' -s I -l replace -x -d 'replace this by the path'
complete -c tempf -n '__tempf_uses run' -x -a '(__fish_complete_subcommand --fcs-skip=2)'

complete -c tempf -n '__tempf_uses write' -l durable -d 'on the disk at the end'
complete -c tempf -n '__tempf_uses write' -l no-replace -d 'fail if the file exists'
complete -c tempf -n '__tempf_uses write' -l private -d 'readable by you alone'

complete -c tempf -n '__tempf_uses spool' -l max-size -x -d 'bytes in memory'
complete -c tempf -n '__tempf_uses spool' -s o -l output -r -F -d 'replace this file'

complete -c tempf -n '__tempf_uses where ls sweep' -l json -d 'one object a line'
complete -c tempf -n '__tempf_uses ls sweep' -a '(__fish_complete_directories)'
complete -c tempf -n '__tempf_uses sweep' -s n -l dry-run -d 'remove nothing'
complete -c tempf -n '__tempf_uses sweep' -s v -l verbose -d 'print what is removed'
complete -c tempf -n '__tempf_uses sweep' -l older-than -x -d 'only what is that old'
complete -c tempf -n '__tempf_uses sweep' -l assume-dead -d 'also what cannot be judged'

complete -c tempf -n '__tempf_uses rm' -s f -l force -d 'missing is no failure'

complete -c tempf -n '__tempf_uses mktemp' -s d -l directory -d 'a directory'
complete -c tempf -n '__tempf_uses mktemp' -s q -l quiet -d 'do not tell why not'
complete -c tempf -n '__tempf_uses mktemp' -s u -l dry-run -d 'only print a name'
complete -c tempf -n '__tempf_uses mktemp' -l suffix -x -d append
complete -c tempf -n '__tempf_uses mktemp' -s p -l tmpdir -r -a '(__fish_complete_directories)' -d where
complete -c tempf -n '__tempf_uses mktemp' -s t -d 'one name in the temporary directory'
complete -c tempf -n '__tempf_uses mktemp' -s V -l version -d 'print the version'

complete -c tempf -n '__tempf_uses write rm mktemp' -F
