/* SPDX-License-Identifier: MIT */
/* Colours on standard output, for people at a terminal. */
#ifndef TEMPF_PAINT_H
#define TEMPF_PAINT_H

enum paint { PLAIN, BOLD, FAINT, RED };

/*
 * From here on. Nothing happens where standard output is no terminal or a dumb
 * one, or where NO_COLOR is set.
 */
void paint(enum paint paint);

#endif
