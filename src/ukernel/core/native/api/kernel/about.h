// What the SDK's headers say of the kernel itself, for the core; plain C, for both sides.
#pragma once

#ifdef __cplusplus
#include <cstddef>
extern "C" {
#else
#include <linux/types.h>
#endif

extern const char api_release[];
extern const char api_vermagic[];

// Offsets in the SDK's struct module.
struct api_module_layout {
  size_t size, name, init, exit;
};
extern const struct api_module_layout api_module_layout;

#ifdef __cplusplus
}
#endif
