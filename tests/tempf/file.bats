#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tempf file, tempf dir

load helper

@test "file prints the path of a new, empty, private file" {
	run -0 --separate-stderr "$TEMPF" file
	matches "$output" "^$TMPDIR/tmp[a-z0-9_]{12}$"
	is "$stderr" ""
	is "$(stat -c '%F %a %s' "$output")" "regular empty file 600 0"
	rm "$output"
}

@test "dir prints the path of a new, empty, private directory" {
	run -0 --separate-stderr "$TEMPF" dir
	matches "$output" "^$TMPDIR/tmp[a-z0-9_]{12}$"
	is "$stderr" ""
	is "$(stat -c '%F %a' "$output")" "directory 700"
	rmdir "$output"
}

@test "prefix, suffix, directory, mode: short and long" {
	mkdir here
	for kind in file dir; do
		umask 077
		run -0 "$TEMPF" "$kind" -p a- -s .z -d here -m 644
		matches "$output" "^$PWD/here/a-[a-z0-9_]{12}\.z$"
		is "$(stat -c %a "$output")" 644
		umask 0
		run -0 "$TEMPF" "$kind" --prefix=b --suffix= --dir=here \
			--mode=0500
		matches "$output" "^$PWD/here/b[a-z0-9_]{12}$"
		is "$(stat -c %a "$output")" 500
	done
}

@test "two names differ" {
	one=$("$TEMPF" file)
	two=$("$TEMPF" file)
	[[ $one != "$two" ]]
	rm "$one" "$two"
}

@test "the usual variables say where" {
	mkdir a b c
	is "$(TMPDIR=$PWD/a TEMP=$PWD/b TMP=$PWD/c "$TEMPF" file -d '' 2>&1 |
		head -c 6)" "tempf:"
	matches "$(TMPDIR=$PWD/a TEMP=$PWD/b TMP=$PWD/c "$TEMPF" file)" "/a/tmp"
	matches "$(TMPDIR='' TEMP=$PWD/b TMP=$PWD/c "$TEMPF" file)" "/b/tmp"
	matches "$(TMPDIR=/nowhere TEMP=/dev/null TMP=$PWD/c "$TEMPF" file)" \
		"/c/tmp"
}

@test "a relative TMPDIR gives an absolute path" {
	mkdir here
	run -0 env TMPDIR=here "$TEMPF" file
	matches "$output" "^$PWD/here/tmp"
}

@test "what cannot be printed is removed" {
	for kind in file dir; do
		run -1 --separate-stderr bash -c '"$0" "$1" >/dev/full' \
			"$TEMPF" "$kind"
		is "$stderr" "tempf: write error: No space left on device"
		is_empty "$TMPDIR"
		run -1 --separate-stderr bash -c '"$0" "$1" >&-' \
			"$TEMPF" "$kind"
		is "$stderr" "tempf: write error: Bad file descriptor"
		is_empty "$TMPDIR"
		run -1 --separate-stderr bash -c \
			'set -o pipefail
			{ sleep 0.2; "$0" "$1"; } | true' "$TEMPF" "$kind"
		is "$stderr" "tempf: write error: Broken pipe"
		is_empty "$TMPDIR"
	done
}

@test "standard input and error may be closed" {
	path=$("$TEMPF" file <&- 2>&-)
	[[ -f $path ]]
	rm "$path"
}

@test "errors name the directory and the reason" {
	: >plain
	for kind in file dir; do
		run -1 --separate-stderr "$TEMPF" "$kind" -d /nowhere
		is "$output" ""
		matches "$stderr" "^tempf: .*'/nowhere.*': No such file or dir"
		run -1 --separate-stderr "$TEMPF" "$kind" -d plain
		matches "$stderr" "^tempf: .*plain.*: Not a directory"
		run -1 --separate-stderr "$TEMPF" "$kind" -p a/b
		matches "$stderr" "^tempf: "
		run -1 --separate-stderr "$TEMPF" "$kind" -s "$(printf '%300s' '')"
		matches "$stderr" "^tempf: "
	done
}

@test "a directory without permission to write" {
	need_nobody
	mkdir -m 0555 locked
	for kind in file dir; do
		run -1 --separate-stderr as_nobody "$TEMPF" "$kind" \
			-d "$PWD/locked"
		matches "$stderr" "^tempf: .*'$PWD/locked'.*: Permission denied"
		is_empty locked
	done
}

@test "a directory in which anybody may rename" {
	mkdir -m 0777 open
	run -1 --separate-stderr "$TEMPF" file -d open
	matches "$stderr" "^tempf: .*open"
	is_empty open
}

@test "a full file system" {
	[[ $(id -u) -eq 0 ]] || skip "needs root to mount one"
	mkdir full
	mount -t tmpfs -o size=64k,nr_inodes=1,mode=0755 none full 2>/dev/null ||
		skip "cannot mount"
	run --separate-stderr "$TEMPF" dir -d full
	umount full
	is "$status" 1
	matches "$stderr" "^tempf: .*full'.*: No space left on device"
}
