/* Module code that asks for modules: for request_test.cc. */
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#include "request_module.h"

static struct module asker = { .name = "asker" };
const void *const asking_module = &asker;

long ask(int number)
{
	return request_module("char-major-%d-%s", number, "7");
}

long ask_without_waiting(void)
{
	return request_module_nowait("snd");
}

long ask_by_a_name_of(int characters)
{
	return request_module("%0*d", characters, 0);
}

/* 1: it was there before, or has come. */
long ask_and_look_again(const int *there)
{
	return try_then_request_module(READ_ONCE(*there), "thing");
}

static DEFINE_SPINLOCK(lock);

long ask_with_a_lock_held(void)
{
	spin_lock(&lock);
	request_module("thing");
	spin_unlock(&lock);
	return 0;
}
