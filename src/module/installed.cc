#include "module/installed.h"

#include <fmt/core.h>
#include <unistd.h>

namespace kmodern::module {

namespace {

std::string existing(const std::string& usual, const std::string& other) {
  const bool take_other = ::access(usual.c_str(), F_OK) != 0 && ::access(other.c_str(), F_OK) == 0;
  return take_other ? other : usual;
}

}  // namespace

std::string modules_folder(const std::string& root, const std::string& release) {
  return existing(fmt::format("{}/lib/modules/{}", root, release),
                  fmt::format("{}/usr/lib/modules/{}", root, release));
}

std::string image_path(const std::string& root, const std::string& release) {
  return existing(fmt::format("{}/boot/vmlinuz-{}", root, release),
                  modules_folder(root, release) + "/vmlinuz");
}

std::string system_map_path(const std::string& root, const std::string& release) {
  return existing(fmt::format("{}/boot/System.map-{}", root, release),
                  modules_folder(root, release) + "/System.map");
}

}  // namespace kmodern::module
