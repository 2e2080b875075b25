#!/bin/sh
# SPDX-License-Identifier: MIT
# pre_commit.sh SOURCE: linked as CONTRIBUTING.md shows it, tools/pre-commit lets
# a commit pass, and refuses one with a fault.
set -eu
source=$1
command -v mandoc >/dev/null || {
  echo 'skipped: there is no mandoc'
  exit 77
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

commit() {
  git add . && git -c user.name=us -c user.email=us@example.org \
    commit -q -m "$1" >log 2>&1
}

git init -q .
mkdir tools docs
cp "$source/tools/pre-commit" tools
cp "$source/docs/tempfile.7" docs
echo log >.gitignore
ln -s ../../tools/pre-commit .git/hooks/pre-commit
commit 'A page without a fault' || {
  echo 'FAILED: a page without a fault is refused'
  cat log
  exit 1
}
echo '.Xx' >>docs/tempfile.7
if commit 'An unknown macro'; then
  echo 'FAILED: a page with a fault passes'
  exit 1
fi
