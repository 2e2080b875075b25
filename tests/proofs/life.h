/* SPDX-License-Identifier: MIT */
/* What those who watch a life know of it. */
#ifndef LIFE_H
#define LIFE_H

#include <sys/syscall.h>

#define LIFE_SIZE 20000
#define LIFE_NEW  'n'
#define LIFE_OLD  'o'

/* Calls that nobody else makes: it begins; it is on the disk. */
#define LIFE_MARKER         SYS_getppid
#define LIFE_DURABLE_MARKER SYS_getpgid

#endif
