#ifndef _LINUX_PERCPU_H
#define _LINUX_PERCPU_H

#include <linux/gfp.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/types.h>

/*
 * Variables of which each processor has its own: there is one processor (smp.h), so each is one
 * variable. The this_cpu_ operations are atomic; get_cpu_var() forbids sleeping but keeps no other
 * thread away. Source: include/linux/percpu-defs.h, mm/percpu.c.
 */
#define DEFINE_PER_CPU(type, name) typeof(type) name
#define DECLARE_PER_CPU(type, name) extern typeof(type) name
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU(type, name) __aligned(64)
#define DEFINE_PER_CPU_ALIGNED(type, name) DEFINE_PER_CPU(type, name) __aligned(64)
#define EXPORT_PER_CPU_SYMBOL(name) EXPORT_SYMBOL(name)
#define EXPORT_PER_CPU_SYMBOL_GPL(name) EXPORT_SYMBOL_GPL(name)

#define per_cpu_ptr(p, cpu) ((void)(cpu), (p))
#define this_cpu_ptr(p) (p)
#define raw_cpu_ptr(p) (p)
#define per_cpu(var, cpu) (*per_cpu_ptr(&(var), cpu))
#define get_cpu_var(var) (*({ preempt_disable(); &(var); }))
#define put_cpu_var(var) do { (void)&(var); preempt_enable(); } while (0)
#define get_cpu_ptr(p) ({ preempt_disable(); (p); })
#define put_cpu_ptr(p) do { (void)(p); preempt_enable(); } while (0)

#define this_cpu_read(var) __atomic_load_n(&(var), __ATOMIC_RELAXED)
#define this_cpu_write(var, value) __atomic_store_n(&(var), value, __ATOMIC_RELAXED)
#define this_cpu_add(var, value) ((void)__atomic_fetch_add(&(var), value, __ATOMIC_RELAXED))
#define this_cpu_sub(var, value) ((void)__atomic_fetch_sub(&(var), value, __ATOMIC_RELAXED))
#define this_cpu_inc(var) this_cpu_add(var, 1)
#define this_cpu_dec(var) this_cpu_sub(var, 1)
#define this_cpu_and(var, value) ((void)__atomic_fetch_and(&(var), value, __ATOMIC_RELAXED))
#define this_cpu_or(var, value) ((void)__atomic_fetch_or(&(var), value, __ATOMIC_RELAXED))
#define this_cpu_add_return(var, value) __atomic_add_fetch(&(var), value, __ATOMIC_RELAXED)
#define this_cpu_inc_return(var) this_cpu_add_return(var, 1)
#define this_cpu_dec_return(var) this_cpu_add_return(var, -1)
#define this_cpu_xchg(var, value) __atomic_exchange_n(&(var), value, __ATOMIC_RELAXED)
#define __this_cpu_read(var) this_cpu_read(var)
#define __this_cpu_write(var, value) this_cpu_write(var, value)
#define __this_cpu_add(var, value) this_cpu_add(var, value)
#define __this_cpu_inc(var) this_cpu_inc(var)
#define __this_cpu_dec(var) this_cpu_dec(var)

/** alloc_percpu - cleared; NULL if there is no memory. Context: may sleep (_gfp: as kmalloc). */
void *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp);
#define alloc_percpu(type) ((typeof(type) *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), GFP_KERNEL))
#define alloc_percpu_gfp(type, gfp) ((typeof(type) *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), gfp))
/** free_percpu - gives it back; NULL is fine. */
void free_percpu(void *p);

#endif
