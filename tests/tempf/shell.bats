#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tempf dir --shell: a directory that lives as long as a shell.

load helper

shells() {
	local shell
	for shell in dash bash zsh mksh "busybox sh" ksh; do
		command -v "${shell%% *}" >/dev/null && echo "$shell"
	done
}

is_gone() {
	[[ ! -e $1 ]]
}

# Nothing is left soon: the guard learns of the end after it.
check_gone() {
	eventually is_gone "$1"
	eventually is_empty "$TMPDIR"
}

@test "the variable is set, exported, and of a private directory" {
	while read -r shell; do
		# shellcheck disable=SC2086
		run -0 $shell -c 'eval "$("$0" dir --shell)" || exit
			env | grep "^TMPDIR="; stat -c %a "$TMPDIR"
			mkdir -p "$TMPDIR/a/b"; : >"$TMPDIR/a/b/c"' "$TEMPF"
		matches "${lines[0]}" "^TMPDIR=$TMPDIR/tempfile-[^/]*/tmp"
		is "${lines[1]}" 700
		check_gone "${lines[0]#TMPDIR=}"
	done < <(shells)
}

@test "another variable, and the options of dir" {
	mkdir "it's"
	run -0 bash -c 'eval "$("$0" dir --shell=work -p a- -s .z -m 750 -d "$1")"
		echo "$work"; stat -c %a "$work"' "$TEMPF" "$PWD/it's"
	matches "${lines[0]}" "^$PWD/it's/tempfile-[^/]*/a-[a-z0-9_]*\.z$"
	is "${lines[1]}" 750
	eventually is_empty "it's"
}

@test "however the shell ends" {
	while read -r shell; do
		for signal in TERM HUP INT QUIT PIPE KILL ABRT; do
			# shellcheck disable=SC2086
			run $shell -c 'eval "$("$0" dir --shell)"
				echo "$TMPDIR"; : >"$TMPDIR/file"
				ulimit -c 0; kill -$1 $$; sleep 1' \
				"$TEMPF" "$signal"
			check_gone "${lines[0]}"
		done
	done < <(shells)
}

@test "it is there while the shell is, whatever happens to its jobs" {
	run -0 bash -c 'eval "$("$0" dir --shell)"
		"$0" sweep
		wait
		sleep 0.3
		(exit 3)
		[ -d "$TMPDIR" ] && echo alive' "$TEMPF"
	is "$output" alive
	eventually is_empty "$TMPDIR"
}

@test "a subshell's ends with the subshell" {
	run -0 bash -c '(eval "$("$0" dir --shell=work)"; echo "$work"; true)
		sleep 0.5; ls -A "$TMPDIR"' "$TEMPF"
	is "${#lines[@]}" 1
	check_gone "${lines[0]}"
}

@test "exec hands it over" {
	run -0 bash -c 'eval "$("$0" dir --shell)"
		exec sh -c "sleep 0.3; test -d \"\$TMPDIR\""' "$TEMPF"
	eventually is_empty "$TMPDIR"
}

@test "several in one shell" {
	run -0 bash -c 'eval "$("$0" dir --shell=a)"; eval "$("$0" dir --shell=b)"
		[ "$a" != "$b" ] && [ -d "$a" ] && [ -d "$b" ]' "$TEMPF"
	eventually is_empty "$TMPDIR"
}

@test "nobody has to wait for the guard" {
	run -0 timeout 5 bash -c 'x=$("$0" dir --shell 2>&1); exec 8>&-
		pid=${x##* }; readlink "/proc/$pid/fd/0" "/proc/$pid/fd/1" \
			"/proc/$pid/fd/2"
		[ ! -e /proc/$pid/fd/8 ] || echo "8 is open"
		kill $pid' "$TEMPF" 8>&1
	is "$output" "$(printf '/dev/null\n/dev/null\n/dev/null')"
	eventually is_empty "$TMPDIR"
}

@test "the guard holds no directory of ours" {
	mkdir here
	run -0 bash -c 'cd here; x=$("$0" dir --shell); pid=${x##* }
		readlink /proc/$pid/cwd; kill $pid' "$TEMPF"
	is "$output" /
	eventually is_empty "$TMPDIR"
}

@test "code that cannot be printed: nothing is left" {
	run -1 --separate-stderr bash -c '"$0" dir --shell >/dev/full' "$TEMPF"
	is "$stderr" "tempf: write error: No space left on device"
	is_empty "$TMPDIR"
}

@test "no directory: an error, no code" {
	run -1 --separate-stderr "$TEMPF" dir --shell -d /nowhere
	is "$output" ""
	matches "$stderr" "^tempf: .*'/nowhere"
}

@test "a bad variable name" {
	for name in "" 1a a-b 'a;b' 'a b'; do
		run -2 --separate-stderr "$TEMPF" dir --shell="$name"
		is "$output" ""
		is "${stderr_lines[0]}" \
			"tempf dir: '$name' cannot name a variable"
	done
}
