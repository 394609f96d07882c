// SPDX-License-Identifier: MIT
/* A kernel thread that runs from load to removal. */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/module.h>

static struct task_struct *runner;
static DECLARE_COMPLETION(began);

static int run(void *data)
{
	int rounds = 0;

	pr_info("runner: %s begins\n", current->comm);
	complete(&began);
	while (!kthread_should_stop()) {
		rounds++;
		schedule_timeout_interruptible(HZ);
	}
	return rounds;
}

static int __init runner_init(void)
{
	runner = kthread_run(run, NULL, "runner");
	if (IS_ERR(runner))
		return PTR_ERR(runner);
	wait_for_completion(&began);
	return 0;
}

static void __exit runner_exit(void)
{
	pr_info("runner: ended after %s\n", kthread_stop(runner) > 0 ? "some rounds" : "none");
}

module_init(runner_init);
module_exit(runner_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A kernel thread");
