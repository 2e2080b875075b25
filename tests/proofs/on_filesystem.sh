#!/bin/sh
# SPDX-License-Identifier: MIT
#
#	on_filesystem.sh KIND COMMAND [ARG...]
#
# Run COMMAND with an empty file system of that kind (tmpfs, ext4, xfs, btrfs,
# overlay, fuse) mounted; an ARG that begins with @ is a path in it, with % one
# on another file system, + is the image that it is in. All in a mount namespace
# of its own, so that nothing is left. Status 77: that cannot be done here.
set -eu
PATH=$PATH:/usr/sbin:/sbin # where mkfs is
kind=$1
shift

skip() {
	echo "skipped: $1"
	exit 77
}

if [ "${ON_FILESYSTEM-}" != inside ]; then
	[ "$(id -u)" -eq 0 ] || skip "only root can mount file systems"
	unshare -m true 2>/dev/null || skip "mount namespaces are not allowed"
	ON_FILESYSTEM=inside exec unshare -m "$0" "$kind" "$@"
fi
unset ON_FILESYSTEM
here=$PWD

base=$(mktemp -d /tmp/on-filesystem.XXXXXX)
# shellcheck disable=SC2317 # called by trap
cleanup() {
	umount -R "$base" 2>/dev/null || umount -R -l "$base" || true
	rmdir "$base"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

mount -t tmpfs -o size=8g,mode=755 tmpfs "$base" || skip "mounting is not allowed"
cd "$base"
mkdir mounted other

make_image() {
	command -v "mkfs.$kind" >/dev/null || skip "there is no mkfs.$kind"
	truncate -s "${IMAGE_SIZE:-320M}" image
	"mkfs.$kind" -q "$1" image >/dev/null
	mount -o loop image mounted || skip "$kind cannot be mounted here"
}

case $kind in
tmpfs)
	mount -t tmpfs tmpfs mounted
	;;
ext4)
	make_image -F
	;;
xfs | btrfs)
	make_image -f
	;;
overlay)
	mkdir upper lower aside
	mount -t overlay overlay mounted \
		-o lowerdir=lower,upperdir=upper,workdir=aside ||
		skip "there is no overlay file system here"
	;;
fuse)
	command -v bindfs >/dev/null || skip "there is no bindfs"
	mkdir below
	bindfs below mounted || skip "there is no FUSE here"
	;;
*)
	skip "$kind is not known"
	;;
esac
mkdir mounted/place

command=$1
shift
for argument; do
	case $argument in
	@*) argument=$base/mounted/place${argument#@} ;;
	%*) argument=$base/other${argument#%} ;;
	+*) argument=$base/image${argument#+} ;;
	esac
	set -- "$@" "$argument"
	shift
done
cd "$here"
status=0
"$command" "$@" || status=$?
exit "$status"
