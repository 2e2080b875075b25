/* SPDX-License-Identifier: MIT */
/* See posix.h. */
