#!/bin/bash
# SPDX-License-Identifier: MIT
# Everything about ctempfile: all Pythons that are there, Debian's newest, the
# tests of packages, 100 000 examples of the fuzzer. Takes an
# hour or so and needs the network; the last line counts. usage:
#
#   tests/python/all.sh [PYTHON...]
#
# PYTHON... are those to be found on PATH and in $PYENV_ROOT if not given.
set -uo pipefail
cd "$(dirname "$0")" || exit 2
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM

# One path for each version, 3.9 or later, as the interpreters tell it.
find_pythons() {
  local path
  local places
  IFS=: read -ra places <<<"$PATH"
  for path in "${places[@]/%//python3}" \
    "${PYENV_ROOT:-/nowhere}"/versions/*/bin/python3; do
    [ -x "$path" ] && "$path" -c 'import sys
if sys.version_info >= (3, 9):
    import ensurepip, test.test_tempfile, venv
    print(sys.version.split()[0], sys.base_prefix + "/bin/python3")' 2>/dev/null
  done | sort -uV | cut -d ' ' -f 2
}

passed=0 failed=0 skipped=0
run() { # COMMAND... whose last line counts
  local counts
  printf '\n=== %s\n' "$*"
  "$@" | tee "$log"
  read -ra counts < <(tail -n 1 "$log" | tr -cd '0-9 \n')
  passed=$((passed + ${counts[0]:-0})) failed=$((failed + ${counts[1]:-1}))
  skipped=$((skipped + ${counts[2]:-0}))
}

pythons=("$@")
[ $# -gt 0 ] || mapfile -t pythons < <(find_pythons)
for python in "${pythons[@]}"; do
  run ./run.sh "$python"
done
FUZZ_EXAMPLES=100000 run ./run.sh "${pythons[-1]}"
run ./packages.sh "${pythons[-1]}"
if [ "$(id -u)" -eq 0 ]; then
  run ./debian.sh
else
  echo 'skipped: debian.sh: this is not root'
  skipped=$((skipped + 1))
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
