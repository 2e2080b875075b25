#!/bin/bash
# SPDX-License-Identifier: MIT
# Test ctempfile on every Python of Debian's unstable distribution, which has
# the newest that are released, with their own tests and one that counts
# references. usage, as root:
#
#   tests/python/debian.sh [DIRECTORY]   build-debian if it is not given
#
# DIRECTORY becomes a system of its own, from the mirror that apt uses; it is
# kept for the next time. The last line counts.
set -euo pipefail
cd "$(dirname "$0")/../.."
system=$(realpath -m "${1:-build-debian}")

[ "$(id -u)" -eq 0 ] || { echo 'debian.sh: only as root' >&2 && exit 2; }
command -v debootstrap >/dev/null ||
  apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
    debootstrap >/dev/null
[ -n "${CTEMPFILE_ALONE:-}" ] ||
  CTEMPFILE_ALONE=1 exec unshare -m tests/python/debian.sh "$@"

mirror() {
  # shellcheck disable=SC2016 # it is apt that expands
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    'Label: Debian' 'Origin: Debian' | head -n 1
}

inside() {
  chroot "$system" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    FUZZ_EXAMPLES="${FUZZ_EXAMPLES:-2000}" \
    SSL_CERT_FILE=/root/certificates PIP_CERT=/root/certificates "$@"
}

# The network as it is here; and what the tests look at.
lend() {
  cp -L /etc/resolv.conf "$system/etc/"
  cp -L /etc/ssl/certs/ca-certificates.crt "$system/root/certificates"
  mkdir -p "$system/dev/shm" "$system/project"
  mount --bind "$system" "$system" # a root that mounts can be made in
  mount -t proc proc "$system/proc"
  mount -t tmpfs tmpfs "$system/dev/shm"
  mount --bind . "$system/project"
}

# A mirror may be behind the clock.
apt() {
  inside apt-get -qq -o Acquire::Check-Valid-Until=false "$@"
}

pythons() { # the versions whose tests there are
  inside apt-cache search --names-only '^libpython3\.[0-9]+-testsuite$' |
    sed 's/^lib\(python3\.[0-9]*\).*/\1/' | sort -V
}

[ -e "$system/complete" ] || {
  rm -rf --one-file-system "$system"
  debootstrap --variant=minbase --include=ca-certificates,gcc,libc6-dev \
    unstable "$system" "$(mirror)" >"$system.log" 2>&1 ||
    { tail "$system.log" && exit 2; }
  touch "$system/complete"
}
lend
apt update
mapfile -t names < <(pythons)
counting=${names[-2]}-dbg # the newest has none of its packages' friends yet
packages=("lib$counting" "$counting")
for name in "${names[@]}"; do
  packages+=("$name-venv" "$name-dev" "lib$name-testsuite")
done
apt install -y --no-install-recommends "${packages[@]}" \
  >"$system.log" 2>&1 || { tail "$system.log" && exit 2; }

passed=0 failed=0 skipped=0
for name in "${names[@]}" "$counting"; do
  echo "== $name"
  inside /project/tests/python/run.sh "$name" | tee "$system.log" || true
  read -ra counts < <(tail -n 1 "$system.log" | tr -cd '0-9 \n')
  passed=$((passed + ${counts[0]:-0})) failed=$((failed + ${counts[1]:-1}))
  skipped=$((skipped + ${counts[2]:-0}))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
