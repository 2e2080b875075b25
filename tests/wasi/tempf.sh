#!/bin/bash
# SPDX-License-Identifier: MIT
# tempf.sh RUNNER... TEMPF: the command, in a world that outlives it.
set -euo pipefail
TEST_WORLD=$(mktemp -d)
trap 'rm -rf "$TEST_WORLD"' EXIT
export TEST_WORLD
mkdir "$TEST_WORLD/tmp"
tempf=("$@")

fail() {
  echo "not so: $*" >&2
  exit 1
}

is() { # WHAT GOT WANTED
  [ "$2" = "$3" ] || fail "$1: got '$2', not '$3'"
}

name=$("${tempf[@]}" file -p a -s .txt)
[[ $name == /tmp/a*.txt ]] || fail "the name of a file: $name"
[ -f "$TEST_WORLD$name" ] || fail 'the file is there'

name=$("${tempf[@]}" dir)
[ -d "$TEST_WORLD$name" ] || fail 'the directory is there'
echo x >"$TEST_WORLD$name/file"
"${tempf[@]}" rm "$name"
[ ! -e "$TEST_WORLD$name" ] || fail 'the directory has gone'

echo old >"$TEST_WORLD/result"
echo new | "${tempf[@]}" write /result
is write "$(cat "$TEST_WORLD/result")" new

is spool "$(seq 100000 | "${tempf[@]}" spool --max-size 1K | md5sum)" \
  "$(seq 100000 | md5sum)"
is where "$("${tempf[@]}" where | head -n 1)" \
  '* /tmp (system): unknown, no anonymous files, no leases'
is ls "$("${tempf[@]}" ls /tmp)" ''

status=0
said=$("${tempf[@]}" run true 2>&1) || status=$?
is 'the status of run' "$status" 125
is run "$said" "tempf: cannot run 'true': Not supported"

left=$(find "$TEST_WORLD/tmp" -name '*tempfile-*')
is 'what is left' "$left" ''
echo 'tempf works'
