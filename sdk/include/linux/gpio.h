#ifndef _LINUX_GPIO_H
#define _LINUX_GPIO_H

#include <linux/errno.h>
#include <linux/types.h>

/*
 * 1024 lines that lead nowhere, numbered from 0. What an input gets is written to the line's file,
 * /sys/kernel/debug/gpio-mockup/<number> (0 or 1), which shows its value; /sys/kernel/debug/gpio shows all that
 * are requested. Source: drivers/gpio/gpiolib-legacy.c; the files: drivers/gpio/gpio-mockup.c.
 */
#define GPIOF_DIR_OUT 0
#define GPIOF_DIR_IN 1
#define GPIOF_INIT_LOW 0
#define GPIOF_INIT_HIGH 2
#define GPIOF_IN GPIOF_DIR_IN
#define GPIOF_OUT_INIT_LOW (GPIOF_DIR_OUT | GPIOF_INIT_LOW)
#define GPIOF_OUT_INIT_HIGH (GPIOF_DIR_OUT | GPIOF_INIT_HIGH)

struct gpio {
	unsigned int gpio;
	unsigned long flags;	/* GPIOF_* */
	const char *label;
};

/** gpio_is_valid - whether there is such a line. Context: any. */
bool gpio_is_valid(int gpio);

/**
 * gpio_request - takes a line, as an input; _one: with a direction; _array: several, all or none
 *
 * Context: may sleep. Returns 0, -EINVAL for a number that is none, -EBUSY if somebody has it.
 */
int gpio_request(unsigned int gpio, const char *label);
int gpio_request_one(unsigned int gpio, unsigned long flags, const char *label);
int gpio_request_array(const struct gpio *array, size_t count);
/** gpio_free - gives it back. May sleep. */
void gpio_free(unsigned int gpio);
void gpio_free_array(const struct gpio *array, size_t count);

/** gpio_direction_input, gpio_direction_output - 0; -EINVAL if there is none. Context: any. */
int gpio_direction_input(unsigned int gpio);
int gpio_direction_output(unsigned int gpio, int value);
/** gpio_get_value, gpio_set_value - 0 or 1; setting an input has no effect. Context: any. */
int gpio_get_value(unsigned int gpio);
void gpio_set_value(unsigned int gpio, int value);
#define gpio_get_value_cansleep gpio_get_value
#define gpio_set_value_cansleep gpio_set_value
#define gpio_cansleep(gpio) 0
/** gpio_to_irq - the interrupt of its changes: see request_irq(). -EINVAL. Context: any. */
int gpio_to_irq(unsigned int gpio);

#endif
