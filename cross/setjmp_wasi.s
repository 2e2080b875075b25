# SPDX-License-Identifier: MIT
# What longjmp throws, by the name that compiler and C library have for it and
# neither defines.
	.tagtype __c_longjmp i32
	.globl __c_longjmp
__c_longjmp:
