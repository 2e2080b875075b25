#!/bin/sh
# SPDX-License-Identifier: MIT
# debian_package.sh SOURCE: from a clone to Debian packages in which lintian
# finds no fault, and which work once installed. Their own tests are left out;
# they are those that run here anyhow.
set -eu
source=$1

skip() {
  echo "skipped: $1"
  exit 77
}

git -C "$source" rev-parse --git-dir >/dev/null 2>&1 || skip 'this is no clone'
for tool in dpkg-buildpackage dh lintian cmake man; do
  command -v $tool >/dev/null || skip "there is no $tool"
done
[ "$(id -u)" -eq 0 ] || skip 'to install is for root'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
git clone -q "$source" "$dir/clone"
meson setup -Dtests=false "$dir/build" "$dir/clone" >/dev/null
meson dist -C "$dir/build" --no-tests >/dev/null
DEB_BUILD_OPTIONS=nocheck DEB_BUILD_PROFILES=nocheck \
  "$source/packaging/build_deb.sh" "$dir"/build/meson-dist/*.tar.xz "$dir/deb"
echo 'ok: built, and lintian finds no fault'
"$source/packaging/try_deb.sh" "$dir/deb"
