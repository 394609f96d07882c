// Where the files of an installed kernel are below a root. Of a package that was only unpacked
// there may be no /lib yet, which is a link to usr/lib; and since Debian 14 the kernel's image and
// its map lie with its modules, whence a hook of the installation copies them to /boot.
#pragma once

#include <string>

namespace kmodern::module {

// lib/modules/RELEASE, else usr/lib/modules/RELEASE if that is there.
std::string modules_folder(const std::string& root, const std::string& release);

// boot/vmlinuz-RELEASE, else lib/modules/RELEASE/vmlinuz if that is there.
std::string image_path(const std::string& root, const std::string& release);

// boot/System.map-RELEASE, else lib/modules/RELEASE/System.map if that is there.
std::string system_map_path(const std::string& root, const std::string& release);

}  // namespace kmodern::module
