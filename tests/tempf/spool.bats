#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tempf spool

load helper

@test "nothing comes out before all is in" {
	mkfifo pipe
	"$TEMPF" spool <pipe >out 3>&- &
	exec 8>pipe
	echo one >&8
	sleep 0.2
	is "$(cat out)" ""
	echo two >&8
	exec 8>&-
	wait $!
	is "$(cat out)" "$(printf 'one\ntwo')"
}

@test "every byte comes out, from memory and from disk" {
	head -c 3000001 /dev/urandom >in
	for size in 1 1000 1K 1M 64M 1G 1T; do
		"$TEMPF" spool --max-size "$size" <in >out
		cmp out in
	done
	"$TEMPF" spool <in >out
	cmp out in
	is "$("$TEMPF" spool </dev/null)" ""
}

@test "what is larger goes to the temporary directory, nameless" {
	command -v strace >/dev/null || skip "no strace"
	head -c 100000 /dev/zero >in
	ASAN_OPTIONS=detect_leaks=0 strace -qq -o trace \
		-e trace=openat,memfd_create "$TEMPF" \
		spool --max-size 100000 <in >out || skip "cannot trace"
	run ! grep -q TMPFILE trace
	ASAN_OPTIONS=detect_leaks=0 strace -qq -o trace \
		-e trace=openat,memfd_create "$TEMPF" \
		spool --max-size 99999 <in >out
	grep "$TMPDIR" trace | grep -q TMPFILE
	cmp in out
}

@test "a command reads it all, and can seek" {
	printf 'abcdef' >in
	"$TEMPF" spool -- python3 -c '
import os, sys
print(os.lseek(0, 0, os.SEEK_END), os.lseek(0, 2, os.SEEK_SET),
      sys.stdin.read())' <in >out || skip "no python3"
	is "$(cat out)" "6 2 cdef"
	is "$(seq 1000 | "$TEMPF" spool -- wc -l | tr -d ' ')" 1000
}

@test "a command's status is ours" {
	run -7 "$TEMPF" spool -- sh -c 'cat >/dev/null; exit 7' </dev/null
	run -127 "$TEMPF" spool -- /nowhere </dev/null
	run "$TEMPF" spool -- sh -c 'kill -TERM $$' </dev/null
	is "$status" 143
}

@test "a command does not run when the input fails" {
	run -1 --separate-stderr bash -c '"$0" spool -- touch ran <&-' "$TEMPF"
	is "$stderr" \
		"tempf: cannot read standard input: Bad file descriptor"
	[[ ! -e ran ]]
}

@test "-o replaces what the input is made from" {
	mkdir work
	for size in 1 64M; do
		printf 'c\nb\na\n' >work/file
		chmod 604 work/file
		sort work/file | "$TEMPF" spool --max-size $size -o work/file
		is "$(cat work/file)" "$(printf 'a\nb\nc')"
		is "$(stat -c %a work/file)" 604
		echo new | "$TEMPF" spool --output=work/new
		is "$(cat work/new)" new
		is "$(ls work)" "$(printf 'file\nnew')"
		rm work/new
	done
}

@test "-o writes into what is no regular file" {
	mkfifo pipe
	cat pipe >out &
	echo through | "$TEMPF" spool -o pipe
	wait $!
	is "$(cat out)" through
	[[ -p pipe ]]
	echo | "$TEMPF" spool -o /dev/null
	[[ -c /dev/null ]]
}

@test "-o fails before it reads" {
	mkfifo never
	exec 8<>never
	run -1 --separate-stderr timeout 5 "$TEMPF" spool -o /nowhere/file <&8
	exec 8>&-
	matches "$stderr" "^tempf: .*nowhere.*: No such file or directory$"
}

@test "-o a directory" {
	mkdir dir
	run -1 --separate-stderr "$TEMPF" spool -o dir </dev/null
	matches "$stderr" "^tempf: .*dir'.*: Is a directory$"
}

@test "output that is lost" {
	run -1 --separate-stderr bash -c \
		'echo x | "$0" spool >/dev/full' "$TEMPF"
	is "$stderr" \
		"tempf: cannot write to 'standard output': No space left on device"
	run -1 --separate-stderr bash -c 'echo x | "$0" spool >&-' "$TEMPF"
	is "$stderr" \
		"tempf: cannot write to 'standard output': Bad file descriptor"
	run -1 --separate-stderr bash -c \
		'echo x | "$0" spool -o /dev/full' "$TEMPF"
	is "$stderr" \
		"tempf: cannot write to '/dev/full': No space left on device"
}

@test "a reader that has gone ends it, as it ends cat" {
	run bash -c 'head -c 1000000 /dev/zero | "$0" spool | true
		exit "${PIPESTATUS[1]}"' "$TEMPF"
	is "$status" 141
}

@test "no room for what is larger" {
	[[ $(id -u) -eq 0 ]] || skip "needs root to mount"
	mkdir full
	mount -t tmpfs -o size=64k none full 2>/dev/null || skip "cannot mount"
	chmod 1777 full
	run --separate-stderr bash -c 'head -c 1000000 /dev/zero |
		TMPDIR=$PWD/full "$0" spool --max-size 1K' "$TEMPF"
	umount full
	is "$status" 1
	is "$output" ""
	matches "$stderr" "^tempf: .*: No space left on device$"
}
