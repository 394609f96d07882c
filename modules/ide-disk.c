// SPDX-License-Identifier: MIT
/* Drives of the class disk: all that there is to one, ide.ko does for every drive with blocks. */
#include <linux/module.h>

#include "ide.h"

static struct ide_driver driver = {
	.owner = THIS_MODULE,
	.media = IDE_DISK,
	.attach = ide_use_blocks,
};

static int __init disk_init(void)
{
	ide_register_driver(&driver);
	return 0;
}

static void __exit disk_exit(void)
{
	ide_unregister_driver(&driver);
}

module_init(disk_init);
module_exit(disk_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Drives of the class disk");
