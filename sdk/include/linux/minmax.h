#ifndef _LINUX_MINMAX_H
#define _LINUX_MINMAX_H

/* Each argument is evaluated once; types that differ are warned about. */
#define __minmax(a, op, b) ({			\
	typeof(a) __a = (a);			\
	typeof(b) __b = (b);			\
	(void)(&__a == &__b);			\
	__a op __b ? __a : __b; })
#define min(a, b) __minmax(a, <, b)
#define max(a, b) __minmax(a, >, b)
#define min3(a, b, c) ({ typeof(a) __ab = min(a, b); min(__ab, c); })
#define max3(a, b, c) ({ typeof(a) __ab = max(a, b); max(__ab, c); })

#define min_t(type, a, b) ({ type __ta = (a); type __tb = (b); __ta < __tb ? __ta : __tb; })
#define max_t(type, a, b) ({ type __ta = (a); type __tb = (b); __ta > __tb ? __ta : __tb; })
#define min_not_zero(a, b) ({			\
	typeof(a) __na = (a);			\
	typeof(b) __nb = (b);			\
	!__na ? __nb : (!__nb ? __na : min(__na, __nb)); })

#define clamp(value, low, high) ({ typeof(value) __c = max(value, low); min(__c, high); })
#define clamp_t(type, value, low, high) ({ type __ct = max_t(type, value, low); min_t(type, __ct, high); })
#define clamp_val(value, low, high) clamp_t(typeof(value), value, low, high)

#define swap(a, b) do { typeof(a) __s = (a); (a) = (b); (b) = __s; } while (0)

#endif
