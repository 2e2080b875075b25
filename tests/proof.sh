#!/bin/bash
# SPDX-License-Identifier: MIT
# The proof, axis by axis, and one table in the end. As root it takes well under
# three quarters of an hour; what another user cannot run is told and skipped.
#
# usage: proof.sh BUILD           all of it
#        proof.sh BUILD --sample [SEED]   a part, drawn by chance, in minutes
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

build=$(cd "${1:?BUILD}" && pwd)
sample='' seed=''
[ "${2-}" = --sample ] && sample=yes seed=${3:-$RANDOM}
[ -n "$sample" ] && echo "seed $seed"
[ -d /dev/shm ] && fast=/dev/shm || fast=/tmp
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT

rows=() bad=0
# Enter a command's numbers; they are found by the expression, summed up.
axis() { # NAME EXPRESSION COMMAND...
  local name=$1 expression=$2 status points start=$SECONDS
  shift 2
  "$@" >"$log" 2>&1
  status=$?
  points=$(grep -oE "$expression" "$log" | grep -oE '[0-9]+' |
    awk '{ n += $1 } END { print n + 0 }')
  if [ $status -eq 77 ]; then
    rows+=("$name|skipped|$(grep -m 1 skipped "$log")")
  elif [ $status -eq 0 ] && [ "$points" -gt 0 ]; then
    rows+=("$name|$points|0")
  else
    bad=$((bad + 1))
    rows+=("$name|$points|FAILED ($status)")
    grep -E 'FAILED|not so|left behind' "$log" | head -20
  fi
  printf '%s: %d s\n' "$name" $((SECONDS - start))
}

pick() { # ALL SAMPLE
  if [ -n "$sample" ]; then echo "$2"; else echo "$1"; fi
}

export TMPDIR=$fast
axis 'faults from inside' '[0-9]+ points' \
  "$build/tests/faults/test_faults" "$(pick all "$seed")"
axis 'faults from outside' '^[0-9]+ points' \
  tests/faults/outside.sh "$build/tests/faults/outside" "$(pick all "$seed")"
axis 'attack: a race' '[0-9]+ deletions' \
  "$build/tests/attacks/test_attack_race" "$(pick 1000000 5)"
for one in options remove command states; do
  axis "fuzz: $one" '^[0-9]+ inputs' "$build/fuzz/fuzz_${one}_drawn" \
    "$(pick 100000 3000)" "${seed:-1}"
done
export TMPDIR=/tmp
axis 'hostile places' '^\[  PASSED  \] [0-9]+' \
  "$build/tests/faults/test_environment"
for one in names trees process; do
  axis "attacks: $one" '^\[  PASSED  \] [0-9]+' \
    "$build/tests/attacks/test_attack_$one"
done
if [ -n "$sample" ]; then
  axis 'file systems' '^[0-9]+ passed' tests/filesystems/run.sh "$build" - \
    test_create test_persist
  axis 'mutants' '^[0-9]+ passed' tests/mutants/run.sh 4 "$seed"
else
  axis 'file systems' '^[0-9]+ passed' tests/filesystems/run.sh "$build"
  axis 'mutants' '^[0-9]+ passed' tests/mutants/run.sh
fi
axis 'kill, power cut, lives' '^Ok: +[0-9]+' \
  meson test -C "$build" --suite proofs --timeout-multiplier 4
[ -n "$sample" ] || axis 'the other slow tests' '^Ok: +[0-9]+' \
  meson test -C "$build" --suite slow --timeout-multiplier 4 \
  --no-suite attacks test_remove_million text_differential_long

echo
printf '%-26s %10s  %s\n' axis points failures
printf -- '%.0s-' {1..50}
echo
for row in "${rows[@]}"; do
  IFS='|' read -r name points failures <<<"$row"
  printf '%-26s %10s  %s\n' "$name" "$points" "$failures"
done
[ "$bad" -eq 0 ]
