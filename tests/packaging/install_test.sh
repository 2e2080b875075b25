#!/bin/sh
# SPDX-License-Identifier: MIT
# install_test.sh SOURCE BUILD: install, and build a project outside with what
# is there then: by pkg-config, by CMake, as a Meson subproject. Each line of
# output is one test.
# shellcheck disable=SC2317 # what ok calls is reachable
set -u
source=$1
build=$2
here=$source/tests/packaging
# shellcheck source=tests/packaging/frame.sh
. "$here/frame.sh"
to=$dir/installed

there() { # PATH...
  for path; do
    [ -e "$to$path" ] || { echo "no $path" && return 1; }
  done
}

by_pkg_config() {
  flags=$(PKG_CONFIG_PATH=$(dirname "$pc") PKG_CONFIG_SYSROOT_DIR=$to \
    pkg-config --cflags --libs libtempfile) || return
  # shellcheck disable=SC2086 # words
  cc -std=c11 -o "$dir/program" "$here/program.c" $flags &&
    LD_LIBRARY_PATH=$lib "$dir/program"
}

statically() {
  cc -std=c11 -I"$to$prefix/include" -o "$dir/static" "$here/program.c" \
    "$lib/libtempfile.a" -pthread && "$dir/static"
}

by_cmake() {
  cmake -S "$here" -B "$dir/cmake" -DCMAKE_PREFIX_PATH="$to$prefix" &&
    cmake --build "$dir/cmake" && LD_LIBRARY_PATH=$lib "$dir/cmake/program"
}

refused_by_cmake() {
  mkdir -p "$dir/newer" && sed 's/libtempfile 0.1/libtempfile 1.0/' \
    "$here/CMakeLists.txt" >"$dir/newer/CMakeLists.txt" &&
    cp "$here/program.c" "$dir/newer" &&
    ! cmake -S "$dir/newer" -B "$dir/newer/build" \
      -DCMAKE_PREFIX_PATH="$to$prefix"
}

as_subproject() {
  mkdir -p "$dir/outside/subprojects" &&
    cp "$here/outside_meson.build" "$dir/outside/meson.build" &&
    cp "$here/program.c" "$dir/outside" &&
    ln -s "$source" "$dir/outside/subprojects/libtempfile" &&
    printf '[provide]\ndependency_names = libtempfile\n' \
      >"$dir/outside/subprojects/libtempfile.wrap" &&
    sed -i '1i [wrap-file]\ndirectory = libtempfile' \
      "$dir/outside/subprojects/libtempfile.wrap" &&
    meson setup "$dir/outside/build" "$dir/outside" \
      --force-fallback-for=libtempfile &&
    meson compile -C "$dir/outside/build" program &&
    "$dir/outside/build/program"
}

read_manual() { # NAME
  man -M "$to$prefix/share/man" "$1" | grep -q -i tempfile
}

prefix=$(meson introspect --buildoptions "$build" |
  sed -n 's/.*"name": "prefix", "value": "\([^"]*\)".*/\1/p')
DESTDIR=$to meson install -C "$build" --no-rebuild --quiet >"$dir/log" 2>&1 || {
  cat "$dir/log"
  exit 1
}
pc=$(find "$to" -name libtempfile.pc)
lib=$(dirname "$(dirname "$pc")")

ok 'all is installed' there "$prefix/include/tempfile.h" \
  "$prefix/bin/tempf" \
  "$prefix/share/man/man1/tempf.1" "$prefix/share/man/man3/tempfile_open.3" \
  "$prefix/share/man/man3/tempfile_write.3" \
  "$prefix/share/man/man7/tempfile.7" \
  "$prefix/share/bash-completion/completions/tempf" \
  "$prefix/share/zsh/site-functions/_tempf" \
  "$prefix/share/fish/vendor_completions.d/tempf.fish"
ok 'the library with its version' [ -e "$lib/libtempfile.so.0" ]
ok 'the static library' [ -e "$lib/libtempfile.a" ]
ok 'pkg-config' by_pkg_config
ok 'static' statically
if command -v cmake >/dev/null; then
  ok 'find_package' by_cmake
  ok 'find_package of a version that is none of ours' refused_by_cmake
else
  skip 'find_package: there is no cmake'
fi
ok 'a Meson subproject' as_subproject
if command -v man >/dev/null; then
  for page in tempfile tempf tempfile_open tempfile_write tempdir_close; do
    ok "man $page" read_manual $page
  done
else
  skip 'man: there is no man'
fi
exit $failed
