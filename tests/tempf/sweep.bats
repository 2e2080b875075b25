#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tempf ls, tempf sweep

load helper
# A session whose owner has been killed, with something in it.
make_dead() {
	local path
	mkfifo ready
	TEMPFILE_SWEEP=never "$TEMPF" run sh -c 'mkdir -p "$TMPDIR/a/b"; : >"$TMPDIR/a/b/file"
		echo "${TMPDIR%/*}"; kill -9 $PPID; exit 0' >ready 2>&1 3>&- &
	read -r path <ready
	wait $! || true
	rm ready
	eventually is_idle "$path"
	dead=$path
}

is_idle() {
	flock -n -x "$1" true
}

# One whose owner lives until finish.
make_alive() {
	mkfifo ready go
	TEMPFILE_SWEEP=never "$TEMPF" run sh -c 'echo "${TMPDIR%/*}"; cat go >/dev/null' \
		>ready 3>&- &
	owner=$!
	read -r alive <ready
}

finish() {
	: >go
	wait "$owner"
}

@test "sweep removes the dead and nothing else" {
	make_dead
	make_alive
	mkdir "$TMPDIR/other" "$TMPDIR/tempfile-other"
	mkdir -m 0755 "$TMPDIR/tempfile-open_abcdefghijklmnopqrstu"
	ln -s other "$TMPDIR/tempfile-link_abcdefghijklmnopqrstu"
	run -0 --separate-stderr "$TEMPF" sweep
	is "$output$stderr" ""
	[[ ! -e $dead && -d $alive && -d $TMPDIR/other ]]
	[[ -d $TMPDIR/tempfile-other && -L $(echo "$TMPDIR"/tempfile-link_*) ]]
	[[ -d $(echo "$TMPDIR"/tempfile-open_*) ]]
	finish
	rm -r "${TMPDIR:?}"/*
}

@test "-n tells and removes nothing, -v tells and removes" {
	make_dead
	run -0 "$TEMPF" sweep -n
	is "$output" "would remove $dead"
	run -0 "$TEMPF" sweep --dry-run --verbose
	is "$output" "would remove $dead"
	[[ -d $dead/ ]]
	run -0 "$TEMPF" sweep -v
	is "$output" "removing $dead"
	[[ ! -e $dead ]]
	run -0 "$TEMPF" sweep -v
	is "$output" ""
}

@test "--older-than" {
	make_dead
	for age in 100 100s 5m 1h 1d 1w; do
		run -0 "$TEMPF" sweep -v --older-than "$age"
		is "$output" ""
	done
	[[ -d $dead ]]
	"$TEMPF" sweep --older-than 0
	[[ ! -e $dead ]]
}

@test "--assume-dead needs an age" {
	run -2 --separate-stderr "$TEMPF" sweep --assume-dead
	is "${stderr_lines[0]}" \
		"tempf sweep: --assume-dead needs --older-than"
}

@test "a directory by name" {
	mkdir other
	chmod 700 other
	TMPDIR=$PWD/other make_dead
	"$TEMPF" sweep
	[[ -d $dead ]]
	run -0 "$TEMPF" sweep -v other
	is "$output" "removing $PWD/other/${dead##*/}"
	[[ ! -e $dead ]]
}

@test "ls tells the living from the dead, and whose" {
	make_dead
	make_alive
	run -0 --separate-stderr "$TEMPF" ls
	is "${#lines[@]}" 2
	user=$(id -un)
	matches "$output" "dead +[0-9]+[smhdw] +$user +$dead  [a-z]"
	matches "$output" "alive +[0-9]+[smhdw] +$user +$alive  [a-z]"
	[[ -d $dead ]]
	finish
	"$TEMPF" sweep
}

@test "--json: an object a line, with stable keys" {
	command -v jq >/dev/null || skip "no jq"
	make_dead
	make_alive
	run -0 --separate-stderr "$TEMPF" ls --json
	jq -es --arg dead "$dead" --arg alive "$alive" --arg user "$(id -un)" '
		length == 2 and
		(map(select(.path == $dead))[0].verdict == "dead") and
		(map(select(.path == $alive))[0].verdict == "alive") and
		all(.[]; .owner == $user and .age >= 0 and .errno == 0 and
			(.reason | type) == "string")' <<<"$output"
	is "$(jq -r 'keys_unsorted | join(" ")' <<<"${lines[0]}")" \
		"path verdict reason owner age errno"
	run -0 "$TEMPF" sweep -n --json
	is "$(jq -r .path <<<"$output")" "$dead"
	[[ -d $dead ]]
	run -0 "$TEMPF" sweep --json
	is "$(jq -r .path <<<"$output")" "$dead"
	[[ ! -e $dead ]]
	finish
}

@test "kept things stay" {
	path=$(TEMPFILE_KEEP=1 "$TEMPF" run sh -c 'echo "$TMPDIR"')
	"$TEMPF" sweep
	[[ -d $path ]]
	rm -r "${TMPDIR:?}"/*
}

@test "errors name the directory" {
	for command in ls sweep; do
		run -1 --separate-stderr "$TEMPF" "$command" /nowhere
		matches "$stderr" "^tempf: .*/nowhere.*: No such file or dir"
		is "$output" ""
	done
}

@test "output that is lost" {
	make_dead
	run -1 --separate-stderr bash -c '"$0" ls >/dev/full' "$TEMPF"
	is "$stderr" "tempf: write error: No space left on device"
	run -1 --separate-stderr bash -c '"$0" sweep -v >&-' "$TEMPF"
	is "$stderr" "tempf: write error: Bad file descriptor"
	[[ ! -e $dead ]]
}
