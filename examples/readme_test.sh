#!/bin/sh
# SPDX-License-Identifier: MIT
# README SPILL SPILL.C TEMPF: what the README's first screen shows is what the
# example does, line by line, and its line of shell runs.
set -u
readme=$1 spill=$2 source=$3 tempf=$4
failed=0

report() { # STATUS NAME
  if [ "$1" -eq 0 ]; then
    echo "ok: $2"
  else
    echo "FAILED: $2"
    failed=1
  fi
}

block() { # LANGUAGE: the first such block of the README
  awk -v start="\`\`\`$1" '
    /^```/ && on { exit }
    on { sub(/^[ \t]+/, ""); sub(/[ \t]*\/\*.*\*\/$/, ""); print }
    $0 == start { on = 1 }' "$readme"
}

block c | while read -r line; do
  grep -qF "$line" "$source" || exit 1
done
report $? 'the lines of C are those of the example'

[ "$("$spill" pear apple fig)" = "$(printf 'apple\nfig\npear')" ]
report $? 'the example sorts'

dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 99
seq 200000 | sort -r >big.txt
mkdir bin tmp
ln -s "$tempf" bin/tempf
block sh >line.sh
PATH=$dir/bin:$PATH TMPDIR=$dir/tmp sh -eu line.sh &&
  LC_ALL=C sort -c sorted.txt && [ -z "$(ls -A tmp)" ]
report $? 'the line of shell sorts, and leaves nothing behind'

exit $failed
