// Where configuration is found: the directories that modprobe.d and depmod.d have in common, and
// the order in which their files are read. Source: modprobe.d(5), depmod.d(5).
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace kmodern::config {

struct FoundFiles {
  std::map<std::string, std::string> by_name;  // base name -> path
  std::vector<Error> problems;                 // ENOENT: one of `paths` does not exist
};

// The files named *.conf of the folder `folder` ("modprobe.d", "depmod.d") under /etc, /run,
// /usr/local/lib, /usr/lib and /lib, sorted by their base names; a base name that a folder earlier
// in this list has hides the later ones. With `paths`, these are taken instead: each a folder of
// .conf files or one file of any name.
FoundFiles find_config_files(std::string_view folder, std::span<const std::string> paths = {});

// The same as a list. What does not exist is left out; any other failure to list a folder is an
// error.
Result<std::vector<std::string>> config_files(std::string_view folder,
                                              std::span<const std::string> paths = {});

// One logical line: "\" at the end of a line joins the next to it. Lines that are blank or begin
// with '#' are left out.
struct ConfigLine {
  unsigned number = 0;  // of its first line in the file, from 1
  std::string text;
};
std::vector<ConfigLine> config_lines(std::string_view text);

}  // namespace kmodern::config
