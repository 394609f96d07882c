/* SPDX-License-Identifier: MIT */
/* What greeter gives to other modules. */
#ifndef GREETER_H
#define GREETER_H

#include <linux/types.h>

/* Writes a greeting with its number into a buffer; its length. Context: any. */
int greeter_greet(char *buffer, size_t size, const char *whom);

#endif
