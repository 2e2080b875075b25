#!/bin/bash
# SPDX-License-Identifier: MIT
# Past one machine: a GlusterFS volume of two replicas, and two mounts of it
# that stand for two hosts, since each is a client with locks of its own. All of
# it in namespaces, so that nothing is left and nobody else is asked.
#
# usage: glusterfs.sh BUILD [TEST...]: without TEST, all tests in C that use the
# temporary directory, but test_faults: there calls fail by our doing, wherever
# that is, so often that it would not come to its end here
set -uo pipefail
build=$(cd "${1:?BUILD}" && pwd) self=$(realpath "$0")
shift
tests=("$@")
[ ${#tests[@]} -gt 0 ] || tests=(test_bad_input test_buffer test_buffering
  test_create test_directories test_exit test_fork test_made test_named
  test_names test_persist test_persist_names test_persist_others
  test_persist_refused test_persist_trees test_session test_signals
  test_spooled test_stdio test_sweep test_sweep_disguises test_text
  test_text_errors test_text_line_ends test_text_lines test_text_parts
  test_text_positions test_text_stateful test_threads test_where
  attacks/test_attack_names attacks/test_attack_trees)

skip_all() {
  echo "skipped: $1"
  exit 77
}

if [ "${GLUSTERFS-}" != inside ]; then
  [ "$(id -u)" -eq 0 ] || skip_all 'only root can mount'
  [ -e /dev/fuse ] || skip_all 'there is no /dev/fuse'
  command -v glusterd >/dev/null || skip_all 'there is no glusterd'
  unshare --mount --net --pid --fork true 2>/dev/null ||
    skip_all 'namespaces are not allowed here'
  work=$(mktemp -d) || exit 2
  trap 'rm -rf "$work"' EXIT
  GLUSTERFS=inside WORK=$work unshare --mount --net --pid --fork \
    --mount-proc "$self" "$build" "${tests[@]}"
  exit
fi

tempf=$build/cli/tempf hosts=$build/tests/filesystems/hosts
address=192.0.2.1 failed=0
unset TMPDIR TEMP TMP

# What tests of one machine's file systems find otherwise here, and why.
TEST_SKIPS=$(
  because() { # WHY: for each name that comes in
    while read -r name; do
      [ -z "$name" ] || echo "$name|$1"
    done
  }
  because 'GlusterFS does not open again what has no name' <<'END'
permissions_are_exact_whatever_the_umask
even_the_first_call_bears_any_umask
and_where_files_cannot_be_born_without_a_name
every_descriptor_is_closed_on_exec
the_standard_streams_are_never_ours
another_descriptor_is_the_same_file
its_offset_is_its_own_and_what_was_written_is_there
whatever_is_called_it_is_as_in_the_model
a_descriptor_needs_a_file
reopening_finds_the_same
added_permissions_stay_added
a_descriptor_may_have_many_digits
END
  because 'on GlusterFS who opens what is just replaced has to try again' <<'END'
a_reader_sees_the_old_or_the_new
END
  because 'GlusterFS has no room for a tree so deep' <<'END'
a_deep_tree
END
  because 'on GlusterFS files are born with a name' <<'END'
unleased_means_directly_in_the_temporary_directory
the_file_without_a_name_has_none
what_has_no_name_needs_none
one_made_for_the_caller_stays
in_the_middle_of_anything
the_proof_needs_no_name
END
  because 'GlusterFS has no rename with flags' <<'END'
a_tree_never_over_another
an_exchange_removes_what_was_there
only_the_displaced_tree_goes
replaced_between_any_two_steps
a_file_is_looked_at_until_the_last_moment
END
  because 'whose locks stay on one host is unknown, and is not swept' <<'END'
unless_asked_nothing_is_done
every_disguise
every_disguise_only_looked_at
every_disguise_assumed_dead
a_mount_inside_is_left_and_told
nobody_has_to_listen
alive_as_long_as_its_owner
alive_as_long_as_an_heir
kept_until_it_is_removed
of_two_sweeps_one_removes
a_forged_session
always
never
now_and_then
it_stops_when_its_time_is_up
END
)
export TEST_SKIPS

check() { # NAME COMMAND...
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "ok: $name"
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n%s\n' "$name" "$output"
  fi
}

eventually() { # COMMAND...: within 20 seconds
  local tries=100
  until "$@" >/dev/null 2>&1; do
    ((tries-- > 0)) || return 1
    sleep 0.2
  done
}

#
# The volume
#

volume() {
  gluster --mode=script volume "$@"
}

set_up() {
  local directory
  ip link set lo up && ip address add "$address/32" dev lo || return
  for directory in /var/lib/glusterd /var/log/glusterfs /run /mnt; do
    mkdir -p "$directory" && mount -t tmpfs tmpfs "$directory" || return
  done
  # shellcheck disable=SC2153 # it is in the environment
  mkdir -p /run/gluster /mnt/a /mnt/b "$WORK/1" "$WORK/2" &&
    glusterd && eventually gluster peer status &&
    volume create shared replica 2 "$address:$WORK/1" "$address:$WORK/2" \
      force && volume start shared &&
    mount -t glusterfs "$address:/shared" /mnt/a &&
    mount -t glusterfs "$address:/shared" /mnt/b && chmod 1777 /mnt/a
}

process_of() { # PATTERN: of a command line
  pgrep -f -- "$1" | head -n 1
}

#
# What is to hold
#

suite() {
  local test
  for test in "${tests[@]}"; do
    if (cd /mnt/a && TMPDIR=/mnt/a timeout 600 "$build/tests/$test") \
      >"$WORK/output" 2>&1; then
      echo "ok: $test"
    else
      failed=$((failed + 1))
      echo "FAILED: $test"
      grep -E -A2 'not so|left behind|FAILED  |Timeout|the reader' "$WORK/output"
    fi
    grep -A1 '^skipped:' "$WORK/output"
  done
}

live_together() {
  local rounds=150 a b
  mkdir /mnt/a/common && export TEMPFILE_SWEEP=always
  "$hosts" /mnt/a/common $rounds >"$WORK/a" 2>"$WORK/errors" & a=$!
  "$hosts" /mnt/b/common $rounds >"$WORK/b" 2>>"$WORK/errors" & b=$!
  unset TEMPFILE_SWEEP
  if ! wait $a || ! wait $b; then
    cat "$WORK/errors"
    return 1
  fi
  [ "$(sed 's|.*/||' "$WORK/a" "$WORK/b" | sort | uniq -d | wc -l)" -eq 0 ] &&
    [ "$(find /mnt/b/common -name 'taken-*' | wc -l)" -eq $((2 * rounds)) ] &&
    rm -f /mnt/a/common/taken-* && rmdir /mnt/b/common
}

sessions() { # how many there are, seen from the other host
  find /mnt/b/graves -mindepth 1 -maxdepth 1 -name 'tempfile-*' | wc -l
}

there_are() {
  [ "$(sessions)" -eq "$1" ]
}

verdict_from() { # HOST: of the one session that there is
  "$tempf" ls --json "/mnt/$1/graves" | jq -r .verdict
}

# Locks on directories stay on the host that took them, as with all of FUSE: no
# other host may conclude anything from them, and nothing goes unless somebody
# says how old the dead are.
bury_a_dead_host() {
  mkdir -m 1777 /mnt/a/graves && mkdir /mnt/c &&
    mount -t glusterfs "$address:/shared" /mnt/c || return
  TMPDIR=/mnt/c/graves "$tempf" run -- sleep 1000 >/dev/null 2>&1 &
  eventually there_are 1 || return
  kill -9 "$(process_of 'process-name fuse .* /mnt/c')" $! \
    "$(process_of '^sleep 1000')"
  umount -l /mnt/c
  sleep 2
  [ "$(verdict_from b)" = unknown ] &&
    "$tempf" sweep /mnt/b/graves && there_are 1 &&
    "$tempf" sweep --older-than 1h --assume-dead /mnt/b/graves &&
    there_are 1 &&
    "$tempf" sweep --older-than 1s --assume-dead /mnt/b/graves && there_are 0
}

respect_the_living() {
  local living status
  TMPDIR=/mnt/a/graves "$tempf" run -- sleep 1001 >/dev/null 2>&1 & living=$!
  eventually there_are 1 && sleep 2
  [ "$(verdict_from a)" = alive ] && [ "$(verdict_from b)" = unknown ] &&
    "$tempf" sweep --older-than 1s --assume-dead /mnt/a/graves &&
    "$tempf" sweep /mnt/b/graves && there_are 1
  status=$?
  kill $living
  wait $living 2>/dev/null
  [ $status -eq 0 ] && eventually there_are 0 && rmdir /mnt/b/graves
}

publish() { # one after the other, until $WORK/stop; a line for each that is
  local n=0
  while [ ! -e "$WORK/stop" ] && [ $n -lt 2000 ]; do
    n=$((n + 1))
    echo "content $n" | "$tempf" write --durable "/mnt/a/papers/$n" &&
      echo $n >>"$WORK/published"
  done
}

is_published() { # HOST
  local n
  while read -r n; do
    [ "$(cat "/mnt/$1/papers/$n")" = "content $n" ] || return
  done <"$WORK/published"
}

lose_a_brick() {
  local before during after publisher
  mkdir /mnt/a/papers && : >"$WORK/published"
  publish >/dev/null 2>&1 & publisher=$!
  eventually test -s "$WORK/published" && sleep 2
  before=$(wc -l <"$WORK/published")
  kill -9 "$(process_of "glusterfsd .*$WORK/1")"
  sleep 3
  during=$(wc -l <"$WORK/published")
  volume start shared force && sleep 3
  touch "$WORK/stop"
  wait $publisher
  after=$(wc -l <"$WORK/published")
  echo "published before, while it was dead, since: $before" \
    "$((during - before)) $((after - during))" >&3
  [ "$before" -gt 0 ] && [ "$during" -gt "$before" ] &&
    is_published a && is_published b &&
    [ "$(find /mnt/b/papers -type f | wc -l)" -eq "$after" ] && rm -r /mnt/a/papers
}

exec 3>&1
set_up >"$WORK/log" 2>&1 || {
  cat "$WORK/log" >&2
  skip_all 'GlusterFS does not start here'
}
check 'two hosts create in one directory' live_together
check 'a dead host goes only by the rules for the unknown' bury_a_dead_host
check 'the living stay, seen from either host' respect_the_living
check 'a brick dies, and nothing is lost' lose_a_brick
suite
umount /mnt/b
umount /mnt/a
[ $failed -eq 0 ]
