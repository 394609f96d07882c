// What tests share: real files to test on, and files made by the machine's own compiler.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace kmodern::testing {

// A temporary directory that fails the test loudly if it cannot be had.
inline TemporaryDirectory temporary_directory() {
  auto directory = TemporaryDirectory::create();
  if (!directory) ADD_FAILURE() << describe(directory.error());
  return std::move(*directory);
}

inline void write_file(const std::string& path, std::string_view bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

// The folder of Debian's kernel (lib/, boot/, usr/), as tools/fetch-debian-kernel leaves it; empty
// if it is not there.
inline std::string debian_kernel(const std::string& release = "6.1.0-56-amd64") {
  const char* cache = std::getenv("KMODERN_CACHE");
  const char* home = std::getenv("HOME");
  std::string base =
      cache != nullptr ? cache : std::string(home != nullptr ? home : "") + "/.cache/kmodern";
  std::string folder = base + "/debian/" + release;
  return std::filesystem::exists(folder + "/lib/modules") ? folder : "";
}

// Debian's modules, sorted by path; empty if they are not there.
inline std::vector<std::string> debian_modules() {
  std::vector<std::string> paths;
  const std::string folder = debian_kernel();
  if (folder.empty()) return paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder + "/lib/modules")) {
    if (entry.path().extension() == ".ko") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The path of one of Debian's modules by its file name, "crc7.ko"; empty if it is not there.
inline std::string debian_module(std::string_view name) {
  for (const std::string& path : debian_modules()) {
    if (path.ends_with("/" + std::string(name))) return path;
  }
  return "";
}

// Compiles C (or assembles, for a name in .s) into an object file and gives its path; `flags` for
// gcc.
inline std::string compile(
    const TemporaryDirectory& directory, const std::string& name, std::string_view source,
    const std::string& flags = "-O1 -mcmodel=kernel -fno-pic -ffreestanding") {
  const std::string path = directory.path() + "/" + name;
  write_file(path, source);
  const std::string object = path.substr(0, path.rfind('.')) + ".o";
  const std::string command = "gcc " + flags + " -c -o '" + object + "' '" + path + "'";
  if (std::system(command.c_str()) != 0) ADD_FAILURE() << command;
  return object;
}

}  // namespace kmodern::testing
