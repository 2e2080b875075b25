#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What is different on a terminal: colours, progress, and names that would
# command it.

load helper

on_terminal() {
	python3 "$BATS_TEST_DIRNAME/terminal.py" "$@"
}

setup() {
	command -v python3 >/dev/null || skip "no python3"
	make_scratch
	export TERM=xterm
	unset NO_COLOR
}

@test "colours on a terminal" {
	TEMP=/missing run -0 on_terminal "$TEMPF" where
	matches "${lines[0]}" "^\\^\\[\\[1m\\* $TMPDIR .*\\^\\[\\[m$"
	matches "${lines[1]}" '^\^\[\[2m- /missing .*\^\[\[m$'
}

@test "no colours elsewhere, nor where they are not wanted" {
	run -0 "$TEMPF" where
	is "${output//$'\e'/}" "$output"
	NO_COLOR=1 run -0 on_terminal "$TEMPF" where
	is "${output//^[/}" "$output"
	TERM=dumb run -0 on_terminal "$TEMPF" where
	is "${output//^[/}" "$output"
	NO_COLOR='' run -0 on_terminal "$TEMPF" where
	matches "$output" '\^\['
}

@test "what is dead is red" {
	"$TEMPF" run sh -c 'kill -KILL $PPID' || :
	run -0 on_terminal "$TEMPF" ls
	matches "$output" '^\^\[\[31mdead   \^\[\[m +[0-9]+s  '
	run -0 "$TEMPF" sweep
}

@test "a name does not command the terminal" {
	run -1 on_terminal "$TEMPF" rm $'missing\e[31m'
	is "$output" "tempf: cannot remove 'missing?[31m': No such file or directory"
	run -1 --separate-stderr "$TEMPF" rm $'missing\e[31m'
	is "$stderr" $'tempf: cannot remove \'missing\e[31m\': No such file or directory'
}

@test "rm tells what it has done, if it takes long" {
	strace -qqo /dev/null true || skip "no strace, or it may not trace"
	export ASAN_OPTIONS=detect_leaks=0 # which needs ptrace as well
	mkdir -p tree/$'odd\e'/{a,b,c,d}{1,2,3,4,5}
	run -0 on_terminal strace -qqo /dev/null \
		-e inject=unlinkat:delay_exit=150000 "$TEMPF" rm tree
	matches "$output" '\^M\^\[\[K +[0-9]+ removed  odd\?/[a-d][1-5]\^M'
	matches "$output" '\^M\^\[\[K$'
	mkdir -p tree/$'odd\e'/{a,b,c,d}{1,2,3,4,5}
	run -0 strace -qqo /dev/null \
		-e inject=unlinkat:delay_exit=150000 "$TEMPF" rm tree
	is "$output" ""
}
