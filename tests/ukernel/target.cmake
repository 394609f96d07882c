# Modules are built with -mcmodel=kernel: what the test core exports must lie below 2 GiB.
target_sources(ukernel_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/failing_memory.cc
               ${CMAKE_CURRENT_LIST_DIR}/test_core.cc
               ${CMAKE_CURRENT_LIST_DIR}/test_module.cc)
target_link_options(ukernel_test PRIVATE -no-pie)
