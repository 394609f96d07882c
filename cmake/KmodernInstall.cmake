# What `cmake --install` and the Debian packages (`cpack -G DEB`) put where, below the prefix:
#   bin/kmodern                      the one program
#   lib/kmodern/bin/{insmod,...}     the six tools, links to it: put this folder in front of PATH to use them
#   lib/kmodern/share/man            their pages; man finds them by that PATH
#   sbin/kerneld                     the daemon; its units for the user manager: lib/systemd/user
#   libexec/kmodern/ukernel          the user-space kernel
#   libexec/kmodern/kernel-types.o   the types of what it exports, as DWARF
#   share/kmodern/{sdk,examples}     for module authors
#   lib/.../libkmodern.a, include/kmodern, pkgconfig/kmodern.pc      for programs (package libkmodern-dev)
# The tools stand apart because /sbin/insmod and its page belong to Debian's kmod: both can be installed. With
# -DKMODERN_REPLACE_KMOD=ON they take kmod's place instead: sbin/insmod and so on, and the package replaces kmod.
include(GNUInstallDirs)
option(KMODERN_REPLACE_KMOD "install the tools and their pages in kmod's place" OFF)
if(KMODERN_REPLACE_KMOD)
  set(tool_home "")
  set(tool_folder ${CMAKE_INSTALL_SBINDIR})
  set(tool_target ../${CMAKE_INSTALL_BINDIR}/kmodern)
else()
  set(tool_home lib/kmodern/)
  set(tool_folder lib/kmodern/bin)
  set(tool_target ../../../${CMAKE_INSTALL_BINDIR}/kmodern)
endif()

# --- programs (component kmodern)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME kmodern)
install(TARGETS kmodern DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS kerneld DESTINATION ${CMAKE_INSTALL_SBINDIR})
set(KERNELD ${CMAKE_INSTALL_FULL_SBINDIR}/kerneld)
configure_file(units/kerneld@.service units/kerneld@.service @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/units/kerneld@.service units/kerneld@.socket DESTINATION lib/systemd/user)
if(TARGET ukernel)
  install(TARGETS ukernel DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/kmodern)
  install(FILES ${CMAKE_BINARY_DIR}/libexec/kmodern/kernel-types.o DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/kmodern)
endif()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/links)
foreach(tool IN LISTS KMODERN_TOOLS)
  file(CREATE_LINK ${tool_target} ${CMAKE_BINARY_DIR}/links/${tool} SYMBOLIC)
  install(FILES ${CMAKE_BINARY_DIR}/links/${tool} DESTINATION ${tool_folder})
endforeach()
if(KMODERN_REPLACE_KMOD) # boot scripts call kmod's own name: `kmod static-nodes`, `kmod list`
  file(CREATE_LINK kmodern ${CMAKE_BINARY_DIR}/links/kmod SYMBOLIC)
  install(FILES ${CMAKE_BINARY_DIR}/links/kmod DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY sdk/ DESTINATION ${CMAKE_INSTALL_DATADIR}/kmodern/sdk)
install(DIRECTORY modules/ DESTINATION ${CMAKE_INSTALL_DATADIR}/kmodern/examples
        PATTERN "*.ko" EXCLUDE PATTERN "*.o" EXCLUDE PATTERN "*.mod*" EXCLUDE PATTERN "*.cmd" EXCLUDE
        PATTERN "Module.symvers" EXCLUDE PATTERN "modules.order" EXCLUDE PATTERN ".*" EXCLUDE)

# --- what explains them
install(FILES README.md LICENSE docs/differences.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
file(GLOB pages CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} man/*.[158])
foreach(page IN LISTS pages)
  get_filename_component(name ${page} NAME_WE)
  string(REGEX REPLACE ".*\\." "" section ${page})
  if(name IN_LIST KMODERN_TOOLS)
    install(FILES ${page} DESTINATION ${tool_home}${CMAKE_INSTALL_MANDIR}/man${section})
  else()
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  endif()
endforeach()

# --- completions: one file per shell; a shell loads it by the name of the command that is completed
foreach(program kmodern kerneld)
  install(FILES completions/kmodern.bash RENAME ${program}
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endforeach()
install(FILES completions/_kmodern DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES completions/kmodern.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
foreach(tool IN LISTS KMODERN_TOOLS)
  install(FILES completions/kmodern.bash RENAME ${tool}
          DESTINATION ${tool_home}${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endforeach()

# --- the library (component dev): the layers that stand on their own, as one archive
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME dev)
set(library_layers base elf module config database plan kernel diagnose)
set(objects)
foreach(layer IN LISTS library_layers)
  get_target_property(kind kmodern_${layer} TYPE)
  if(kind STREQUAL STATIC_LIBRARY)
    list(APPEND objects $<TARGET_OBJECTS:kmodern_${layer}>)
  endif()
  install(DIRECTORY src/${layer} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/kmodern FILES_MATCHING PATTERN "*.h")
endforeach()
add_library(kmodern_archive STATIC ${objects})
set_target_properties(kmodern_archive PROPERTIES OUTPUT_NAME kmodern LINKER_LANGUAGE CXX)
install(TARGETS kmodern_archive ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
configure_file(cmake/kmodern.pc.in kmodern.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/kmodern.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# --- Debian packages: kmodern_*.deb and libkmodern-dev_*.deb
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "kmodern developers <kmodern@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL kmodern dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_KMODERN_PACKAGE_NAME kmodern)
set(CPACK_DEBIAN_KMODERN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_KMODERN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_KMODERN_PACKAGE_SUGGESTS "gcc, make")
set(CPACK_COMPONENT_KMODERN_DESCRIPTION "the Linux kernel module system: tools, a daemon, a user-space kernel
 insmod, rmmod, lsmod, modprobe, depmod and modinfo, which say why; a kernel
 that runs in a process, to load, run and test modules without a machine; and
 kerneld, which loads modules when they are needed and takes idle ones away.")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libkmodern-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libfmt-dev, libzstd-dev, liblzma-dev, liblz4-dev, libdeflate-dev, libdw-dev, libre2-dev, zlib1g-dev")
set(CPACK_COMPONENT_DEV_DESCRIPTION "the Linux kernel module system: library for C++ programs
 Headers and the static library: reading module files, the database, planning,
 the kernel interface.")
if(KMODERN_REPLACE_KMOD)
  set(CPACK_DEBIAN_KMODERN_PACKAGE_CONFLICTS kmod)
  set(CPACK_DEBIAN_KMODERN_PACKAGE_REPLACES kmod)
  set(CPACK_DEBIAN_KMODERN_PACKAGE_PROVIDES kmod)
endif()
include(CPack)
