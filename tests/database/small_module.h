// Small modules for tests of depmod: symbols given and taken, and .modinfo, in any ELF format.
#pragma once

#include <initializer_list>
#include <string>

#include "support/elf_builder.h"
#include "support/files.h"

namespace kmodern::testing {

struct SmallModule {
  std::vector<std::string> gives;
  std::vector<std::string> takes;
  std::vector<std::string> modinfo;  // "alias=pci:*"
  elf::Format format = {};

  std::string build() const {
    ElfBuilder builder(format);
    std::string info;
    std::string strings;
    std::string names(1, '\0');
    std::string symbols = builder.symbol(0, 0, SHN_UNDEF, 0);
    for (const std::string& entry : modinfo) info += entry + '\0';
    for (const std::string& name : gives) {
      strings += name + '\0';
      symbols += builder.symbol(static_cast<std::uint32_t>(names.size()), 0, 1,
                                ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE));
      names += "__ksymtab_" + name + '\0';
    }
    for (const std::string& name : takes) {
      symbols += builder.symbol(static_cast<std::uint32_t>(names.size()), 0, SHN_UNDEF,
                                ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE));
      names += name + '\0';
    }
    builder.add({.name = ".modinfo", .bytes = info});
    builder.add({.name = "__ksymtab_strings", .bytes = strings});
    const std::uint32_t table =
        builder.add({.name = ".strtab", .type = SHT_STRTAB, .bytes = names});
    builder.add({.name = ".symtab",
                 .type = SHT_SYMTAB,
                 .bytes = symbols,
                 .link = table,
                 .info = static_cast<std::uint32_t>(gives.size() + 1)});
    return builder.build();
  }
};

}  // namespace kmodern::testing
