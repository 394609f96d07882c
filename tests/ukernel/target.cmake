# Modules are built with -mcmodel=kernel: what the test core exports must lie below 2 GiB.
target_sources(ukernel_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/failing_memory.cc
               ${CMAKE_CURRENT_LIST_DIR}/test_core.cc
               ${CMAKE_CURRENT_LIST_DIR}/test_module.cc)
# It replaces operator new: inlined beside its users, that would look like a mismatch.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/failing_memory.cc PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
target_link_options(ukernel_test PRIVATE -no-pie)
