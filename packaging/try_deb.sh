#!/bin/sh
# SPDX-License-Identifier: MIT
# try_deb.sh DIRECTORY: install the packages that build_deb.sh left there, use
# them, and remove them; as root, in a copy of this system that is gone when
# done, so that nothing here changes.
set -eu
here=$(realpath "$(dirname "$0")")
debs=$(realpath "$1")

if [ "${IN_COPY:-}" != yes ]; then
  root=$(mktemp -d)
  trap 'rmdir "$root"' EXIT
  IN_COPY=yes unshare --mount "$0" "$debs" "$root"
  exit
fi

root=$2
mount -t tmpfs tmpfs "$root"
mkdir "$root/upper" "$root/work" "$root/all" "$root/given"
cp "$debs"/*.deb "$here"/../tests/packaging/program.c \
  "$here"/../tests/packaging/CMakeLists.txt "$root/given"
mount -t overlay overlay "$root/all" \
  -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work"
mount --bind "$root/given" "$root/all/mnt"
mount -t tmpfs tmpfs "$root/all/usr/local" # its library would be found first
mount -t proc proc "$root/all/proc"
mount --bind /dev "$root/all/dev"

# shellcheck disable=SC2016 # expanded inside
chroot "$root/all" sh -eux -c '
  cd /mnt
  dpkg -i libtempfile0_*.deb libtempfile-dev_*.deb tempf_*.deb
  tempf --version
  tempf run sh -c "test -d \"\$TMPDIR\""
  [ "$(pkg-config --variable=prefix libtempfile)" = /usr ]
  cc -o program program.c $(pkg-config --cflags --libs libtempfile)
  ./program
  cmake -S . -B build >/dev/null
  cmake --build build
  build/program
  for deb in ./*.deb; do
    dpkg-deb --contents "$deb"
  done >contents
  for page in tempfile.3 tempfile.7 tempf.1 tempfile_write.3; do
    grep -q "/$page" contents
    # Small images leave manual pages out of what they install.
    grep -qs "^path-exclude.*/man/" /etc/dpkg/dpkg.cfg.d/* ||
      man "${page#*.}" "${page%.*}" | grep -qi tempfile
  done
  dpkg -P tempf libtempfile-dev libtempfile0
  test ! -e /usr/include/tempfile.h
'
echo 'ok: installed, used and removed'
