#!/bin/bash
# SPDX-License-Identifier: MIT
# The proof, axis by axis, and one table in the end: what was tried, how often,
# and how often it failed. What this user or machine cannot run is skipped, and
# told by name.
#
# usage: proof.sh                  all of it, the gate first; as root, on two
#                                  cores, in less than 45 minutes
#        proof.sh --sample [SEED]  a part, drawn by chance, of what the gate has
#                                  built in build/
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

sample='' seed=1
[ "${1-}" = --sample ] && sample=yes seed=${2:-$RANDOM}
build=$PWD/build
[ -w /dev/shm ] && fast=/dev/shm || fast=/tmp
logs=$(mktemp -d) || exit 2
trap 'rm -rf "$logs"' EXIT
trap 'exit 1' HUP INT TERM

pick() { # ALL SAMPLE
  if [ -n "$sample" ]; then echo "$2"; else echo "$1"; fi
}

names=()
# Run a command, two at a time. What it has tried are the numbers found by the
# expression in its output, summed up.
axis() { # NAME EXPRESSION COMMAND...
  local log=$logs/${#names[@]}
  names+=("$1")
  [ "$(jobs -rp | wc -l)" -lt 2 ] || wait -n
  run_axis "$log" "$@" &
}

run_axis() { # LOG NAME EXPRESSION COMMAND...
  local log=$1 name=$2 expression=$3 start=$SECONDS points status
  shift 3
  "$@" >"$log" 2>&1 </dev/null
  status=$?
  points=$(grep -oE "$expression" "$log" | grep -oE '[0-9]+' |
    awk '{ n += $1 } END { print n + 0 }')
  if [ $status -eq 77 ]; then
    echo "- skipped" >"$log.row"
  elif [ $status -eq 0 ] && [ "$points" -gt 0 ]; then
    echo "$points 0" >"$log.row"
  else
    echo "$points failed" >"$log.row"
    echo "FAILED: $name (status $status)"
    grep -E 'FAILED|not so|left behind|not reached|error:|ERROR' "$log" |
      head -30
  fi
  printf '%s: %d s\n' "$name" $((SECONDS - start))
}

# Tests of a suite by Meson, each of which counts. Two may run at a time.
suite() { # BUILD SUITE OPTION...
  local build=$1 suite=$2 status
  meson test -C "$build" --no-rebuild --print-errorlogs --logbase "$suite" \
    --suite "$suite" "${@:3}"
  status=$?
  tools/count_tests "$build/meson-logs/$suite.json"
  return $status
}
passed='^[0-9]+ passed'

# What the gate would begin with, so that others need not wait for it.
build_all() {
  tools/bootstrap check && make build/ready-to-test && meson compile -C build
}

# Its last line alone counts: the stages have lines of their own.
the_gate() {
  .ci/run none | sed '$!s/^[0-9]/ &/'
}

show_table() {
  local i points failures bad=0
  echo
  printf '%-28s %10s  %s\n' axis points failures
  printf -- '%.0s-' {1..50}
  echo
  for i in "${!names[@]}"; do
    read -r points failures <"$logs/$i.row"
    printf '%-28s %10s  %s\n' "${names[i]}" "$points" "$failures"
    [ "$failures" = 0 ] || [ "$failures" = skipped ] || bad=$((bad + 1))
  done
  # cmocka tells twice of what was skipped.
  for i in "${!names[@]}"; do
    grep -ohE '^(skipped: .*|\[  SKIPPED \] \w+)' "$logs/$i" |
      sort -u | sed "s/^/${names[i]}: /"
  done
  return $((bad > 0))
}

if [ -n "$sample" ]; then
  echo "seed $seed"
else
  build_all >"$logs/build" 2>&1 || { cat "$logs/build" && exit 2; }
  # What takes longest, and waits most, comes first.
  axis 'the gate' "$passed" the_gate
  axis 'file systems' '^all: [0-9]+ passed' tests/filesystems/run.py "$build"
fi

TMPDIR=$fast axis 'faults from inside' '[0-9]+ points' \
  "$build/tests/faults/test_faults" "$(pick all "$seed")"
TMPDIR=$fast axis 'faults from outside' '^[0-9]+ points' \
  tests/faults/outside.sh "$build/tests/faults/outside" "$(pick all "$seed")"
axis 'hostile places' '^\[  PASSED  \] [0-9]+' \
  "$build/tests/faults/test_environment"
for one in names trees process; do
  axis "attacks: $one" '^\[  PASSED  \] [0-9]+' \
    "$build/tests/attacks/test_attack_$one"
done
TMPDIR=$fast axis 'attacks: a race' '[0-9]+ deletions' \
  "$build/tests/attacks/test_attack_race" "$(pick 1000000 5)"
for one in options remove command states; do
  TMPDIR=$fast axis "fuzz: $one" '^[0-9]+ inputs' \
    "$build/fuzz/fuzz_${one}_drawn" "$(pick 100000 3000)" "$seed"
done
if [ -n "$sample" ]; then
  axis 'file systems' '^all: [0-9]+ passed' tests/filesystems/run.py "$build" \
    test_create test_persist{,_names,_others,_refused,_trees} 'tempf write'
  axis 'mutants' "$passed" tests/mutants/run.py --count 4 --seed "$seed"
else
  PROOFS=all axis 'kill, power cut, lives' "$passed" suite "$build" proofs \
    --timeout-multiplier 6
  axis 'mutants' "$passed" tests/mutants/run.py
  axis 'coverage' '^(lines|branches): .*\([0-9]+' tools/coverage
fi
axis valgrind "$passed" tests/analysis/run.sh valgrind "$(pick all "$seed")"
axis 'memory sanitizer' "$passed" tests/analysis/run.sh memory "$(pick all "$seed")"
wait
show_table
