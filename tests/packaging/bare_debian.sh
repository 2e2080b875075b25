#!/bin/bash
# SPDX-License-Identifier: MIT
# bare_debian.sh SOURCE [SYSTEM]: does everything that the documents show for
# Debian work on one that has git and make, and nothing else? It is installed in
# a directory of its own, SYSTEM if that is given, from the mirror that this
# system uses; a clone is made there, and the commands are run in their order,
# with an empty environment. Then the Debian packages are built there, and used.
set -euo pipefail
source=$1

skip() {
  echo "skipped: $1"
  exit 77
}

[ "$(id -u)" -eq 0 ] || skip 'to install a system is for root'
command -v debootstrap >/dev/null || skip 'there is no debootstrap'
git -C "$source" rev-parse --git-dir >/dev/null 2>&1 || skip 'this is no clone'

if [ "${OWN_MOUNTS:-}" != yes ]; then
  dir=$(mktemp -d -p /var/tmp)
  trap 'rm -rf --one-file-system "$dir"' EXIT
  trap 'exit 1' HUP INT TERM
  OWN_MOUNTS=yes unshare --mount --pid --fork "$0" "$source" \
    "${2:-$dir/system}"
  exit
fi

system=$2
if [ ! -e "$system/etc/debian_version" ]; then
  debootstrap --variant=minbase --include=git,make,ca-certificates \
    bookworm "$system" >"$system.log" 2>&1 || {
    tail -n 5 "$system.log"
    skip 'no system can be installed'
  }
fi
rm -rf "$system/clone" "$system/source"
mount --bind "$system" "$system" # so that it is the root of a mount inside
mount -t proc proc "$system/proc"
mount --rbind /dev "$system/dev"
mount -t tmpfs tmpfs "$system/tmp"
git clone -q --bare "$source" "$system/source"
cp /etc/resolv.conf "$system/etc/"

inside() { # COMMAND...: as somebody who has just come
  env -i HOME=/root \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    chroot "$system" "$@" </dev/null
}

inside git clone -q /source /clone
python3 "$source/tests/docs/debian_commands.py" "$source/README.md" \
  "$source/CONTRIBUTING.md" >"$system/commands"
failed=0
inside sh -c 'cd /clone && sh /commands' || failed=1
inside sh -c 'cd /clone && ./a.out && tempf --version' &&
  echo 'ok: what was installed works' || failed=1
inside sh -c 'cd /clone && apt-get install -qqy --no-install-recommends \
    build-essential debhelper lintian cmake man-db >/dev/null &&
  tests/packaging/debian_package.sh /clone' || failed=1
exit $failed
