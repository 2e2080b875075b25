#!/bin/sh
# SPDX-License-Identifier: MIT
# update.sh LIBRARY HEADERS FILE: write down the binary interface of a library
# that has been built with debug information, for the releases after it to be
# compared with. Do so when a version is released, and at no other time.
set -eu
abidw --headers-dir "$2" --drop-private-types --exported-interfaces-only \
  --type-id-style hash --no-comp-dir-path --no-corpus-path --no-show-locs \
  "$1" | sed "s|path='[^']*/src/|path='src/|" >"$3"
