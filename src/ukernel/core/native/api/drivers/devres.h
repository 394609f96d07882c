/* What drivers have of a device by devm_ functions. */
#pragma once

struct device;

/* Gives all of it back, the last one first. */
void kapi_release_devres(struct device *dev);
