/* What a module with a platform driver, and one with GPIO lines, does, for platform_test.cc. */
#include <linux/gpio.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/string.h>

#include "platform_module.h"

int test_probes, test_removes, test_actions, test_probe_result;
char test_bound[64];

static void count(void *data)
{
	++*(int *)data;
}

static int probe(struct platform_device *pdev)
{
	test_probes++;
	if (!devm_kzalloc(&pdev->dev, 100, GFP_KERNEL))
		return -ENOMEM;
	snprintf(test_bound + strlen(test_bound), sizeof(test_bound) - strlen(test_bound), "%s ",
		 dev_name(&pdev->dev));
	return devm_add_action(&pdev->dev, count, &test_actions) ?: test_probe_result;
}

static int remove(struct platform_device *pdev)
{
	test_removes++;
	return 0;
}

static const struct platform_device_id ids[] = { { "test-one" }, { "test-two" }, {} };
static struct platform_driver driver = {
	.probe = probe,
	.remove = remove,
	.driver = { .name = "test-driver" },
	.id_table = ids,
};

int test_driver_add(void)
{
	return platform_driver_register(&driver);
}

void test_driver_remove(void)
{
	platform_driver_unregister(&driver);
}

static struct platform_device *device;

int test_platform_add(const char *name)
{
	device = platform_device_register_simple(name, 3, NULL, 0);
	return PTR_ERR_OR_ZERO(device);
}

void test_platform_remove(void)
{
	platform_device_unregister(device);
}

int test_interrupts, test_threads, test_in_interrupt;

static irqreturn_t handler(int irq, void *data)
{
	test_in_interrupt = in_hardirq() != 0;
	__atomic_fetch_add(&test_interrupts, 1, __ATOMIC_SEQ_CST);
	return IRQ_WAKE_THREAD;
}

static irqreturn_t thread(int irq, void *data)
{
	__atomic_fetch_add(&test_threads, in_task(), __ATOMIC_SEQ_CST);
	return IRQ_HANDLED;
}

int test_line_add(unsigned int gpio, int only_rising)
{
	int error = gpio_request_one(gpio, GPIOF_IN, "test line");

	if (error)
		return error;
	return request_threaded_irq(gpio_to_irq(gpio), handler, thread,
				    only_rising ? IRQF_TRIGGER_RISING : 0, "test", NULL);
}

void test_line_remove(unsigned int gpio)
{
	free_irq(gpio_to_irq(gpio), NULL);
	gpio_free(gpio);
}

int test_line_output(unsigned int gpio, int value)
{
	int error = gpio_request_one(gpio, GPIOF_OUT_INIT_HIGH, "out");

	if (error)
		return error;
	error = gpio_get_value(gpio);
	gpio_set_value(gpio, value);
	error = error * 10 + gpio_get_value(gpio);
	gpio_free(gpio);
	return error;
}
