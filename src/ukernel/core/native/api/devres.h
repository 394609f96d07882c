/* What drivers have of a device by devm_ functions. */
#ifndef KAPI_DEVRES_H
#define KAPI_DEVRES_H

struct device;

/* Gives all of it back, the last one first. */
void kapi_release_devres(struct device *dev);

#endif
