#!/bin/bash
# SPDX-License-Identifier: MIT
# The tests on each file system that this machine can mount, and a table of what
# each gives. Only root can.
#
# usage: run.sh BUILD [TABLE [TEST...]]: TABLE is where to write the table ("-":
# nowhere); without TEST, all tests in C that use the temporary directory
set -uo pipefail

build=$(cd "${1:?BUILD}" && pwd)
table=${2:--}
shift $(($# < 2 ? $# : 2))
tests=("$@")
[ ${#tests[@]} -gt 0 ] || tests=(test_create test_named test_persist
  test_session test_sweep test_exit test_where test_buffer faults/test_faults
  attacks/test_attack_names attacks/test_attack_trees)
[ "$(id -u)" -eq 0 ] || { echo 'skipped: only root can mount'; exit 77; }

# The tests take only short paths.
work=$(mktemp -d /tmp/XXX) || exit 2
chmod 755 "$work"
mounted=()
leave() {
  local i
  for ((i = ${#mounted[@]} - 1; i >= 0; i--)); do
    umount "${mounted[i]}" 2>/dev/null || umount -l "${mounted[i]}"
  done
  rm -rf "$work"
}
trap leave EXIT

mount_one() { # NAME AT
  case $1 in
  tmpfs) mount -t tmpfs tmpfs "$2" ;;
  ext4) truncate -s 400M "$work/$1.img" && mkfs.ext4 -q -F "$work/$1.img" &&
    mount -o loop "$work/$1.img" "$2" ;;
  xfs | btrfs) truncate -s 400M "$work/$1.img" &&
    "mkfs.$1" -q -f "$work/$1.img" && mount -o loop "$work/$1.img" "$2" ;;
  overlay) mkdir "$work/low" && mkdir "$work/up" &&
    mount -t tmpfs tmpfs "$work/up" && mounted+=("$work/up") &&
    mkdir "$work/up/u" "$work/up/w" && mount -t overlay overlay \
    -o "lowerdir=$work/low,upperdir=$work/up/u,workdir=$work/up/w" "$2" ;;
  fuse) mkdir "$work/behind" && bindfs -o allow_other,dev,suid \
    "$work/behind" "$2" ;;
  esac >"$work/log" 2>&1
}

ask() { # AT: what the file system gives, as cells of a table
  python3 - "$1" <<'PYTHON'
import ctypes, fcntl, os, sys
at = sys.argv[1]
libc = ctypes.CDLL(None, use_errno=True)

def tried(call):
    try:
        call()
        return "yes"
    except OSError as error:
        return "no (%s)" % os.strerror(error.errno)

def nameless():
    os.close(os.open(at, os.O_TMPFILE | os.O_RDWR, 0o600))

def linked():
    fd = os.open(at, os.O_TMPFILE | os.O_RDWR, 0o600)
    if libc.linkat(-100, b"/proc/self/fd/%d" % fd, -100,
                   os.fsencode(at + "/l"), 0x400):
        raise OSError(ctypes.get_errno(), "")
    os.unlink(at + "/l")

def locked():
    fd = os.open(at, os.O_RDONLY)
    fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)

def renamed(flag):
    for name in "ab":
        os.close(os.open(at + "/" + name, os.O_CREAT, 0o600))
    if flag == 1:
        os.unlink(at + "/b")
    failed = libc.renameat2(-100, os.fsencode(at + "/a"), -100,
                            os.fsencode(at + "/b"), flag)
    code = ctypes.get_errno()
    for name in "ab":
        if os.path.exists(at + "/" + name):
            os.unlink(at + "/" + name)
    if failed:
        raise OSError(code, "")

def born():
    out = os.popen("stat -c %%W '%s'" % at).read().strip()
    return "no" if out in ("0", "-", "") else "yes"

print(" | ".join([tried(nameless), tried(linked), tried(locked),
                  tried(lambda: renamed(1)), tried(lambda: renamed(2)),
                  born()]))
PYTHON
}

rows=() passed=0 failed=0 skipped=0
for name in tmpfs ext4 xfs btrfs overlay fuse; do
  at=$work/$name
  mkdir "$at"
  if ! mount_one "$name" "$at"; then
    echo "skipped: $name: $(tail -1 "$work/log")"
    skipped=$((skipped + 1))
    continue
  fi
  mounted+=("$at")
  chmod 1777 "$at"
  rows+=("| $name | $(ask "$at") |")
  for test in "${tests[@]}"; do
    if (cd "$at" && TMPDIR=$at timeout 300 "$build/tests/$test") \
      >"$work/output" 2>&1; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      echo "FAILED: $test on $name"
      grep -E -A2 'not so|left behind|FAILED  ' "$work/output" | head -30
    fi
  done
  echo "$name: done"
done
if [ "$table" != - ]; then
  {
    echo '# File systems'
    echo
    # shellcheck disable=SC2016 # Markdown
    echo 'What each gives, as `tests/filesystems/run.sh` found it on Linux'
    echo "$(uname -r | cut -d. -f1,2). The library asks each directory anew."
    echo
    echo '| | files without a name | that can get one | locks' \
      '| rename without replacing | exchange | time of birth |'
    echo '|---|---|---|---|---|---|---|'
    printf '%s\n' "${rows[@]}"
  } >"$table"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
