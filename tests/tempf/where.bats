#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# tempf where

load helper

@test "the one in use is marked, and why the others are not" {
	run -0 --separate-stderr env TMPDIR=/nowhere TEMP=/dev/null \
		TMP="$TMPDIR" "$TEMPF" where
	matches "$output" $'(^|\n)- /nowhere \\(TMPDIR\\): '
	matches "$output" $'\n- /dev/null \\(TEMP\\): '
	matches "$output" \
		$'\n'"\\* $TMPDIR \\(TMP\\): [a-z0-9]+.*, [0-9.]+ [KMGTPE]?i?B free, "
	is "$(grep -c '^\*' <<<"$output")" 1
	is "$stderr" ""
}

@test "what it says is where files go" {
	path=$("$TEMPF" where | sed -n 's/^\* \(.*\) (.*/\1/p')
	file=$("$TEMPF" file)
	is "${file%/*}" "$path"
	rm "$file"
}

@test "--json: an object a line, with stable keys" {
	command -v jq >/dev/null || skip "no jq"
	run -0 --separate-stderr env TMPDIR=/nowhere TMP="$TMPDIR" "$TEMPF" \
		where --json
	jq -es --arg path "$TMPDIR" '
		(map(select(.chosen)) | length == 1) and
		(map(select(.chosen))[0] |
			.path == $path and .source == "TMP" and .usable and
			.reason == null and .errno == 0 and
			(.space | type) == "number" and
			(.filesystem | type) == "string" and
			(.memory_backed | type) == "boolean") and
		(map(select(.path == "/nowhere"))[0] |
			.usable == false and .errno == 2 and
			(.reason | type) == "string")' <<<"$output"
	while read -r line; do
		is "$(jq -r 'keys_unsorted | join(" ")' <<<"$line")" \
			"path source chosen usable reason errno filesystem space memory_backed anonymous leases"
	done <<<"$output"
}

@test "--json: paths are bytes" {
	command -v python3 >/dev/null || skip "no python3"
	name=$'q"b\\t\tn\nu\xc3\xa9 e\xe2\x82\xac 4\xf0\x9f\x98\x80 x\xff \xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x82'
	mkdir "$name"
	TMPDIR="$PWD/$name" "$TEMPF" where --json | python3 -c '
import json, os, sys
chosen = [x for x in map(json.loads, sys.stdin.buffer) if x["chosen"]]
assert len(chosen) == 1
got = chosen[0]["path"].encode("utf-8", "surrogateescape")
want = os.path.join(os.getcwdb(), os.fsencode(sys.argv[1]))
assert got == want, (got, want)' "$name"
}

@test "output that is lost" {
	run -1 --separate-stderr bash -c '"$0" where >/dev/full' "$TEMPF"
	is "$stderr" "tempf: write error: No space left on device"
	run -1 --separate-stderr bash -c '"$0" where --json >&-' "$TEMPF"
	is "$stderr" "tempf: write error: Bad file descriptor"
}

@test "none can be used" {
	run -1 bash -c '(trap "" XFSZ; ulimit -f 0
		exec "$0" where) 2>&1 | cat
		exit "${PIPESTATUS[0]}"' "$TEMPF"
	matches "${lines[0]}" "^- $TMPDIR \(TMPDIR\): "
	matches "$output" $'\ntempf: none of these directories can be used$'
}
