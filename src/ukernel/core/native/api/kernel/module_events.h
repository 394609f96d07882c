/* What becomes of modules, for the modules that want to know. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* As Core::tell(): `event` is an enum module_state. 0, or -errno of who refuses a module that is coming. */
long kapi_module_event(unsigned long event, const void *module);

#ifdef __cplusplus
}
#endif
