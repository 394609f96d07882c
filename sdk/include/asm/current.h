#ifndef _ASM_CURRENT_H
#define _ASM_CURRENT_H

/** current - the task that runs this code; the pointer is good in this call only. Context: any. */
struct task_struct;
struct task_struct *__kmodern_current(void);
#define get_current() __kmodern_current()
#define current __kmodern_current()

#endif
