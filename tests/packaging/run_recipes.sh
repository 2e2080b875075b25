#!/bin/sh
# SPDX-License-Identifier: MIT
# run_recipes.sh SOURCE: follow each recipe from the tarball to an installation,
# as the tool that it is for would: conan itself, and for the tools that are not
# to be had on every system the words in which the recipe speaks. Each line of
# output is one test.
# shellcheck disable=SC2317 # what ok calls is reachable
set -u
source=$1
here=$source/tests/packaging
# shellcheck source=tests/packaging/frame.sh
. "$here/frame.sh"

make_tarball() {
  git clone -q "$source" "$dir/clone" &&
    meson setup -Dtests=false "$dir/clone/build" "$dir/clone" &&
    meson dist -C "$dir/clone/build" --no-tests &&
    tarball=$(echo "$dir"/clone/build/meson-dist/*.tar.xz) &&
    "$source/packaging/recipes/fill_in.sh" "$tarball" \
      "file://$(dirname "$tarball")" "$dir/recipes"
}

apkbuild() {
  "$here/apkbuild.sh" "$dir/recipes/APKBUILD" "$tarball" "$dir/apk"
}

formula() {
  ruby "$here/formula.rb" "$dir/recipes/libtempfile.rb" "$dir/brew"
}

port() {
  mkdir "$dir/vcpkg" && (cd "$dir/vcpkg" &&
    cmake -D "PORT=$dir/recipes/portfile.cmake" -P "$here/port.cmake")
}

# From the registry, where it can be reached.
get_conan() {
  command -v conan >"$dir/which" || {
    python3 -m venv "$dir/venv" && "$dir/venv/bin/pip" -q install conan &&
      echo "$dir/venv/bin/conan" >"$dir/which"
  }
}

# A project outside finds by CMake what conan has built, with the system's
# Meson.
by_conan() {
  conan=$(cat "$dir/which")
  export CONAN_HOME="$dir/conan"
  "$conan" profile detect &&
    printf '[platform_tool_requires]\nmeson/%s\n' "$(meson --version)" \
      >>"$CONAN_HOME/profiles/default" &&
    "$conan" create "$dir/recipes/conanfile.py" &&
    mkdir "$dir/consumer" &&
    cp "$here/program.c" "$here/CMakeLists.txt" "$dir/consumer" &&
    "$conan" install --requires libtempfile/0.1.0 -g CMakeDeps \
      -g CMakeToolchain --output-folder "$dir/consumer" &&
    cmake -S "$dir/consumer" -B "$dir/consumer/build" \
      -DCMAKE_TOOLCHAIN_FILE=conan_toolchain.cmake \
      -DCMAKE_BUILD_TYPE=Release &&
    cmake --build "$dir/consumer/build" && "$dir/consumer/build/program"
}

need_clone "$source"
ok 'a tarball and its recipes' make_tarball
ok 'APKBUILD' apkbuild
if command -v ruby >/dev/null; then
  ok 'libtempfile.rb' formula
else
  skip 'libtempfile.rb: there is no ruby'
fi
if command -v cmake >/dev/null; then
  ok 'portfile.cmake' port
else
  skip 'portfile.cmake: there is no cmake'
fi
if command -v cmake >/dev/null && get_conan >"$dir/log" 2>&1; then
  ok 'conanfile.py' by_conan
else
  skip 'conanfile.py: there is no conan, and none to be had'
fi
exit $failed
