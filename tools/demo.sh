#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh BUILD: sort a real text of at least 50 MB in 4 MiB of memory with
# examples/external_sort, compare with sort(1), and show what is left behind.
set -eu
LC_ALL=C
export LC_ALL

build=$(cd "$1" && pwd)
sorter=$build/examples/external_sort
least=50000000
most=64000000

work=$build/demo
rm -rf "$work"
mkdir -p "$work/tmp"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
TMPDIR=$work/tmp
export TMPDIR
: >"$TMPDIR/somebody-elses"

fail() {
  echo "demo: $1" >&2
  exit 1
}

size_of() {
  wc -c <"$1" | tr -d ' '
}

# Headers, lists, licences, scripts of this machine; where that is not enough,
# the same again.
gather_text() {
  find /usr /var/lib /etc -type f -size +2 \( -name '*.[chly]' \
    -o -name '*.hpp' -o -name '*.txt' -o -name '*.list' -o -name '*.md5sums' \
    -o -name '*.md' -o -name '*.p[lmyo]' -o -name '*.pod' -o -name '*.sh' \
    -o -name '*.xml' -o -name '*.conf' -o -name '*_Packages' \
    -o -name copyright -o -name status -o -name available \) \
    -exec cat {} + 2>/dev/null | head -c "$most" >text || :
  [ -s text ] || fail 'no text found on this machine'
  while [ "$(size_of text)" -lt "$least" ]; do
    cat text text >twice
    mv twice text
  done
}

now() {
  python3 -c 'import time; print(time.monotonic())'
}

# What the command takes, in seconds.
time_of() {
  start=$(now)
  "$@"
  now | awk -v start="$start" '{ printf "%.2f\n", $1 - start }'
}

run_external_sort() {
  "$sorter" -m 4M --stats -o sorted text 2>stats || fail "$(cat stats)"
}

run_sort() {
  sort -S 4M text >expected 2>/dev/null || sort text >expected
}

# The sort has spilled all it was given and waits for more: end it, outright.
kill_external_sort() {
  mkfifo pipe
  "$sorter" -m 4M <pipe >/dev/null &
  pid=$!
  exec 3>pipe
  cat text >&3
  kill -KILL "$pid"
  exec 3>&-
  wait "$pid" 2>/dev/null || :
}

row() {
  printf '  %-15s%s\n' "$1" "$2"
}

list_names() {
  find "$TMPDIR" ! -path "$TMPDIR" | sort
}

check_names() { # WHEN
  names=$(list_names)
  row "$1" "$(echo "$names" | sed "s|^$TMPDIR/||" | paste -sd ' ' -)"
  [ "$names" = "$before" ] || fail 'that is not as before'
}

echo 'Gathering text from this machine ...'
gather_text
echo "Sorting $(size_of text) bytes in 4 MiB of memory ..."
before=$(list_names)
ours=$(time_of run_external_sort)
theirs=$(time_of run_sort)
cmp sorted expected || fail 'not what LC_ALL=C sort makes of it'

echo
sed 's/^/  /' stats
row 'seconds' "$ours; sort -S 4M took $theirs"
row 'result' 'as LC_ALL=C sort has it, byte for byte'
echo
echo 'Names in the temporary directory'
row 'before' "$(echo "$before" | sed "s|^$TMPDIR/||")"
check_names 'after'
kill_external_sort
check_names 'after kill -9'
