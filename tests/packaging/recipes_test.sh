#!/bin/sh
# SPDX-License-Identifier: MIT
# recipes_test.sh SOURCE BUILD: two tarballs are the same to the bit, recipes
# can be read by what they are written for, and the wrap builds a project from
# the tarball. Each line of output is one test.
# shellcheck disable=SC2317 # what ok calls is reachable
set -u
source=$1
here=$source/tests/packaging
# shellcheck source=tests/packaging/frame.sh
. "$here/frame.sh"

make_tarball() { # NAME
  git clone -q "$source" "$dir/$1" &&
    meson setup "$dir/$1/build" "$dir/$1" &&
    meson dist -C "$dir/$1/build" --no-tests
}

wrap() {
  mkdir -p "$dir/outside/subprojects" &&
    cp "$dir/recipes/libtempfile.wrap" "$dir/outside/subprojects" &&
    cp "$here/program.c" "$dir/outside" &&
    cp "$here/outside_meson.build" "$dir/outside/meson.build" &&
    meson setup "$dir/outside/build" "$dir/outside" \
      --force-fallback-for=libtempfile &&
    meson compile -C "$dir/outside/build" program &&
    "$dir/outside/build/program"
}

filled_in() {
  ! grep -n '@[a-z0-9]*@' "$dir"/recipes/*
}

need_clone "$source"
umask 022
ok 'a tarball' make_tarball one
umask 077
ok 'another, an umask and two seconds later' make_tarball two
umask 022
tarball=$(echo "$dir"/one/build/meson-dist/*.tar.xz)
ok 'they are the same' cmp "$tarball" "$dir"/two/build/meson-dist/*.tar.xz

ok 'recipes' "$source/packaging/recipes/fill_in.sh" "$tarball" \
  "file://$(dirname "$tarball")" "$dir/recipes"
cd "$dir/recipes" || exit 99
ok 'nothing is left to fill in' filled_in
ok 'APKBUILD' sh -n APKBUILD
ok 'conanfile.py' python3 -m py_compile conanfile.py
ok 'vcpkg.json' python3 -m json.tool vcpkg.json
if command -v ruby >/dev/null; then
  ok 'libtempfile.rb' ruby -c libtempfile.rb
else
  skip 'libtempfile.rb: there is no ruby'
fi
ok 'the wrap' wrap
exit $failed
