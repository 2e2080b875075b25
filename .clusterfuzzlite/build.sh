#!/bin/bash -eu
# SPDX-License-Identifier: MIT
# The compiler, its sanitizer and the fuzzer's main come from the environment.
build=$WORK/build
meson setup "$build" --default-library=static --prefer-static
meson compile -C "$build" libtempfile.a:static_library
inside="-std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Iinclude -Isrc"

python3 tests/faults/generate.py src/os.h tests/faults/matrix.txt \
  "$WORK/primitives.c" "$WORK/wrapped.args"
wrapped="$WORK/primitives.c tests/faults/faults.c -Itests/faults @$WORK/wrapped.args"

for name in fuzz_options fuzz_remove fuzz_states; do
  more=
  [ $name = fuzz_states ] && more=$wrapped
  # shellcheck disable=SC2086 # words
  $CC $CFLAGS $inside fuzz/$name.c fuzz/scratch.c $more \
    "$build/src/libtempfile.a" $LIB_FUZZING_ENGINE -lpthread \
    -o "$OUT/$name"
done
# shellcheck disable=SC2086 # words
$CC $CFLAGS $inside tests/fuzz_text.c "$build/src/libtempfile.a" \
  $LIB_FUZZING_ENGINE -lpthread -o "$OUT/fuzz_text"
