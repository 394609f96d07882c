#include "ukernel/facts.h"

namespace kmodern::ukernel {

Facts facts_of(const link::Source& source, const module::Modinfo& modinfo,
               const link::Image& image) {
  Facts facts;
  facts.version = modinfo.first("version").value_or("");
  facts.srcversion = modinfo.first("srcversion").value_or("");
  for (const elf::Section& section : source.object->sections()) {
    if (section.index >= image.sections.size()) continue;
    const elf::SectionMemory& memory = image.sections[section.index];
    if (memory.bytes.empty()) continue;
    facts.sections.push_back({std::string(section.name), memory.address});
    if (section.type == SHT_NOTE)
      facts.notes.push_back(
          {std::string(section.name), std::string(ByteView(memory.bytes).text())});
  }
  return facts;
}

}  // namespace kmodern::ukernel
