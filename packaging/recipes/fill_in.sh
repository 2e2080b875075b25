#!/bin/sh
# SPDX-License-Identifier: MIT
# fill_in.sh TARBALL URL DIRECTORY: the recipes for a release, there. URL is
# where the tarball, as meson dist has made it, can be found.
set -eu
here=$(dirname "$0")
tarball=$1 url=$2 to=$3

version=${tarball##*libtempfile-}
version=${version%.tar.xz}
sha256=$(sha256sum "$tarball" | cut -d ' ' -f 1)
sha512=$(sha512sum "$tarball" | cut -d ' ' -f 1)
mkdir -p "$to"
for recipe in "$here"/*.in; do
  name=${recipe##*/}
  sed "s|@version@|$version|g; s|@url@|$url|g
    s|@sha256@|$sha256|g; s|@sha512@|$sha512|g" \
    "$recipe" >"$to/${name%.in}"
done
