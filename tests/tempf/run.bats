#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tempf run: the directory, the status, the command line. Signals: signals.bats

load helper

@test "TMPDIR, TEMP and TMP are a fresh private directory" {
	run -0 --separate-stderr "$TEMPF" run sh -c \
		'echo "$TMPDIR" "$TEMP" "$TMP"; stat -c "%F %a" "$TMPDIR"'
	matches "${lines[0]}" "^$TMPDIR/tempfile-[^ ]*/tmp[a-z0-9_]{12} "
	# shellcheck disable=SC2086
	set -- ${lines[0]}
	is "$1 $1" "$2 $3"
	is "${lines[1]}" "directory 700"
	is "$stderr" ""
}

@test "the directory dies with the command, full or empty, pass or fail" {
	"$TEMPF" run sh -c 'mkdir -p "$TMPDIR/a/b"; : >"$TMPDIR/a/b/c"'
	is_empty "$TMPDIR"
	run -3 "$TEMPF" run sh -c 'mktemp; exit 3'
	is_empty "$TMPDIR"
	run -127 "$TEMPF" run /nowhere/command
	is_empty "$TMPDIR"
}

@test "{} is the path, everywhere in an argument" {
	run -0 "$TEMPF" run sh -c 'echo "$1" "$2" "$TMPDIR"' {} a{}b{} {}
	path=${output##* }
	is "$output" "a${path}b$path $path $path"
}

@test "-I chooses another placeholder, or none" {
	run -0 "$TEMPF" run -I @ sh -c 'echo {} @ "$TMPDIR"'
	path=${output##* }
	is "$output" "{} $path $path"
	run -0 "$TEMPF" run --replace= echo {} @
	is "$output" "{} @"
}

@test "--cd starts there" {
	run -0 "$TEMPF" run --cd sh -c 'pwd; echo "$TMPDIR"; : >file'
	is "${lines[0]}" "${lines[1]}"
	[[ ! -e file ]]
}

@test "without --cd it stays here" {
	is "$("$TEMPF" run pwd)" "$PWD"
}

@test "options end at the command, and at --" {
	is "$("$TEMPF" run echo --cd --help)" "--cd --help"
	is "$("$TEMPF" run -- echo -- --cd)" "-- --cd"
	PATH=/usr/bin:/bin run -127 "$TEMPF" run -- --cd
}

@test "--keep-on-failure keeps on failure" {
	run -4 --separate-stderr "$TEMPF" run --keep-on-failure sh -c \
		': >"$TMPDIR/evidence"; exit 4'
	matches "$stderr" "^tempf: kept '$TMPDIR/.*'$"
	path=${stderr#tempf: kept \'}
	path=${path%\'}
	[[ -f $path/evidence ]]
	rm -r "${TMPDIR:?}"/*
}

@test "--keep-on-failure keeps after a signal" {
	run --separate-stderr "$TEMPF" run --keep-on-failure sh -c 'kill -9 $$'
	is "$status" 137
	matches "$stderr" "tempf: kept '$TMPDIR/.*'"
	rm -r "${TMPDIR:?}"/*
}

@test "--keep-on-failure removes on success" {
	run -0 --separate-stderr "$TEMPF" run --keep-on-failure true
	is "$stderr" ""
}

@test "exit statuses pass through" {
	for want in 0 1 2 77 124 125 126 127 128 255; do
		run "-$want" "$TEMPF" run sh -c "exit $want"
	done
}

@test "a command that cannot be run, as env(1) has it" {
	: >plain
	PATH=/usr/bin:/bin run -127 --separate-stderr "$TEMPF" run \
		no-such-command
	is "$stderr" \
		"tempf: cannot run 'no-such-command': No such file or directory"
	run -126 --separate-stderr "$TEMPF" run ./plain
	is "$stderr" "tempf: cannot run './plain': Permission denied"
	run -126 --separate-stderr "$TEMPF" run /
	is "$stderr" "tempf: cannot run '/': Permission denied"
}

@test "no directory: 125, and the command does not run" {
	run -125 bash -c '(trap "" XFSZ; ulimit -f 0
		exec "$0" run mkdir ran) 2>&1 | cat
		exit "${PIPESTATUS[0]}"' "$TEMPF"
	matches "$output" "^tempf: .*$TMPDIR"
	[[ ! -e ran ]]
}

@test "standard streams pass through" {
	is "$(echo in | "$TEMPF" run cat)" in
	run -0 --separate-stderr "$TEMPF" run sh -c 'echo out; echo err >&2'
	is "$output $stderr" "out err"
}

@test "streams closed before are closed in the command" {
	"$TEMPF" run sh -c 'for fd in 0 1 2; do
		[ -e /proc/$$/fd/$fd ] || echo $fd >&9; done' \
		9>open <&- >&- 2>&-
	is "$(cat open)" "$(printf '0\n1\n2')"
}

@test "the command gets no low descriptors of ours" {
	ls /proc/self/fd >without
	"$TEMPF" run ls /proc/self/fd >within
	while read -r fd; do
		((fd >= 100)) || is "$fd" "no descriptor that is not there without"
	done < <(sort within | comm -23 - <(sort without))
}

@test "SIGCHLD ignored by our parent does not lose the status" {
	run -5 bash -c 'trap "" CHLD; exec "$0" run sh -c "exit 5"' "$TEMPF"
}

@test "TEMPFILE_KEEP keeps" {
	path=$(TEMPFILE_KEEP=1 "$TEMPF" run sh -c 'echo "$TMPDIR"')
	[[ -d $path ]]
	rm -r "${TMPDIR:?}"/*
}

@test "a directory that cannot be removed is a failure" {
	[[ $(id -u) -eq 0 ]] || skip "needs root to mount"
	unshare -m true 2>/dev/null || skip "no mounts of its own here"
	run -125 --separate-stderr unshare -m "$TEMPF" run sh -c \
		'mkdir "$TMPDIR/m" && mount -t tmpfs none "$TMPDIR/m"'
	matches "$stderr" "^tempf: "
	rm -r "${TMPDIR:?}"/*
}

@test "inside one another" {
	run -0 "$TEMPF" run "$TEMPF" run sh -c 'echo "$TMPDIR"'
	matches "$output" "^$TMPDIR/tempfile-.*/tempfile-.*/tmp"
}
