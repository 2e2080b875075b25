#!/bin/sh
# SPDX-License-Identifier: MIT
# external_sort SORT: each line of output below is one test; sort(1) is the
# judge.
set -u
LC_ALL=C
export LC_ALL

sorter=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$dir/tmp"
TMPDIR=$dir/tmp
export TMPDIR
cd "$dir" || exit 99
failed=0

report() { # STATUS NAME
  if [ "$1" -eq 0 ]; then
    echo "ok: $2"
  else
    echo "FAILED: $2"
    failed=1
  fi
}

# NAME: the file "input", with these options, comes out as sort has it.
same_as_sort() {
  name=$1
  shift
  sort input >expected
  "$sorter" "$@" input >actual && cmp expected actual && [ -z "$(ls -A tmp)" ]
  report $? "$name"
}

: >input
same_as_sort 'no line at all'
printf 'b\na' >input
same_as_sort 'a last line without an end'
printf 'b\000x\nb\nb\000\n\n\na\377\na\001\na\n' >input
same_as_sort 'NUL and other bytes'
awk 'BEGIN { for (i = 0; i < 40000; i++) print (i * 7919) % 40009, i % 97 }' \
  >input
same_as_sort 'all in memory'
same_as_sort 'many runs' -m 64K
same_as_sort 'many levels of runs' -m 4096 -f 2
{
  head -c 300000 /dev/zero | tr '\0' y
  printf '\nshort\n'
  head -c 200000 /dev/zero | tr '\0' x
} >>input
same_as_sort 'lines longer than the memory' -m 8K
awk 'BEGIN { for (i = 0; i < 30000; i++) print "" }' >input
same_as_sort 'nothing but empty lines' -m 4K

printf 'c\nb' >one
printf 'a\nd' >other
sort one other >expected
"$sorter" one other >actual && cmp expected actual
report $? 'several files'
"$sorter" one - <other >actual && cmp expected actual
report $? 'a file and standard input'
cat one other >input
sort input >expected
"$sorter" <input >actual && cmp expected actual
report $? 'standard input'

# The output may be an input: it is replaced at once.
cp one two
"$sorter" -o two two && printf 'b\nc\n' | cmp - two
report $? 'in place'
message=$("$sorter" -o missing/two one 2>&1)
[ $? -eq 2 ] && [ -z "${message##*"missing': No such file"*}" ]
report $? 'an output in no directory'
"$sorter" -o two one missing 2>message
[ $? -eq 2 ] && printf 'b\nc\n' | cmp - two
report $? 'an output stays as it was when the sort fails'
"$sorter" -o tmp one 2>message
[ $? -eq 2 ] && [ -s message ] && [ -d tmp ]
report $? 'an output that is a directory'

message=$("$sorter" missing 2>&1)
[ $? -eq 2 ] && [ -n "$message" ] &&
  [ -z "${message##*"'missing': No such file"*}" ]
report $? 'a missing file'
message=$(TMPDIR=/nowhere "$sorter" -m 4Q one 2>&1)
[ $? -eq 2 ] && [ -z "${message##*"'4Q'"*}" ]
report $? 'a size that is none'
"$sorter" one >/dev/full 2>message
[ $? -eq 2 ] && grep -q 'No space left' message
report $? 'a full device'
[ -z "$(ls -A tmp)" ]
report $? 'nothing is left behind'

exit $failed
