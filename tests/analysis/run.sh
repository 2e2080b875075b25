#!/bin/bash
# SPDX-License-Identifier: MIT
# The tests of the library under valgrind, or in a build with MemorySanitizer:
# is memory used that nothing was put into, or that is not ours?
#
# usage: run.sh valgrind|memory [all|SEED]
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
tool=${1:?TOOL} seed=${2:-$RANDOM}

# What measures time, stack or descriptors would measure the tool, which does
# not bear either that memory is taken away (test_spooled).
tests=(test_remove_tree test_remove_moved test_remove_faults
  test_remove_in_signal test_bad_calls test_bad_input test_buffer
  test_buffering test_create test_directories test_full_disk test_made
  test_named test_options test_session test_sweep test_sweep_disguises
  test_where attacks/test_attack_names attacks/test_attack_trees)
# MemorySanitizer is faster, but does not know what fprintf has put into a
# buffer of the C library's.
if [ "$tool" = memory ]; then
  tests+=(test_codec test_exit test_fork test_persist test_persist_names
    test_persist_others test_persist_refused test_persist_trees test_text
    test_text_errors test_text_line_ends test_text_lines test_text_parts
    test_text_positions test_text_stateful)
else
  tests+=(test_stdio)
  # valgrind makes system calls of its own, at which a child is stopped too; it
  # lets the system create what it then says there is no descriptor for; and to
  # run /proc/self/exe is to run valgrind.
  export TEST_SKIPS='replaced_between_any_two_steps|valgrind makes many more
a_file_is_looked_at_until_the_last_moment|valgrind makes many more
no_descriptor_left|valgrind counts descriptors too late
the_standard_streams_are_never_ours|it runs itself again
a_deep_tree|valgrind keeps its limit of descriptors
now_and_then|valgrind is slower than a sweep may be'
fi

if [ "$seed" != all ]; then
  echo "seed $seed"
  mapfile -t tests < <(printf '%s\n' "${tests[@]}" |
    shuf -n 5 --random-source=<(yes "$seed"))
fi

work=$(mktemp -d) || exit 2
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT

build_for_memory() {
  local here=tests/analysis
  clang -c -O1 -g -D_GNU_SOURCE -fsanitize=memory \
    -o "$work/told.o" $here/told_to_memory_sanitizer.c &&
    CC=clang CXX=clang++ meson setup "$work/build" -Db_sanitize=memory \
      -Db_lundef=false -Doptimization=1 \
      -Dc_args="-fsanitize-ignorelist=$PWD/$here/unchecked.txt" \
      -Dc_link_args="-fsanitize=memory $work/told.o \
        -Wl,--wrap=syscall -Wl,--wrap=statx" &&
    ninja -C "$work/build" "${tests[@]/#/tests/}"
}

case $tool in
memory)
  command -v clang >/dev/null || { echo 'skipped: no clang'; exit 77; }
  build_for_memory >"$work/log" 2>&1 || { cat "$work/log"; exit 2; }
  build=$work/build wrap=()
  ;;
valgrind)
  command -v valgrind >/dev/null || { echo 'skipped: no valgrind'; exit 77; }
  build=build wrap=(valgrind --quiet --error-exitcode=99
    --suppressions=tests/analysis/valgrind.supp)
  ;;
esac

passed=0 failed=0
for test in "${tests[@]}"; do
  if timeout 600 "${wrap[@]}" "$build/tests/$test" >"$work/log" 2>&1; then
    passed=$((passed + $(grep -c '^\[ *OK \]' "$work/log")))
  else
    failed=$((failed + 1))
    echo "FAILED: $test"
    grep -E -A12 'MemorySanitizer|^==[0-9]+== [A-Z]|not so' "$work/log" |
      head -40
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
