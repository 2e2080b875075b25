#!/bin/sh
# SPDX-License-Identifier: MIT
# apkbuild.sh APKBUILD TARBALL DIRECTORY: as far as abuild's words go that are
# used there, check the archive, build, and make the packages in DIRECTORY.
# shellcheck disable=SC2154 # the APKBUILD assigns
set -eu
tarball=$2
mkdir "$3"
cd "$3"
pkgdir=$PWD/all subpkgdir=$PWD/tempf

mkdir bin
PATH=$PWD/bin:$PATH
cat >bin/abuild-meson <<'END'
#!/bin/sh
exec meson setup --prefix=/usr --libdir=lib -Dtests=false "$@"
END
chmod +x bin/abuild-meson

amove() {
  for path; do
    mkdir -p "$subpkgdir/$(dirname "$path")"
    mv "$pkgdir/$path" "$subpkgdir/$path"
  done
}

# shellcheck source=/dev/null
. "$1"
cp "$tarball" .
echo "$sha512sums" | sha512sum -c -
tar -xf "$pkgname-$pkgver.tar.xz"
cd "$pkgname-$pkgver"
build
package
tempf
"$subpkgdir/usr/bin/tempf" --version
[ ! -e "$pkgdir/usr/bin/tempf" ]
[ -e "$pkgdir/usr/lib/libtempfile.a" ]
