/* SPDX-License-Identifier: MIT */
/* Bytes between standard streams and temporary files. */
#ifndef TEMPF_COPY_H
#define TEMPF_COPY_H

#include <tempfile.h>

/* All of standard input to file; 0, or the failure status, told. */
int soak_up(struct tempfile *file);

/* All of file to fd, which messages call name; likewise. */
int pour_out(struct tempfile *file, int fd, const char *name);

#endif
