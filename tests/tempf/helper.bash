# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Every test has a temporary directory of its own, in which nothing may be left.
# TEMPF is the command to test.

bats_require_minimum_version 1.5.0

# Nothing here waits for long; what hangs is to fail.
export BATS_TEST_TIMEOUT=60

# What TEST_SKIPS names, a line "NAME|WHY" each.
skip_if_told_to() {
	local name why
	while IFS='|' read -r name why; do
		[[ $name != "$BATS_TEST_DESCRIPTION" ]] || skip "$why"
	done <<<"${TEST_SKIPS-}"
}

make_scratch() {
	: "${TEMPF:?the command to test}"
	skip_if_told_to
	scratch=$(mktemp -d) || return
	chmod 0755 "$scratch"
	mkdir -m 01777 "$scratch/tmp"
	export TMPDIR=$scratch/tmp
	unset TEMP TMP TEMPFILE_KEEP TEMPFILE_SWEEP POSIXLY_CORRECT
	export LC_ALL=C
	cd "$scratch" || return
}

setup() {
	make_scratch
}

teardown() {
	local left
	[[ ${scratch-} ]] || return 0
	left=$(ls -A "$scratch/tmp")
	cd /
	rm -rf "$scratch"
	if [[ $left ]]; then
		echo "left behind: $left"
		return 1
	fi
}

# For comparisons that say what differs.
is() {
	if [[ $1 != "$2" ]]; then
		printf 'got:  %s\nwant: %s\n' "$1" "$2" >&2
		return 1
	fi
}

matches() {
	if ! [[ $1 =~ $2 ]]; then
		printf 'got:  %s\nwant: %s\n' "$1" "$2" >&2
		return 1
	fi
}

# Run a command as somebody to whom permissions apply.
as_nobody() {
	if [[ $(id -u) -ne 0 ]]; then
		"$@"
	else
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	fi
}

need_nobody() {
	as_nobody test -x "$TEMPF" || skip "$TEMPF is not for everybody"
}

# Wait for a condition, five seconds at most.
eventually() {
	local tries=100
	until "$@"; do
		((tries-- > 0)) || return 1
		sleep 0.05
	done
}

is_empty() {
	[[ -z $(ls -A "$1") ]]
}
