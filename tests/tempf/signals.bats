#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tempf run and signals: what is passed on, what is passed through, what is left.

load helper

# Start tempf run in the background, and wait until its command says so. Shells
# have what is in the background ignore INT and QUIT; tempf would respect that.
start() {
	mkfifo ready
	env --default-signal=INT,QUIT "$TEMPF" run sh -c "$1" >ready 3>&- &
	supervisor=$!
	read -r child directory <ready
	export child directory
}

# Its status as the shell sees it.
finish() {
	status=0
	wait "$supervisor" || status=$?
}

@test "signals sent to tempf reach the command" {
	for signal in HUP INT QUIT TERM USR1 USR2 ALRM; do
		rm -f ready
		start "trap 'exit 9' $signal
			echo \$\$ \$TMPDIR; while :; do sleep 0.05; done"
		kill -"$signal" "$supervisor"
		finish
		is "$signal $status" "$signal 9"
		is_empty "$TMPDIR"
	done
}

@test "each signal is passed on once" {
	start 'n=0; trap "n=\$((n + 1))" USR1; trap "exit \$n" TERM
		echo $$ $TMPDIR; while :; do sleep 0.05; done'
	kill -USR1 "$supervisor"
	sleep 0.4
	kill -TERM "$supervisor"
	finish
	is "$status" 1
}

@test "a command that dies by a signal takes tempf along" {
	while read -r signal number; do
		run --separate-stderr python3 -c '
import subprocess, sys
print(subprocess.run(sys.argv[1:]).returncode)' \
			"$TEMPF" run sh -c "ulimit -c 0; kill -$signal \$\$"
		is "$signal $output" "$signal -$number"
		is "$stderr" ""
		is_empty "$TMPDIR"
	done <<-END
		HUP 1
		INT 2
		QUIT 3
		ABRT 6
		KILL 9
		USR1 10
		SEGV 11
		PIPE 13
		ALRM 14
		TERM 15
	END
}

@test "no second core" {
	run bash -c 'ulimit -c unlimited; "$0" run sh -c "ulimit -c 0; kill -QUIT \$\$"' \
		"$TEMPF"
	is "$status" 131
	is "$(ls -A)" "tmp"
}

@test "signals that were ignored stay ignored" {
	run -0 bash -c 'trap "" HUP INT; "$0" run sh -c "kill -HUP \$PPID; kill -HUP \$\$; kill -INT \$\$; exit 0"' \
		"$TEMPF"
	is_empty "$TMPDIR"
}

@test "the command starts with no signal blocked" {
	run -0 "$TEMPF" run grep SigBlk /proc/self/status
	matches "$output" "0000000000000000$"
}

@test "the terminal's signals are not passed on, and tempf outlives them" {
	command -v python3 >/dev/null || skip "no python3"
	press="$BATS_TEST_DIRNAME/on_terminal.py"
	run -0 timeout 20 python3 "$press" "$TEMPF" run sh
	is "$output" "interrupts: 1, status: 7"
	# To a command in another session the terminal has nothing to say.
	run -0 timeout 20 python3 "$press" "$TEMPF" run setsid sh
	is "$output" "interrupts: 0, status: 7"
	is_empty "$TMPDIR"
}

@test "a command that stops on a signal of its own keeps its status" {
	start 'trap "exit 0" TERM; echo $$ $TMPDIR
		while :; do sleep 0.05; done'
	kill -TERM "$supervisor"
	finish
	is "$status" 0
}

@test "tempf killed: the directory lives as long as the command" {
	start 'echo $$ $TMPDIR; exec >&-
		while [ ! -e go ]; do sleep 0.05; done
		test -d "$TMPDIR" && : >survived'
	kill -KILL "$supervisor"
	finish
	is "$status" 137
	"$TEMPF" sweep
	[[ -d $directory ]]
	: >go
	eventually test -e survived
	eventually test ! -e "/proc/$child"
	"$TEMPF" sweep
	is_empty "$TMPDIR"
}

@test "a descendant that outlives the command does not keep the directory" {
	run -0 "$TEMPF" run sh -c 'sleep 1 >/dev/null 2>&1 3>&- & echo "$TMPDIR"'
	[[ ! -e $output ]]
}

@test "the next run sweeps" {
	start 'echo $$ $TMPDIR; kill -9 $PPID; exit 0'
	finish
	[[ -d $directory ]]
	eventually test ! -e "/proc/$child"
	TEMPFILE_SWEEP=never "$TEMPF" run sleep 0.2
	[[ -d $directory ]]
	"$TEMPF" run sleep 0.2
	[[ ! -e $directory ]]
}

@test "beside traps on EXIT, in every shell" {
	for shell in dash bash zsh mksh "busybox sh"; do
		command -v "${shell%% *}" >/dev/null || continue
		for signal in TERM INT HUP QUIT PIPE; do
			# shellcheck disable=SC2086
			run "$TEMPF" run $shell -c \
				"trap : EXIT; : >\"\$TMPDIR/file\"
				ulimit -c 0; kill -$signal \$\$; sleep 1"
			((status != 125))
			is_empty "$TMPDIR"
		done
	done
}
