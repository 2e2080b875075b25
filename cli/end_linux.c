/* SPDX-License-Identifier: MIT */
/* Waiting for a process that is not a child: Linux has a descriptor for it. */
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guard_wait.h"

int wait_for_end(pid_t process, const sigset_t *mask)
{
	struct pollfd ended = {.events = POLLIN};
	int ready;

	ended.fd = (int)syscall(SYS_pidfd_open, process, 0);
	if (ended.fd == -1)
		return -1;
	ready = ppoll(&ended, 1, NULL, mask);
	close(ended.fd);
	return ready == -1 ? -1 : 0;
}
