#!/bin/sh
# SPDX-License-Identifier: MIT
# exports_test.sh LIBRARY MAP HEADERS BASELINE: the library shows the symbols of
# the map and no other; it asks libc for nothing that would change or surprise
# its host; and what it shows is compatible with the baseline, if COMPARE is
# yes: another compiler describes the same things in other words.
set -u
library=$1 map=$2 headers=$3 baseline=$4
update=$(dirname "$baseline")/update.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

sed -n 's/^\t\(temp[a-z_]*\);$/\1/p' "$map" | sort >"$dir/wanted"
nm -D --defined-only "$library" | awk '$2 != "A" { print $3 }' |
  sed 's/@.*//' | sort >"$dir/shown"
if diff "$dir/wanted" "$dir/shown"; then
  echo "ok: $(wc -l <"$dir/shown") symbols"
else
  echo 'FAILED: the symbols are not those of the map'
  failed=1
fi

# They change what is the whole process's, print, or end it.
tr -s ' ' '\n' >"$dir/unwelcome" <<'END'
setlocale uselocale setenv unsetenv putenv umask chdir fchdir chroot dup dup2
exit abort __assert_fail (__)?v?f?printf(_chk)? puts fputs putchar perror
v?syslog errx? warnx? signal alarm system popen fork vfork exec.* s?rand(om)?
strtok mkstemp.* mkdtemp tmpfile.* tempnam tmpnam
END
nm -D --undefined-only "$library" | awk '{ print $2 }' | sed 's/@.*//' |
  grep -xE -f "$dir/unwelcome" >"$dir/surprising"
if [ -s "$dir/surprising" ]; then
  echo 'FAILED: it asks libc for'
  cat "$dir/surprising"
  failed=1
else
  echo 'ok: it asks libc for nothing that would surprise its host'
fi

if [ "${COMPARE:-yes}" != yes ]; then
  echo 'skipped: the binary interface: not as the baseline was built'
elif ! command -v abidiff >/dev/null; then
  echo 'skipped: the binary interface: there is no abidiff'
elif [ ! -e "$baseline" ]; then
  echo 'skipped: the binary interface: no baseline for this machine'
elif "$update" "$library" "$headers" "$dir/now.abi" &&
  abidiff --no-added-syms "$baseline" "$dir/now.abi"; then
  echo 'ok: the binary interface is that of the baseline'
else
  echo 'FAILED: the binary interface has changed'
  failed=1
fi
exit $failed
