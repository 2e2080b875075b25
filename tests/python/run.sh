#!/bin/bash
# SPDX-License-Identifier: MIT
# Build ctempfile as pip does, in a virtual environment under a temporary
# directory, and test it there; nothing is left behind. usage:
#
#   tests/python/run.sh [PYTHON]     PYTHON is python3 if it is not given
#
# As root, tests run once more as a user without rights. Set FUZZ_EXAMPLES for
# more than 2000 examples. The last line counts; the exit status is 0 only if
# nothing failed. Takes about a minute. all.sh does it for every Python.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
root=$PWD
tests=$root/tests/python
python=${1:-python3}
nobody=65534
export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONPATH TMPDIR TEMP TMP

# By way of a shell, since setpriv may still enter what its command may not.
without_rights() {
  # shellcheck disable=SC2016 # it is the other shell that expands
  setpriv --reuid=$nobody --regid=$nobody --clear-groups --inh-caps=-all \
    sh -c '"$0" "$@"' "$@"
}

# The real interpreter where anybody may run it: if its tree cannot be entered,
# it gets another name, which only this script and its children see.
read -r prefix real < <("$python" -c 'import sys
print(sys.base_prefix, sys._base_executable)') || exit 2
tree=
if [ "$(id -u)" -eq 0 ] && ! without_rights "$real" -c '' 2>/dev/null; then
  if [ -z "${CTEMPFILE_ALONE:-}" ] && unshare -m true 2>/dev/null; then
    CTEMPFILE_ALONE=1 exec unshare -m "$tests/run.sh" "$python"
  fi
  tree=$prefix
fi

work=$(mktemp -d) || exit 2
chmod 755 "$work"
clean() {
  mountpoint -q "$work/tree" && umount "$work/tree"
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM

passed=0 failed=0 skipped=0
enter() { # PASSED FAILED SKIPPED
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# One test: does the command end well?
check() { # NAME COMMAND...
  local name=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    enter 1 0 0
    echo "ok: $name: $(tail -1 "$work/log")"
  else
    enter 0 1 0
    echo "FAILED: $name"
    tail -50 "$work/log"
  fi
}

# The number before a word in the last line of the log; 0 if it is not there.
count() { # WORD
  tail -1 "$work/log" | grep -oE "[0-9]+ $1" | grep -oE '^[0-9]+' || echo 0
}

# A command whose last line counts.
counted() { # NAME COMMAND...
  local name=$1 status=0
  shift
  "$@" >"$work/log" 2>&1 || status=1
  [ "$(count failed)" -gt 0 ] || [ $status -eq 0 ] || enter 0 1 0
  enter "$(count passed)" "$(count failed)" "$(count skipped)"
  [ $status -eq 0 ] || grep -E '^(FAILED|ERROR|E  )' "$work/log"
  echo "$name: $(tail -1 "$work/log")"
}

# Stubs are those of the standard module's types: what is different on purpose
# in old versions, and the part in C, is not compared.
compare_stubs() {
  printf '%s\n' 'ctempfile\._ctempfile\..*' \
    'ctempfile\.SpooledTemporaryFile(\..*)?' \
    'ctempfile\.TemporaryDirectory\.__class_getitem__' >allowed
  "$python" -m mypy.stubtest ctempfile --allowlist allowed \
    --ignore-unused-allowlist
}

cd "$work" || exit 2
if [ -n "$tree" ] && [ -n "${CTEMPFILE_ALONE:-}" ]; then
  mkdir tree && mount --bind "$tree" tree &&
    mount -o remount,bind,ro tree || exit 2
  real=$work/tree/${real#"$tree"/}
  export LD_LIBRARY_PATH=$work/tree/lib
fi
"$real" -m venv venv &&
  venv/bin/python -m pip install -q pytest hypothesis meson-python \
    'meson >= 1.2.3' ninja || exit 2
PATH=$work/venv/bin:$PATH
python=$work/venv/bin/python # and no other, whatever becomes of it
cp -r "$root/include" "$root/src" "$root/python" "$root/meson.build" \
  "$root/meson_options.txt" "$root/pyproject.toml" "$root/LICENSE" . &&
  mkdir docs && cp "$root/docs/python.md" docs &&
  cp -r "$tests" tests && chmod -R a+rX tests || exit 2

check 'pip install .' "$python" -m pip install -q --no-build-isolation --no-deps .
[ $failed -eq 0 ] || { echo '0 passed, 1 failed' && exit 1; }
counted 'pytest' "$python" -m pytest -q -p no:cacheprovider --color=no tests
if "$python" -m pip install -q mypy >"$work/log" 2>&1; then
  check 'stubs' compare_stubs
else
  enter 0 0 1
  echo "skipped: stubs: no mypy: $(tail -n 1 "$work/log")"
fi
check 'leaks' "$python" tests/leaks.py
check 'fuzz' "$python" tests/fuzz.py
counted "CPython's tests" "$python" tests/cpython.py
counted "CPython's tests, names owed" "$python" tests/cpython.py owed
counted "CPython's tests, names leased" "$python" tests/cpython.py leased
if "$python" -c 'import sys; sys.gettotalrefcount()' 2>/dev/null; then
  check "CPython's tests, references" "$python" tests/cpython.py references
fi
if without_rights "$python" -c '' 2>/dev/null; then
  mkdir home && chown $nobody home && chown -hR $nobody venv && cd home || exit 2
  export HOME=$work/home
  counted "CPython's tests as nobody" \
    without_rights "$python" "$work/tests/cpython.py"
  counted 'pytest as nobody' \
    without_rights "$python" -m pytest -q -p no:cacheprovider --color=no \
    --basetemp="$work/home/pytest" "$work/tests"
else
  enter 0 0 1
  echo "skipped: CPython's tests as nobody: this is not root"
fi
line="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || line+=", $skipped skipped"
echo "$line"
[ "$failed" -eq 0 ]
