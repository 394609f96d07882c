#ifndef _LINUX_COMPILER_TYPES_H
#define _LINUX_COMPILER_TYPES_H

/* Marks for sparse, and attributes. */
#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __acquire(x) ((void)0)
#define __release(x) ((void)0)

#define asmlinkage
#ifndef notrace
#define notrace
#endif
#define __always_inline inline __attribute__((__always_inline__))
#define noinline __attribute__((__noinline__))
#define __maybe_unused __attribute__((__unused__))
#define __always_unused __attribute__((__unused__))
#define __used __attribute__((__used__))
#define __packed __attribute__((__packed__))
#define __aligned(n) __attribute__((__aligned__(n)))
#define __section(name) __attribute__((__section__(name)))
#define __printf(format, first) __attribute__((__format__(printf, format, first)))
#define __scanf(format, first) __attribute__((__format__(scanf, format, first)))
#define __must_check __attribute__((__warn_unused_result__))
#define __noreturn __attribute__((__noreturn__))
#define __pure __attribute__((__pure__))
#define __weak __attribute__((__weak__))
#define __cold __attribute__((__cold__))
#define __malloc __attribute__((__malloc__))
#define __alias(symbol) __attribute__((__alias__(#symbol)))
#define __visible
/* The attributes of another symbol: gcc warns about aliases that have others. */
#if __has_attribute(__copy__)
#define __copy(symbol) __attribute__((__copy__(symbol)))
#else
#define __copy(symbol)
#endif
#define __deprecated
#define __read_mostly
#define __ro_after_init
#define ____cacheline_aligned __aligned(64)
#define ____cacheline_aligned_in_smp __aligned(64)
#define fallthrough __attribute__((__fallthrough__))

#endif
