# These tests run the native core in their own process, and a module's code in C on the SDK's headers.
kmodern_use_native_core(core_test)
file(GLOB core_test_modules CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*_module.c)
add_library(core_test_module OBJECT ${core_test_modules})
target_include_directories(core_test_module PRIVATE ${CMAKE_SOURCE_DIR}/sdk/include)
target_compile_options(core_test_module PRIVATE -std=gnu11 -nostdinc "SHELL:-include linux/kconfig.h" -D__KERNEL__
  -ffreestanding -fno-pie -fno-omit-frame-pointer -Wall)
target_link_libraries(core_test PRIVATE core_test_module)
