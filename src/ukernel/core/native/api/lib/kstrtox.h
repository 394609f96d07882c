/* Between kstrtox.c and sscanf.c. */
#pragma once

#include <linux/types.h>

/* The digits at the beginning of s, at most limit characters; returns where they end. */
const char *parse_digits(const char *s, unsigned int base, size_t limit, u64 *value, bool *overflow);
