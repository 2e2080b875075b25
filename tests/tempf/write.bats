#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tempf write

load helper
# What tempf leaves beside the file shows when the file has a directory alone.
setup() {
	make_scratch
	mkdir work
	cd work || return
}

@test "standard input becomes a new file, with the umask's permissions" {
	umask 027
	echo content | "$TEMPF" write file
	is "$(cat file)" content
	is "$(stat -c %a file)" 640
	is "$(ls -A)" file
}

@test "an existing file is replaced and keeps its permissions" {
	echo old >file
	chmod 604 file
	before=$(stat -c %i file)
	echo new | "$TEMPF" write file
	is "$(cat file)" new
	is "$(stat -c %a file)" 604
	[[ $before != $(stat -c %i file) ]]
}

@test "a reader of the old file keeps the old file" {
	echo old >file
	exec 8<file
	echo new | "$TEMPF" write file
	is "$(cat <&8)" old
	exec 8<&-
}

@test "an empty input, a large one, one with zeros" {
	"$TEMPF" write empty </dev/null
	is "$(stat -c %s empty)" 0
	head -c 3000001 /dev/urandom >large
	"$TEMPF" write copy <large
	cmp large copy
}

@test "reading what it writes" {
	printf 'c\nb\na\n' >file
	sort file | "$TEMPF" write file
	is "$(cat file)" "$(printf 'a\nb\nc')"
}

@test "--private" {
	umask 0
	echo secret | "$TEMPF" write --private file
	is "$(stat -c %a file)" 600
}

@test "--durable asks the disk, for the file and then the directory" {
	command -v strace >/dev/null || skip "no strace"
	export ASAN_OPTIONS=detect_leaks=0 # which needs ptrace as well
	echo new | strace -f -qq -o trace -e trace=fsync,fdatasync,syncfs \
		"$TEMPF" write --durable file || skip "cannot trace"
	is "$(cat file)" new
	(($(grep -c sync trace) >= 2))
	rm file
	echo new | strace -f -qq -o trace -e trace=fsync,fdatasync,syncfs \
		"$TEMPF" write file
	is "$(cat trace)" ""
}

@test "--no-replace" {
	echo one | "$TEMPF" write --no-replace file
	run -1 --separate-stderr bash -c \
		'echo two | "$0" write --no-replace file' "$TEMPF"
	is "$stderr" "tempf: cannot create 'file': File exists"
	is "$(cat file)" one
	ln -s nowhere link
	run -1 "$TEMPF" write --no-replace link </dev/null
}

@test "--no-replace fails before the command runs" {
	echo one >file
	run -1 "$TEMPF" write --no-replace file -- touch ran
	[[ ! -e ran ]]
}

@test "--no-replace holds when the file appears meanwhile" {
	run -1 --separate-stderr "$TEMPF" write --no-replace file -- \
		sh -c 'echo theirs >file; echo ours'
	matches "$stderr" "^tempf: .*file'.*: File exists"
	is "$(cat file)" theirs
	is "$(ls -A)" file
}

@test "a command's output, if it succeeds" {
	"$TEMPF" write file -- echo "from a command"
	is "$(cat file)" "from a command"
	is "$(ls -A)" file
}

@test "a command that fails changes nothing, and its status is ours" {
	echo old >file
	run -7 "$TEMPF" write file -- sh -c 'echo half; exit 7'
	is "$(cat file)" old
	run -127 --separate-stderr "$TEMPF" write file -- /nowhere
	is "$stderr" "tempf: cannot run '/nowhere': No such file or directory"
	is "$(cat file)" old
	run "$TEMPF" write file -- sh -c 'echo half; kill -TERM $$'
	is "$status" 143
	is "$(cat file)" old
	is "$(ls -A)" file
}

@test "while the command runs, there is only the old file" {
	echo old >file
	"$TEMPF" write file -- sh -c 'echo new; ls -A >&9; cat file >&9' 9>seen
	is "$(cat seen)" "$(printf 'file\nseen\nold')"
}

@test "the command has our standard input" {
	echo through | "$TEMPF" write file -- cat
	is "$(cat file)" through
}

@test "a signal leaves the old file and nothing else" {
	echo old >file
	mkfifo ../pipe
	for command in "" "-- cat"; do
		# shellcheck disable=SC2086
		"$TEMPF" write file $command <../pipe 3>&- &
		exec 8>../pipe
		echo half >&8
		sleep 0.3
		kill -TERM $!
		status=0
		wait $! || status=$?
		exec 8>&-
		is "$status" 143
		is "$(cat file)" old
		is "$(ls -A)" file
	done
}

@test "kill -9 leaves the old file and nothing else" {
	echo old >file
	mkfifo ../pipe
	"$TEMPF" write file <../pipe 3>&- &
	exec 8>../pipe
	echo half >&8
	sleep 0.3
	kill -KILL $!
	wait $! || true
	exec 8>&-
	is "$(cat file)" old
	is "$(ls -A)" file
}

@test "what is no regular file is left alone" {
	mkfifo fifo
	mkdir dir
	ln -s /dev/null null
	run -1 --separate-stderr "$TEMPF" write fifo </dev/null
	is "$stderr" "tempf: cannot replace 'fifo': not a regular file"
	run -1 --separate-stderr "$TEMPF" write null </dev/null
	run -1 --separate-stderr "$TEMPF" write dir </dev/null
	is "$stderr" "tempf: cannot replace 'dir': Is a directory"
	[[ -p fifo && -d dir && -L null && -c /dev/null ]]
}

@test "errors name the file and the reason" {
	run -1 --separate-stderr "$TEMPF" write nowhere/file </dev/null
	matches "$stderr" "^tempf: .*nowhere.*: No such file or directory$"
	run -1 --separate-stderr "$TEMPF" write "" </dev/null
	matches "$stderr" "^tempf: "
	echo old >file
	run -1 --separate-stderr bash -c '"$0" write file <&-' "$TEMPF"
	is "$stderr" \
		"tempf: cannot read standard input: Bad file descriptor"
	run -1 --separate-stderr "$TEMPF" write file <.
	is "$stderr" "tempf: cannot read standard input: Is a directory"
	is "$(cat file)" old
	is "$(ls -A)" file
}

@test "a directory without permission to write" {
	need_nobody
	mkdir -m 0555 locked
	run -1 --separate-stderr as_nobody "$TEMPF" write "$PWD/locked/file" \
		</dev/null
	matches "$stderr" "^tempf: .*locked.*: Permission denied$"
}

@test "a full file system loses nothing" {
	[[ $(id -u) -eq 0 ]] || skip "needs root to mount one"
	mkdir full
	mount -t tmpfs -o size=64k none full 2>/dev/null || skip "cannot mount"
	echo old >full/file
	run --separate-stderr bash -c \
		'head -c 100000 /dev/zero | "$0" write full/file' "$TEMPF"
	content=$(cat full/file)
	names=$(ls -A full)
	umount full
	is "$status" 1
	matches "$stderr" "^tempf: .*: No space left on device$"
	is "$content $names" "old file"
}
