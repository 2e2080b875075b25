# SPDX-License-Identifier: MIT
# cmake -D PORT=FILE -P port.cmake: as far as vcpkg's words go that are used
# there, do what the port says, below the working directory.
cmake_minimum_required(VERSION 3.16)
set(here "${CMAKE_CURRENT_BINARY_DIR}")
set(CURRENT_PACKAGES_DIR "${here}/packages")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${status}")
  endif()
endfunction()

function(require path)
  if(NOT EXISTS "${path}")
    message(FATAL_ERROR "there is no ${path}")
  endif()
endfunction()

function(vcpkg_download_distfile result)
  cmake_parse_arguments(PARSE_ARGV 1 given "" "URLS;FILENAME;SHA512" "")
  file(DOWNLOAD "${given_URLS}" "${here}/${given_FILENAME}"
    EXPECTED_HASH "SHA512=${given_SHA512}")
  set(${result} "${here}/${given_FILENAME}" PARENT_SCOPE)
endfunction()

function(vcpkg_extract_source_archive result)
  cmake_parse_arguments(PARSE_ARGV 1 given "" "ARCHIVE" "")
  file(MAKE_DIRECTORY "${here}/source")
  run(tar -xf "${given_ARCHIVE}" -C "${here}/source" --strip-components=1)
  set(${result} "${here}/source" PARENT_SCOPE)
endfunction()

function(vcpkg_configure_meson)
  cmake_parse_arguments(PARSE_ARGV 0 given "" "SOURCE_PATH" "OPTIONS")
  run(meson setup "--prefix=${CURRENT_PACKAGES_DIR}" --libdir=lib
    -Ddefault_library=static ${given_OPTIONS} "${here}/build"
    "${given_SOURCE_PATH}")
endfunction()

function(vcpkg_install_meson)
  run(meson install -C "${here}/build" --quiet)
endfunction()

function(vcpkg_fixup_pkgconfig)
  require("${CURRENT_PACKAGES_DIR}/lib/pkgconfig/libtempfile.pc")
endfunction()

function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(PARSE_ARGV 0 given "" "CONFIG_PATH" "")
  require("${CURRENT_PACKAGES_DIR}/${given_CONFIG_PATH}/libtempfile-config.cmake")
endfunction()

function(vcpkg_copy_tools)
  cmake_parse_arguments(PARSE_ARGV 0 given "AUTO_CLEAN" "" "TOOL_NAMES")
  foreach(name IN LISTS given_TOOL_NAMES)
    require("${CURRENT_PACKAGES_DIR}/bin/${name}")
  endforeach()
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 given "" "" "FILE_LIST")
  require("${given_FILE_LIST}")
endfunction()

include("${PORT}")
require("${CURRENT_PACKAGES_DIR}/include/tempfile.h")
require("${CURRENT_PACKAGES_DIR}/lib/libtempfile.a")
