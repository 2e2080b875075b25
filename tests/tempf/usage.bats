#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What every subcommand has: help, statuses of misuse, lost output.

load helper

commands=(file dir run write spool where ls sweep rm mktemp)

misuse_of() {
	case $1 in
	run) echo 125 ;;
	mktemp) echo 1 ;;
	*) echo 2 ;;
	esac
}

@test "tempf --version" {
	run -0 --separate-stderr "$TEMPF" --version
	matches "$output" '^tempf \(libtempfile\) [0-9]+\.[0-9]+\.[0-9]+$'
	is "$stderr" ""
}

@test "tempf --help names every command" {
	run -0 --separate-stderr "$TEMPF" --help
	for command in "${commands[@]}"; do
		matches "$output" "  $command "
	done
	is "$stderr" ""
}

@test "without a command" {
	run -2 --separate-stderr "$TEMPF"
	is "$output" ""
	is "${stderr_lines[0]}" "tempf: which command?"
	is "${stderr_lines[1]}" "Try 'tempf --help' for more information."
}

@test "an unknown command" {
	run -2 --separate-stderr "$TEMPF" frobnicate
	is "$output" ""
	is "${stderr_lines[0]}" "tempf: unknown command 'frobnicate'"
}

@test "an unknown option before the command" {
	run -2 --separate-stderr "$TEMPF" --frobnicate
	is "${stderr_lines[0]}" "tempf: unrecognized option '--frobnicate'"
}

@test "each command's --help" {
	for command in "${commands[@]}"; do
		run -0 --separate-stderr "$TEMPF" "$command" --help
		matches "$output" "^Usage: tempf $command "
		matches "$output" "--help"
		is "$stderr" ""
	done
}

@test "each line of help fits a terminal" {
	for command in "" "${commands[@]}"; do
		run -0 "$TEMPF" ${command:+"$command"} --help
		for line in "${lines[@]}"; do
			((${#line} < 80)) || is "$line" "under 80 columns"
		done
	done
}

@test "each command's unknown option" {
	for command in "${commands[@]}"; do
		run --separate-stderr "$TEMPF" "$command" --frobnicate
		is "$status" "$(misuse_of "$command")"
		is "$output" ""
		is "${stderr_lines[0]}" \
			"tempf $command: unrecognized option '--frobnicate'"
		is "${stderr_lines[1]}" \
			"Try 'tempf $command --help' for more information."
		is "${#stderr_lines[@]}" 2
	done
}

@test "each command's missing or surplus operand" {
	while read -r want message arguments; do
		# shellcheck disable=SC2086
		run --separate-stderr "$TEMPF" $arguments
		is "$status" "$want"
		is "$output" ""
		matches "${stderr_lines[0]}" "^tempf [a-z]+: .*$message"
	done <<-'END'
		2 unexpected file x
		2 unexpected dir x
		125 which run
		125 which run --cd
		2 which write
		2 more write a b
		2 which write a --
		2 unexpected spool a
		2 which spool --
		2 exclude spool -o a -- b
		2 unexpected where x
		2 more ls a b
		2 more sweep a b
		2 which rm
		1 many mktemp aXXX bXXX
	END
}

@test "each command's bad option argument" {
	while read -r what value arguments; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr "$TEMPF" $arguments
		is "$output" ""
		is "${stderr_lines[0]}" "tempf ${arguments%% *}: invalid $what $value"
	done <<-'END'
		mode '8' file -m 8
		mode '' file --mode=
		mode '10000' file -m 10000
		mode '0' dir -m 0
		mode 'u+x' dir --mode u+x
		size 'x' spool --max-size x
		size '0' spool --max-size 0
		size '1X' spool --max-size=1X
		size '-1' spool --max-size=-1
		size '99999999999999999999' spool --max-size 99999999999999999999
		size '9999999T' spool --max-size 9999999T
		age '' sweep --older-than=
		age '1y' sweep --older-than 1y
	END
}

@test "help that cannot be printed is a failure" {
	for command in "${commands[@]}"; do
		run --separate-stderr -- \
			bash -c '"$0" "$1" --help >/dev/full' "$TEMPF" "$command"
		matches "$stderr" "write error: No space left on device"
		((status == 1 || status == 125))
	done
	run -1 bash -c '"$0" --help >/dev/full' "$TEMPF"
	run -1 bash -c '"$0" --version >&-' "$TEMPF"
}
