# SPDX-License-Identifier: MIT
# Completion of tempf(1) for fish; made by cli/completions/make.py.

function __tempf_uses
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

function __tempf_uses_none
    test (count (commandline -opc)) -eq 1
end

# Another command's line.
function __tempf_behind_dashes
    set -l words (commandline -opc) (commandline -ct)
    set -l at (contains -i -- -- $words[1..-2])
    and __fish_complete_subcommand --commandline $words[(math $at + 1)..]
end

complete -c tempf -f
complete -c tempf -n __tempf_uses_none -l help -d 'show help'
complete -c tempf -n __tempf_uses_none -l version -d 'print the version'
complete -c tempf -n __tempf_uses_none -a file -d 'Make an empty file and print its path; you delete it'
complete -c tempf -n __tempf_uses_none -a dir -d 'Make a directory and print its path; you delete it'
complete -c tempf -n __tempf_uses_none -a run -d 'Run CMD with TMPDIR set to a directory that dies with it'
complete -c tempf -n __tempf_uses_none -a write -d 'Turn standard input, or CMD\'s output, into FILE at one stroke'
complete -c tempf -n __tempf_uses_none -a spool -d 'Read all of standard input, then pass it on'
complete -c tempf -n __tempf_uses_none -a where -d 'Tell which temporary directory is used, and why'
complete -c tempf -n __tempf_uses_none -a ls -d 'List whose temporary files are in DIR, alive and dead'
complete -c tempf -n __tempf_uses_none -a sweep -d 'Remove what dead processes have left in DIR'
complete -c tempf -n __tempf_uses_none -a rm -d 'Remove each TREE, or file, and nothing but that'
complete -c tempf -n __tempf_uses_none -a mktemp -d 'Be GNU mktemp(1), with names from the kernel\'s source'

complete -c tempf -n '__tempf_uses file' -s p -l prefix -x -d 'begin the name with PREFIX, not with tmp'
complete -c tempf -n '__tempf_uses file' -s s -l suffix -x -d 'end the name with SUFFIX'
complete -c tempf -n '__tempf_uses file' -s d -l dir -x -a '(__fish_complete_directories)' -d 'in DIR, not in the temporary directory'
complete -c tempf -n '__tempf_uses file' -s m -l mode -x -d 'permissions, in octal, whatever the umask'
complete -c tempf -n '__tempf_uses file' -l help -d 'show this help'

complete -c tempf -n '__tempf_uses dir' -s p -l prefix -x -d 'begin the name with PREFIX, not with tmp'
complete -c tempf -n '__tempf_uses dir' -s s -l suffix -x -d 'end the name with SUFFIX'
complete -c tempf -n '__tempf_uses dir' -s d -l dir -x -a '(__fish_complete_directories)' -d 'in DIR, not in the temporary directory'
complete -c tempf -n '__tempf_uses dir' -s m -l mode -x -d 'permissions, in octal, whatever the umask'
complete -c tempf -n '__tempf_uses dir' -l shell -d 'print code for a shell to eval'
complete -c tempf -n '__tempf_uses dir' -l help -d 'show this help'

complete -c tempf -n '__tempf_uses run' -l cd -d 'start CMD in the directory'
complete -c tempf -n '__tempf_uses run' -l keep-on-failure -d 'keep the directory unless CMD exits with 0'
complete -c tempf -n '__tempf_uses run' -s I -l replace -x -d 'replace STRING, not {}, by the path; \'\': nothing'
complete -c tempf -n '__tempf_uses run' -l help -d 'show this help'
complete -c tempf -n '__tempf_uses run' -a '(__fish_complete_subcommand --fcs-skip=2 -I --replace)'

complete -c tempf -n '__tempf_uses write' -l durable -d 'on the disk when tempf ends'
complete -c tempf -n '__tempf_uses write' -l no-replace -d 'fail if FILE exists'
complete -c tempf -n '__tempf_uses write' -l private -d 'readable by you alone'
complete -c tempf -n '__tempf_uses write' -l help -d 'show this help'
complete -c tempf -n '__tempf_uses write' -F
complete -c tempf -n '__tempf_uses write' -a '(__tempf_behind_dashes)'

complete -c tempf -n '__tempf_uses spool' -l max-size -x -d 'keep up to SIZE (64M) in memory, more on disk'
complete -c tempf -n '__tempf_uses spool' -s o -l output -r -F -d 'replace FILE at one stroke, when all is read'
complete -c tempf -n '__tempf_uses spool' -l help -d 'show this help'
complete -c tempf -n '__tempf_uses spool' -a '(__tempf_behind_dashes)'

complete -c tempf -n '__tempf_uses where' -l json -d 'one object a line for each candidate'
complete -c tempf -n '__tempf_uses where' -l help -d 'show this help'

complete -c tempf -n '__tempf_uses ls' -l json -d 'one object a line'
complete -c tempf -n '__tempf_uses ls' -l help -d 'show this help'
complete -c tempf -n '__tempf_uses ls' -a '(__fish_complete_directories)'

complete -c tempf -n '__tempf_uses sweep' -s n -l dry-run -d 'remove nothing, print what would be'
complete -c tempf -n '__tempf_uses sweep' -s v -l verbose -d 'print what is removed'
complete -c tempf -n '__tempf_uses sweep' -l older-than -x -d 'only what is that old: 90s, 12h'
complete -c tempf -n '__tempf_uses sweep' -l assume-dead -d 'also what cannot be judged; needs --older-than'
complete -c tempf -n '__tempf_uses sweep' -l json -d 'one object a line'
complete -c tempf -n '__tempf_uses sweep' -l help -d 'show this help'
complete -c tempf -n '__tempf_uses sweep' -a '(__fish_complete_directories)'

complete -c tempf -n '__tempf_uses rm' -s f -l force -d 'a TREE that does not exist is no failure'
complete -c tempf -n '__tempf_uses rm' -l help -d 'show this help'
complete -c tempf -n '__tempf_uses rm' -F

complete -c tempf -n '__tempf_uses mktemp' -s d -l directory -d 'make a directory, not a file'
complete -c tempf -n '__tempf_uses mktemp' -s q -l quiet -d 'do not tell why it could not be made'
complete -c tempf -n '__tempf_uses mktemp' -s u -l dry-run -d 'make nothing, only print a name (unsafe)'
complete -c tempf -n '__tempf_uses mktemp' -l suffix -x -d 'append SUFF, which has no slash'
complete -c tempf -n '__tempf_uses mktemp' -s p -x -a '(__fish_complete_directories)' -d 'as --tmpdir=DIR'
complete -c tempf -n '__tempf_uses mktemp' -l tmpdir -d 'TEMPLATE is relative to DIR, or to $TMPDIR'
complete -c tempf -n '__tempf_uses mktemp' -s t -d 'TEMPLATE is one name in $TMPDIR, or in -p\'s DIR'
complete -c tempf -n '__tempf_uses mktemp' -s V -l version -d 'print the version'
complete -c tempf -n '__tempf_uses mktemp' -l help -d 'show this help'
complete -c tempf -n '__tempf_uses mktemp' -F
