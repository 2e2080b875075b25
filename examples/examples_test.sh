#!/bin/sh
# SPDX-License-Identifier: MIT
# examples_test.sh NAME PROGRAM [TEMPF]: does the example do what it says, and
# leave nothing behind? Each line of output is one test. NAME is "missing" where
# PROGRAM, which an example needs, is not there.
# shellcheck disable=SC2317 # what ok calls is reachable
set -u
LC_ALL=C
export LC_ALL
name=$1
if [ "$name" = missing ]; then
  echo "skipped: there is no $2"
  exit 77
fi
program=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
tempf=${3:-}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$dir/tmp" "$dir/bin"
TMPDIR=$dir/tmp
export TMPDIR
cd "$dir" || exit 99
failed=0

ok() { # NAME COMMAND...
  what=$1
  shift
  if "$@"; then
    echo "ok: $what"
  else
    echo "FAILED: $what"
    failed=1
  fi
}

fails() {
  ! "$@" 2>messages
}

holds() { # FILE TEXT
  [ "$(cat "$1")" = "$2" ]
}

nothing_left() {
  [ -z "$(ls -A tmp)" ]
}

write_config() {
  ok 'makes a file' "$program" app.conf colour=blue size=3
  ok 'changes a value' "$program" app.conf size=4
  ok 'has the new value and the others' \
    holds app.conf "$(printf 'colour=blue\nsize=4')"
  chmod 640 app.conf
  ok 'changes it again' "$program" app.conf size=5
  ok 'permissions stay' [ "$(find app.conf -perm 640)" ]
  printf 'colour=red' >app.conf
  ok 'completes a last line that has no end' "$program" app.conf size=6
  ok 'and keeps it' holds app.conf "$(printf 'colour=red\nsize=6')"
  mkdir taken
  ok 'fails if the old one cannot be read' fails "$program" taken a=b
  ok 'and says so' grep -q 'taken: Is a directory' messages
}

receive_upload() {
  mkdir store
  printf 'a\nhello' >request
  "$program" store <request >said
  ok 'a small one stays in memory' grep -q 'a: 5 bytes, in memory' said
  ok 'it is stored' holds store/a hello
  ok 'the same name is refused' fails "$program" store <request
  ok 'and the first stays' holds store/a hello
  { echo big && head -c 300000 /dev/zero; } >request
  "$program" store <request >said
  ok 'a large one goes to disk' grep -q '300000 bytes, on disk' said
  { echo huge && head -c 300000 /dev/zero; } >request
  ok 'the limit holds' fails "$program" store 299999 <request
  printf '../b\nx' >request
  ok 'no way out' fails "$program" store <request
  ok 'nothing else is there' [ "$(ls -A store)" = "$(printf 'a\nbig')" ]
}

parallel_build() {
  echo 'int two(void); int two(void) { return 2; }' >two.c
  echo 'int two(void); int main(void) { return two(); }' >main.c
  echo 'int three(' >three.c
  ok 'builds' "$program" result main.c two.c
  ./result
  ok 'what it built runs' [ $? -eq 2 ]
  cp result before
  ok 'fails with the compiler' fails "$program" result main.c three.c
  ok 'fails with the linker' fails "$program" result main.c
  ok 'the old program stays' cmp result before
}

compiler_driver() {
  echo 'int two(void) { return 2; }' >two.c
  ok 'compiles' "$program" two.c two.o
  ok 'makes an object' [ -s two.o ]
  ok 'leaves nothing' nothing_left
  echo 'int three(' >three.c
  ok 'fails with the compiler' fails "$program" three.c three.o
  ok 'leaves nothing then' nothing_left
  "$program" -k two.c two.o >kept
  ok 'keeps the files of the passes' [ "$(grep -c 'pass-.*\.[is]$' kept)" -eq 2 ]
  while read -r path; do
    [ -s "$path" ] && rm "$path"
  done <kept
}

test_fixture() {
  ok 'passes' "$program" >said
  ok 'leaves nothing' nothing_left
  "$program" fail >said
  ok 'fails' [ $? -eq 1 ]
  kept=$(sed -n 's/^see //p' said)
  ok 'keeps what the failed test made' holds "$kept/evidence" 'this went wrong'
  rm -r "$kept"
}

raii() {
  ok 'works' "$program"
  ok 'cleans up after an exception' fails "$program" fail
  ok 'which is reported' grep -q 'something else' messages
}

xml_report() {
  ok 'writes' "$program" report.xml one '<two>'
  ok 'what the library was given' grep -q '<item>&lt;two&gt;</item>' report.xml
}

report() {
  ln -s "$tempf" bin/tempf
  PATH=$dir/bin:$PATH
  echo 'one two one' >input
  ok 'before' sh "$program/report_before.sh" before <input
  ok 'after' sh "$program/report_after.sh" after <input
  ok 'the same comes out' cmp before after
  printf 'old' >after
  printf '#!/bin/sh\nexit 1\n' >bin/sort
  chmod +x bin/sort
  ok 'a failure is one' fails sh "$program/report_after.sh" after <input
  ok 'and the old file stays' holds after old
}

$name
ok 'nothing is left behind' nothing_left
exit $failed
