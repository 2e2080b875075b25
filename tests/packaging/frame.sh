# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034 # whoever reads this has a use for all
# The frame of a test in the shell, for `.` to read: a directory, which is gone
# in the end, and a line for each thing that is tried.
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

ok() { # NAME COMMAND...
  what=$1
  shift
  if "$@" >"$dir/log" 2>&1; then
    echo "ok: $what"
  else
    echo "FAILED: $what"
    tail -n 40 "$dir/log"
    failed=1
  fi
}

skip() {
  echo "skipped: $1"
}

need_clone() { # SOURCE
  git -C "$1" rev-parse --git-dir >/dev/null 2>&1 || {
    skip 'this is no clone'
    exit 77
  }
}
