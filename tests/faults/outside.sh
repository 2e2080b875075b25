#!/bin/bash
# SPDX-License-Identifier: MIT
# Every system call of a life failing in every way, from outside: the library
# is the one that is installed. Nothing may be left behind, what fails must be
# told, and what fails once must succeed the second time.
#
# usage: outside.sh PROGRAM [all | SEED]
set -uo pipefail

program=$1
seed=${2:-$RANDOM}
command -v strace >/dev/null || { echo 'skipped: no strace'; exit 77; }
strace -qq -o /dev/null true 2>/dev/null ||
  { echo 'skipped: nothing can be traced here'; exit 77; }

base=/tmp
[ -w /dev/shm ] && base=/dev/shm
work=$(mktemp -d "$base/outside-XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work/temporary TEMPFILE_SWEEP=never

matrix='
openat EEXIST EACCES ENOSPC EDQUOT EROFS EMFILE ENFILE ENOMEM EPERM EIO EINTR EOPNOTSUPP EISDIR EINVAL
openat2 ENOSYS EPERM EAGAIN EMFILE EACCES EIO
mkdirat EEXIST EACCES ENOSPC EDQUOT EROFS EMLINK ENOMEM EPERM EIO
unlinkat EACCES EBUSY EPERM EROFS EIO
getrandom ENOSYS EAGAIN EINTR EPERM
pwrite64 ENOSPC EDQUOT EFBIG EIO EINTR
pread64 EIO EINTR
fsync EIO ENOSPC EDQUOT EINTR
close EIO ENOSPC EINTR
linkat EEXIST EXDEV EPERM EACCES EMLINK EIO ENOENT
renameat EXDEV EPERM EACCES EBUSY EIO
renameat2 ENOSYS EINVAL EXDEV EPERM EACCES EIO
flock EAGAIN EINTR ENOLCK EBADF EOPNOTSUPP ENOSYS
statx EACCES EIO ENOMEM
fchmod EPERM EROFS EIO
getdents64 EIO
fstatfs ENOSYS EIO
lseek EINVAL
'

fresh() {
  rm -rf "$work/temporary" "$work/dir"
  mkdir "$work/temporary" "$work/dir"
}

# So often does a life make the call.
count() { # CALL
  fresh
  strace -qq -f -e trace="$1" -o "$work/trace" "$program" "$work/dir" \
    >/dev/null 2>&1
  grep -c "$1(" "$work/trace"
}

# Names may stay where it was removing that failed. Opening is, if that was a
# directory.
is_part_of_removal() { # CALL
  case $1 in
  unlinkat | statx | getdents64 | lseek | openat2) return 0 ;;
  openat) grep INJECTED "$work/trace" | grep -v O_TMPFILE | grep -q O_DIRECTORY ;;
  *) return 1 ;;
  esac
}

points=0 failures=0
# A call, an error, when: N, or N+ for "from then on".
point() {
  local call=$1 error=$2 when=$3 status left
  points=$((points + 1))
  fresh
  timeout 20 strace -qq -f -e trace="$call" -o "$work/trace" \
    -e inject="$call:error=$error:when=$when" \
    "$program" "$work/dir" >"$work/output" 2>&1
  status=$?
  left=$(find "$work/temporary" "$work/dir" -mindepth 1 -maxdepth 1 -printf %f)
  is_part_of_removal "$call" && left=
  # Once is not again, but for what could not be synced.
  case $status:$when:$call in
  0:* | 3:*+:* | 3:*:fsync) ;;
  *) left+=" (exit status $status)" ;;
  esac
  [ -z "$left" ] && return
  failures=$((failures + 1))
  echo "FAILED: $call $error when=$when: $left"
  cat "$work/output"
}

[ "$seed" = all ] || { RANDOM=$seed; echo "seed $seed"; }
while read -r call errors; do
  [ -n "$call" ] || continue
  n=$(count "$call")
  for error in $errors; do
    for ((i = 1; i <= n; i++)); do
      for when in "$i" "$i+"; do
        # An interrupted call is made again, for ever if need be.
        [ "$error$when" = "EINTR$i+" ] && continue
        [ "$seed" = all ] || [ $((RANDOM % 60)) -eq 0 ] || continue
        point "$call" "$error" "$when"
      done
    done
  done
done <<<"$matrix"
echo "$points points, $failures failed"
[ "$failures" -eq 0 ] && [ "$points" -gt 0 ]
