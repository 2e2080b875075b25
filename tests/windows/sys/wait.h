/* SPDX-License-Identifier: MIT */
/* See posix.h. */
#ifndef TEST_WINDOWS_SYS_WAIT_H
#define TEST_WINDOWS_SYS_WAIT_H

#define WNOHANG                       1
#define WIFEXITED(status)             1
#define WEXITSTATUS(status)           (status)
#define WIFSIGNALED(status)           0
#define WTERMSIG(status)              0
#define wait(status)                  NOT_HERE("fork")
#define waitpid(child, status, flags) NOT_HERE("fork")

#endif
