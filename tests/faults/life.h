/* SPDX-License-Identifier: MIT */
/*
 * One long life in a directory, through the public interface alone, for
 * machines that are hostile: each call that fails is made a second time, and
 * what then still cannot be done is passed over.
 */
#ifndef TEST_LIFE_H
#define TEST_LIFE_H

struct life {
	const char *dir;
	unsigned once;    /* calls that failed, and then did not */
	unsigned twice;   /* calls that could not be made */
	int code;         /* errno of the last failure */
	const char *step; /* the call */
};

/* 0, or -1: something is wrong with the library, and has been told. */
int live(struct life *life);

#endif
