#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tempf mktemp beside GNU mktemp(1): the same status, the same message and the
# same shape of name, case by case.

load helper

# Names become one: what stands for the Xs differs each time.
normal() {
	sed -E "s/(tempf )?mktemp:/mktemp:/; s/'(tempf )?mktemp --help'/HELP/"
}

# same ARGUMENT...: both do the same; what was made is in $ours and $theirs.
same() {
	local our_status=0 their_status=0

	ours=$("$TEMPF" mktemp "$@" 2>our-message) || our_status=$?
	theirs=$(mktemp "$@" 2>their-message) || their_status=$?
	is "$our_status" "$their_status"
	is "$(normal <our-message)" "$(normal <their-message)"
	is "${#ours}" "${#theirs}"
	if [[ -e $theirs ]]; then
		is "$(stat -c '%F %a' -- "$ours")" \
			"$(stat -c '%F %a' -- "$theirs")"
		rm -r -- "$ours" "$theirs"
	elif [[ $theirs ]]; then
		[[ ! -e $ours ]]
	fi
}

# shaped REGEX ARGUMENT...: the same, and both names look like that.
shaped() {
	local regex=$1
	shift
	same "$@"
	matches "$ours" "^$regex\$"
	matches "$theirs" "^$regex\$"
}

setup_file() {
	[[ $(mktemp --version) == *coreutils* ]] || skip "no GNU mktemp"
}

X='[a-zA-Z0-9_]'

@test "too many templates" {
	same a b
	same -d aXXX bXXX cXXX
}

@test "too few Xs" {
	same foo.XX
	same foo
	same ""
	same XX
	same -d aX
	same -q XX
	same --suffix=.c foo.XX
	same aXXb
	same XXXb/foo
}

@test "a file" {
	shaped "bar\.$X{4}" bar.XXXX
	shaped "$PWD/bar\.$X{3}" "$PWD/bar.XXX"
	shaped "-$X{4}" -- -XXXX
	shaped "$X{3}" XXX
}

@test "a directory" {
	shaped "f$X{4}" -d fXXXX
	shaped "$X{4}" -d XXXX
	shaped "f$X{4}" --directory fXXXX
}

@test "a name only: -u" {
	shaped "f$X{4}" -u fXXXX
	shaped "f$X{4}" --dry-run fXXXX
	shaped "f$X{4}" -d -u fXXXX
	shaped "/nowhere/f$X{4}" -u /nowhere/fXXXX
	same -u "$scratch/our-message/fXXXX"
	same -uq "$scratch/our-message/fXXXX"
}

@test "-t takes one name" {
	same -t a/bXXXX
	shaped "$TMPDIR/a$X{4}" -t aXXXX
	shaped "$TMPDIR/a$X{4}" -t -p "$scratch" aXXXX
	TMPDIR='' shaped "$scratch/a$X{4}" -t -p "$scratch" aXXXX
	same -t /aXXXX
}

@test "--tmpdir takes no absolute template" {
	same --tmpdir=. "$scratch/aXXXX"
	same -p . /aXXXX
	same --tmpdir /aXXXX
}

@test "a suffix by option" {
	shaped "a$X{4}b" --suffix=b aXXXX
	shaped "a$X{4}b" -d --suffix=b aXXXX
	shaped "a$X{4}b" -u --suffix=b aXXXX
	shaped "a$X{4}" --suffix= aXXXX
	shaped "a$X{4}XX" --suffix=XX aXXXX
}

@test "a suffix by template: the last run of Xs counts" {
	shaped "aXXXX$X{3}b" -u aXXXXXXXb || shaped "a$X{7}b" -u aXXXXXXXb
	shaped "aXXXb$X{4}c" aXXXbXXXXc
	shaped "a$X{4}\.c" -d aXXXX.c
	shaped "a$X{4}\.c" -u aXXXX.c
	same aXXXbXXc
}

@test "a suffix with a slash" {
	same aXXXX/b
	same aXXXX --suffix=/b
	same --suffix=a/b
}

@test "with --suffix the template ends in X" {
	same --suffix=b aXXXXc
	same -d --suffix=b aXXXXc
	same --suffix= aXXXXc
	same --suffix=b ""
	same --suffix aXXXX
}

@test "a suffix alone goes to the usual template" {
	shaped "$TMPDIR/tmp\.$X{10}b" --suffix=b
	shaped "$TMPDIR/tmp\.$X{10}" --suffix=
}

@test "options after the template, and POSIXLY_CORRECT" {
	shaped "a$X{4}b" aXXXX --suffix=b
	POSIXLY_CORRECT=1 same aXXXX --suffix=b
	POSIXLY_CORRECT=1 shaped "a$X{4}b" --suffix=b aXXXX
}

@test "the usual name in the usual place" {
	shaped "$TMPDIR/tmp\.$X{10}"
	shaped "$TMPDIR/tmp\.$X{10}" -d
	shaped "$TMPDIR/tmp\.$X{10}" --tmpdir
	shaped "$TMPDIR/tmp\.$X{10}" --tmpdir=
	shaped "$TMPDIR/tmp\.$X{10}" -p ''
}

@test "-p and --tmpdir beat TMPDIR" {
	mkdir -p here/sub
	shaped "here/tmp\.$X{10}" -p here
	shaped "here/tmp\.$X{10}" --tmpdir=here/
	shaped "here/a$X{4}" -p here// aXXXX
	shaped "here/sub/a$X{4}" --tmpdir=here sub/aXXXX
	shaped "/tmp/tmp\.$X{10}" -u -p /tmp
	shaped "/a$X{4}" -u -p / aXXXX
}

@test "an empty TMPDIR is none, a relative one stays relative" {
	mkdir here
	TMPDIR='' shaped "/tmp/tmp\.$X{10}"
	TMPDIR=here shaped "here/tmp\.$X{10}"
	TMPDIR=here shaped "here/a$X{4}" --tmpdir aXXXX
	TMPDIR=here shaped "here/a$X{4}" -t aXXXX
}

@test "dots in names: hidden, and directories by dots" {
	mkdir .hidden
	shaped "\.hidden/\.$X{4}" .hidden/.XXXX
	shaped "\./a$X{4}" ./aXXXX
	shaped "\.$X{4}" -d .XXXX
}

@test "a directory that is not there, or is none" {
	TMPDIR=/nowhere same
	TMPDIR=/nowhere same -d
	TMPDIR=/nowhere same -u
	TMPDIR=/nowhere same -q
	same /nowhere/aXXXX
	same -d /nowhere/aXXXX
	same -dq /nowhere/aXXXX
	same --quiet /nowhere/aXXXX
	same -p our-message
	same "$(printf '%300s' '' | tr ' ' a)XXX"
}

@test "a pipe for a directory" {
	mkfifo pipe
	TMPDIR=pipe same
	TMPDIR=pipe same -u
	same -u -p pipe
	same --tmpdir=pipe -d
}

@test "a directory without permission to write" {
	need_nobody
	mkdir -m 0555 locked
	chmod 01777 .
	for arguments in "locked/aXXXX" "-d locked/aXXXX" "-u locked/aXXXX" \
		"-q -p locked"; do
		# shellcheck disable=SC2086
		run --separate-stderr as_nobody mktemp $arguments
		want="$status $stderr"
		# shellcheck disable=SC2086
		run --separate-stderr as_nobody "$TEMPF" mktemp $arguments
		is "$status ${stderr/tempf mktemp/mktemp}" "$want"
	done
}

@test "a directory open to the world is the caller's choice" {
	mkdir -m 0777 open
	shaped "open/a$X{4}" -p open aXXXX
	shaped "open/a$X{4}" -d open/aXXXX
}

@test "unknown, ambiguous and incomplete options" {
	same --frobnicate
	same -x
	same -P
	same --d
	same -p
	same --suffix
	same --quiet=x
}

@test "abbreviated and clustered options" {
	same --dir aXXX
	same --dry aXXX
	same --tmp=. aXXX
	same -dq aXXX
	same -dup. aXXX
}

@test "output that is lost takes what was made along" {
	for to in '>/dev/full' '>&-'; do
		for option in "" -d -u -q; do
			run --separate-stderr bash -c \
				"mktemp $option -p . $to"
			want="$status $stderr"
			run --separate-stderr bash -c \
				"'$TEMPF' mktemp $option -p . $to"
			is "$status ${stderr/tempf mktemp/mktemp}" "$want"
			is "$(ls -d tmp.* 2>/dev/null)" ""
		done
	done
}

@test "--version" {
	run -0 "$TEMPF" mktemp --version
	matches "$output" "^tempf mktemp "
	run -0 "$TEMPF" mktemp -V
}

@test "long runs of Xs" {
	name=$(printf '%128s' '' | tr ' ' X)
	shaped "a$X{128}" "a$name"
}

@test "names do not repeat and use every kind of character" {
	for _ in {1..40}; do
		"$TEMPF" mktemp -u aXXXXXXXXXXXX
	done >names
	is "$(sort -u names | wc -l)" 40
	for kind in '[a-z]' '[0-9]' _; do
		grep -q "^a.*$kind" names
	done
}
