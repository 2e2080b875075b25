#!/bin/sh
# SPDX-License-Identifier: MIT
# build_deb.sh TARBALL DIRECTORY: make Debian packages there of what meson dist
# has made, and look at them with lintian. What dpkg-checkbuilddeps asks for has
# to be installed.
set -eu
tarball=$(realpath "$1")
mkdir -p "$2"
cd "$2"
version=${tarball##*libtempfile-}
version=${version%.tar.xz}
cp "$tarball" "libtempfile_$version.orig.tar.xz"
rm -rf "libtempfile-$version"
tar -xf "$tarball"
cd "libtempfile-$version"
cp -r packaging/debian debian
dpkg-buildpackage -us -uc
cd ..
# The tag left out asks for the number of a report in Debian's bug tracker.
lintian --fail-on error,warning --tag-display-limit 0 --allow-root \
  --suppress-tags initial-upload-closes-no-bugs \
  "libtempfile_$version"-*.changes
