#!/bin/sh
# SPDX-License-Identifier: MIT
# report_after.sh FILE: the same with tempf. Nothing is left behind, whatever
# happens, and FILE is the old one or the new one.
set -e
# shellcheck disable=SC2016 # expanded inside
tempf spool -- tempf write "$1" -- tempf run sh -ec '
  tr -cs "[:alpha:]" "\n" >"$TMPDIR/words"
  sort "$TMPDIR/words" >"$TMPDIR/sorted"
  uniq -c "$TMPDIR/sorted"'
