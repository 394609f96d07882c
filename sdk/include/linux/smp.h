#ifndef _LINUX_SMP_H
#define _LINUX_SMP_H

#include <linux/preempt.h>

/* All threads count as running on one processor, number 0; they run at the same time all the same. */
#define NR_CPUS 1
#define nr_cpu_ids 1
#define smp_processor_id() 0
#define raw_smp_processor_id() 0
#define num_online_cpus() 1
#define num_possible_cpus() 1
#define num_present_cpus() 1
#define cpu_online(cpu) ((cpu) == 0)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < 1; (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)

/* The processor's number, and sleeping is forbidden until put_cpu(). Context: any. */
#define get_cpu() ({ preempt_disable(); smp_processor_id(); })
#define put_cpu() preempt_enable()

#endif
