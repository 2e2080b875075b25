#!/bin/bash
# SPDX-License-Identifier: MIT
# Run tests of well-known packages that use tempfile, as they are, with the
# standard module and with ctempfile in its place; the outcomes must be the
# same, and every process must have run the module it was to run. usage:
#
#   tests/python/packages.sh [PYTHON [NAME...]]
#
# Needs PyPI. Takes about five minutes. The last line counts.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
root=$PWD
tests=$root/tests/python
python=${1:-python3}
only=" ${*:2} "
export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONPATH TMPDIR TEMP TMP

# The package | what its tests need beside it | the tests, in its source
packages() {
  cat <<'END'
Django | asgiref sqlparse | cd tests && PYTHONPATH=.. python runtests.py --parallel=1 file_uploads file_storage files
Werkzeug | pytest ephemeral-port-reserve watchdog cryptography | pytest -rfE tests/test_formparser.py tests/test_datastructures.py tests/test_test.py
pytest | attrs | pytest -rfE testing/test_capture.py testing/test_tmpdir.py
starlette | pytest httpx2 anyio trio python-multipart itsdangerous jinja2 | pytest tests/test_formparsers.py tests/test_requests.py tests/test_staticfiles.py -rfE
END
}

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 2

prepare() { # NAME NEEDS
  local sdists
  "$python" -m venv venv &&
    venv/bin/python -m pip install -q "$root" &&
    venv/bin/python -m pip download -q --no-deps --no-binary "$1" "$1" &&
    sdists=(./*.tar.gz) && mkdir source &&
    tar -xf "${sdists[0]}" -C source --strip-components=1 || return
  # shellcheck disable=SC2086 # words
  venv/bin/python -m pip install -q "${sdists[0]}" $2 || return
  cp "$tests/witness.py" \
    "$(echo venv/lib/python*/site-packages)/ctempfile_witness.py"
  echo 'import ctempfile_witness' \
    >"$(echo venv/lib/python*/site-packages)/ctempfile_a_witness.pth"
}

# What came out, test by test where they failed: without times and addresses.
outcome() { # NAME MODULE COMMAND
  (
    cd source && rm -rf .pytest_cache && PATH=$work/venv/bin:$PATH \
      CTEMPFILE_WITNESS=$work/$1-$2.witness \
      bash -c "$3" >"$work/$1-$2.log" 2>&1 </dev/null
  )
  grep -E '^(FAILED|ERROR|FAIL:|ERROR:|Ran [0-9]+ tests|OK|[0-9=]+.* (passed|failed))' \
    "$work/$1-$2.log" | sed -E 's/ in [0-9:.]+s.*//; s/ - .*//; s/^=+ //' | sort
}

# Names and files that the module made, if no process ran another; else 0.
made() { # NAME MODULE
  awk -v module="$2" '{ if ($1 != module) other = 1; sum += $2 }
    END { print other ? 0 : sum + 0 }' "$work/$1-$2.witness"
}

passed=0 failed=0
try() { # NAME NEEDS COMMAND
  local name=$1 count
  prepare "$name" "$2" >"$work/prepare.log" 2>&1 ||
    { tail -n 5 "$work/prepare.log" && return 1; }
  outcome "$name" tempfile "$3" >"$work/$name.standard"
  venv/bin/python "$tests/in_place.py" put || return
  outcome "$name" ctempfile "$3" >"$work/$name.ours"
  diff "$work/$name.standard" "$work/$name.ours" ||
    { tail -n 20 "$work/$name-ctempfile.log" && return 1; }
  count=$(made "$name" ctempfile)
  echo "$name: $(grep -E 'passed|^Ran' "$work/$name.ours"), $count made," \
    "$(made "$name" tempfile) by the standard module"
  [ "$count" -gt 0 ] || sort "$work/$name-ctempfile.witness" | uniq -c
  [ "$count" -gt 0 ] && grep -qE '[1-9][0-9]* passed|^Ran [1-9]' "$work/$name.ours"
}

while IFS='|' read -r name needs command; do
  read -r name <<<"$name"
  [ "$only" = '  ' ] || [[ $only == *" $name "* ]] || continue
  rm -rf venv source ./*.tar.gz
  if try "$name" "$needs" "$command"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
done < <(packages)
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
