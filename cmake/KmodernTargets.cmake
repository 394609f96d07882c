# What every target of the project shares, and one function per kind of target. A folder is a target:
# nobody edits a list of files to add one.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  # Without this permission it passes over all that is compiled with a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

find_package(Threads REQUIRED)
find_library(FMT_LIBRARY NAMES libfmt.a fmt REQUIRED)
# As archives: a release's program is one file that needs nothing else (see KMODERN_STATIC).
find_library(SECCOMP_LIBRARY NAMES libseccomp.a seccomp REQUIRED)
find_library(FUSE_LIBRARY NAMES libfuse3.a fuse3 REQUIRED)
find_library(ZSTD_LIBRARY NAMES libzstd.a zstd REQUIRED)
find_library(LZMA_LIBRARY NAMES liblzma.a lzma REQUIRED)
find_library(LZ4_LIBRARY NAMES liblz4.a lz4 REQUIRED) # of kernel images
find_library(RE2_LIBRARY NAMES libre2.a re2 REQUIRED)
find_library(DEFLATE_LIBRARY NAMES libdeflate.a deflate REQUIRED)
find_library(DW_LIBRARY NAMES libdw.a dw REQUIRED)
find_library(ELF_LIBRARY NAMES libelf.a elf REQUIRED)
# Shared: what guards against forged signatures is to be as new as the system.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_library(Z_LIBRARY NAMES libz.a z REQUIRED) # of libelf
find_library(SYSTEMD_LIBRARY NAMES systemd REQUIRED) # of the daemon alone: there is no archive of it
find_library(SQLITE_LIBRARY NAMES libsqlite3.a sqlite3 REQUIRED)

add_library(kmodern_flags INTERFACE)
target_compile_options(kmodern_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers>)
# g++ 12 sees overlapping copies in std::string where there are none (GCC bug 105329), at -O2 and above.
target_compile_options(kmodern_flags INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>)
# libstdc++ 12's stable_sort uses what C++17 deprecated; g++ knows to be silent in system headers' templates.
target_compile_options(kmodern_flags INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wno-deprecated-declarations>)
# What ccache needs to know of a precompiled header.
if(NOT KMODERN_UNITY)
  target_compile_options(kmodern_flags INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endif()
target_include_directories(kmodern_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
if(NOT (CMAKE_BUILD_TYPE STREQUAL Release AND FMT_LIBRARY MATCHES "\\.so$"))
  target_link_libraries(kmodern_flags INTERFACE ${FMT_LIBRARY})
endif()
target_link_libraries(kmodern_flags INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
if(CMAKE_BUILD_TYPE STREQUAL Release)
  # A short-lived tool spends its life in the dynamic loader: keep only libc there.
  target_link_options(kmodern_flags INTERFACE -static-libstdc++ -static-libgcc -Wl,--gc-sections)
  target_compile_options(kmodern_flags INTERFACE -ffunction-sections -fdata-sections)
  if(FMT_LIBRARY MATCHES "\\.so$") # Debian has no libfmt.a; the shared one would bring libstdc++.so along
    target_compile_definitions(kmodern_flags INTERFACE FMT_HEADER_ONLY)
  endif()
endif()
if(KMODERN_FUZZ)
  target_compile_options(kmodern_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(KMODERN_SANITIZE)
  target_compile_options(kmodern_flags INTERFACE -fsanitize=${KMODERN_SANITIZE}
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(kmodern_flags INTERFACE -fsanitize=${KMODERN_SANITIZE})
endif()

# kmodern_faster(TARGET OWNER [HEADER]): what all its files include is compiled once. With KMODERN_UNITY several of its
# files are one compilation, which takes a third of the time where everything is built once; their unnamed namespaces
# are one then: names there are unique in a folder. Without, each file is compiled alone, quickly again when it is
# changed, on the precompiled HEADER of the target OWNER: half of the time. No file may count on that header.
function(kmodern_faster target owner)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${KMODERN_UNITY})
  if(KMODERN_UNITY)
    return()
  endif()
  if(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${ARGV2})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()
if(KMODERN_UNITY) # what is local to a file may hide, or be part of, what another one has
  target_compile_options(kmodern_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-shadow>
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
endif()

# kmodern_layer(NAME [DEPENDS layer...]): the static library kmodern_NAME of src/NAME/**.cc.
function(kmodern_layer name)
  cmake_parse_arguments(arg "" "" "DEPENDS;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  foreach(pattern IN LISTS arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${pattern}")
  endforeach()
  set(kind STATIC)
  set(visibility PUBLIC)
  if(NOT sources)
    set(kind INTERFACE)
    set(visibility INTERFACE)
  endif()
  string(REPLACE "/" "_" target kmodern_${name})
  add_library(${target} ${kind} ${sources})
  list(TRANSFORM arg_DEPENDS PREPEND kmodern_)
  target_link_libraries(${target} ${visibility} kmodern_flags ${arg_DEPENDS})
  if(sources)
    kmodern_faster(${target} kmodern_base ${CMAKE_SOURCE_DIR}/src/precompiled.h)
  endif()
endfunction()
