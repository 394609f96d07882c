/* Nodes of devices in /dev. */
#pragma once

struct device;

/* /dev/<name> for a device that has a number: dev->node. 0; -ENOMEM; -EEXIST. */
int kapi_make_node(struct device *dev);
/* Takes it away again, and the folders that have become empty. */
void kapi_remove_node(struct device *dev);
