#!/bin/sh
# SPDX-License-Identifier: MIT
# Run by meson dist in front of the archive: times and permissions that do not
# depend on when and where it is made. (The owner is who makes it; be root, or
# use fakeroot.)
set -eu
seconds=$(git -C "$MESON_SOURCE_ROOT" log -1 --format=%ct)
stamp=$(TZ=UTC date -d "@$seconds" +%Y%m%d%H%M.%S 2>/dev/null ||
  TZ=UTC date -r "$seconds" +%Y%m%d%H%M.%S)
chmod -R u=rwX,go=rX "$MESON_DIST_ROOT"
find "$MESON_DIST_ROOT" -exec env TZ=UTC touch -h -t "$stamp" {} +
