#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tempf rm

load helper

@test "trees, files, links, several at once" {
	mkdir -p tree/a/b/c
	: >tree/a/file
	: >plain
	ln -s tree link
	mkfifo fifo
	mkdir canary
	ln -s ../../canary tree/a/link
	: >canary/alive
	run -0 --separate-stderr "$TEMPF" rm link tree plain fifo
	is "$output$stderr" ""
	[[ ! -e tree && ! -e plain && ! -L link && ! -e fifo ]]
	[[ -e canary/alive ]]
}

@test "directories that lock their owner out" {
	need_nobody
	chmod 01777 .
	as_nobody mkdir -p tree/closed/inner tree/read-only
	as_nobody touch tree/closed/inner/file tree/read-only/file
	as_nobody chmod 0500 tree/read-only
	as_nobody chmod 0 tree/closed
	as_nobody "$TEMPF" rm tree
	[[ ! -e tree ]]
}

@test "what does not exist" {
	run -1 --separate-stderr "$TEMPF" rm nothing
	matches "$stderr" "^tempf: .*nothing'.*: No such file or directory$"
	run -0 --separate-stderr "$TEMPF" rm -f nothing
	is "$stderr" ""
	run -0 --separate-stderr "$TEMPF" rm --force nothing/at/all
	is "$stderr" ""
	run -0 "$TEMPF" rm -f
}

@test "one that fails does not keep the others" {
	mkdir a c
	run -1 "$TEMPF" rm a b c
	[[ ! -e a && ! -e c ]]
}

@test "the root, . and .. are refused, however they are spelled" {
	mkdir -p tree/sub
	cd tree/sub
	for path in . .. ./ ../ .// ../sub/. ../sub/../ "$PWD/.." "$PWD/."; do
		run -1 --separate-stderr "$TEMPF" rm -f "$path"
		is "$stderr" \
			"tempf: refusing to remove '$path': it is '.' or '..'"
		[[ -d . ]]
	done
	for path in / // ///; do
		run -1 --separate-stderr "$TEMPF" rm -f "$path"
		is "$stderr" "tempf: refusing to remove '$path': it is the root directory"
	done
	cd ../..
	[[ -d tree/sub ]]
}

@test "a trailing slash is no harm" {
	mkdir -p tree/sub
	"$TEMPF" rm tree/
	[[ ! -e tree ]]
}

@test "the empty path" {
	run -1 --separate-stderr "$TEMPF" rm ""
	matches "$stderr" "^tempf: .*''"
}

@test "what cannot be removed is named, the rest goes" {
	need_nobody
	mkdir -p -m 0777 tree
	mkdir -m 0755 tree/foreign
	: >tree/foreign/file
	chmod 01777 .
	[[ $(id -u) -eq 0 ]] || skip "needs another owner's files"
	as_nobody mkdir tree/own
	run -1 --separate-stderr as_nobody "$TEMPF" rm tree
	matches "$stderr" "tempf: cannot remove 'tree/foreign/file': Permission denied"
	[[ ! -e tree/own && -e tree/foreign/file ]]
}

@test "a mounted file system is left whole and reported" {
	[[ $(id -u) -eq 0 ]] || skip "needs root to mount"
	unshare -m true 2>/dev/null || skip "no mounts of its own here"
	mkdir -p tree/mounted tree/other canary
	: >canary/alive
	run -0 --separate-stderr unshare -m sh -c \
		'mount --bind canary tree/mounted || exit 0
		"$0" rm tree; [ $? = 1 ] && [ -e canary/alive ]' "$TEMPF"
	matches "$stderr" "tempf: cannot remove 'tree/mounted': .*busy"
	[[ ! -e tree/other && -e canary/alive ]]
}

@test "no progress but on a terminal" {
	mkdir -p tree/{1..50}/{1..20}
	run -0 --separate-stderr "$TEMPF" rm tree
	is "$output$stderr" ""
}

@test "closed streams" {
	mkdir -p tree/a
	"$TEMPF" rm tree <&- >&- 2>&-
	[[ ! -e tree ]]
}

@test "progress on a terminal, when it takes more than a second" {
	command -v strace >/dev/null || skip "no strace"
	command -v script >/dev/null || skip "no script"
	mkdir -p tree/{1..200} other
	export ASAN_OPTIONS=detect_leaks=0 # which needs ptrace as well
	run -0 script -qec "strace -qq -o /dev/null -e trace=unlinkat \
		-e inject=unlinkat:delay_enter=15000 '$TEMPF' rm tree" /dev/null
	[[ ! -e tree ]] || skip "cannot trace"
	matches "$output" $'\r\033\\[K +[0-9]+ removed  [0-9]+'
	matches "$output" $'\r\033\\[K$'
	run -0 script -qec "'$TEMPF' rm other" /dev/null
	is "$output" ""
}
