#!/bin/bash
# SPDX-License-Identifier: MIT
# Break each promise on purpose, by a patch, and see that the test which the
# table names notices. A mutant that lives is a failure; so is a patch that no
# longer applies.
#
# usage: run.sh [COUNT [SEED]]: all of them, or so many drawn by chance
set -uo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
fast=/tmp
[ -w /dev/shm ] && fast=/dev/shm
count=${1:-1000}
seed=${2:-$RANDOM}
[ "$count" = 1000 ] || echo "seed $seed"

mkdir "$work/source"
git -C "$root" ls-files -z -co --exclude-standard | (cd "$root" && tar --null -cf - -T -) |
  tar -xf - -C "$work/source" || exit 2
cd "$work/source" || exit 2
meson setup "$work/build" >"$work/log" 2>&1 || { cat "$work/log"; exit 2; }

died=0 lived=0
while read -r patch test arguments; do
  file=$root/tests/mutants/$patch.patch
  if ! patch -s -p1 <"$file" >"$work/log" 2>&1; then
    echo "FAILED: $patch does not apply"
    patch -s -R -f -p1 <"$file" >/dev/null 2>&1
    lived=$((lived + 1))
    continue
  fi
  if ! ninja -C "$work/build" "$test" >"$work/log" 2>&1; then
    echo "FAILED: $patch does not build"
    lived=$((lived + 1))
  elif (cd "$work" && TMPDIR=$fast timeout 100 \
    xargs "$work/build/$test" <<<"$arguments") >"$work/log" 2>&1; then
    echo "FAILED: $patch lives: $test has not noticed"
    lived=$((lived + 1))
  else
    echo "ok: $patch dies of $test"
    died=$((died + 1))
  fi
  patch -s -R -p1 <"$file"
done < <(grep -v '^#' "$root/tests/mutants/table.txt" |
  shuf -n "$count" --random-source=<(yes "$seed"))
echo "$died passed, $lived failed"
[ "$lived" -eq 0 ] && [ "$died" -gt 0 ]
