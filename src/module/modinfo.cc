#include <algorithm>
#include <array>

#include "module/module.h"

namespace kmodern::module {

Modinfo Modinfo::parse(Bytes section) {
  Modinfo modinfo;
  modinfo.section_ = std::move(section);
  std::string_view rest = modinfo.section_.view().text();
  while (!rest.empty()) {
    std::string_view entry = rest.substr(0, rest.find('\0'));
    if (std::size_t equals = entry.find('='); equals != std::string_view::npos) {
      modinfo.entries_.push_back({entry.substr(0, equals), entry.substr(equals + 1)});
    }
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
  }
  return modinfo;
}

std::optional<std::string_view> Modinfo::first(std::string_view key) const {
  for (const ModinfoEntry& entry : entries_) {
    if (entry.key == key) return entry.value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Modinfo::all(std::string_view key) const {
  std::vector<std::string_view> values;
  for (const ModinfoEntry& entry : entries_) {
    if (entry.key == key) values.push_back(entry.value);
  }
  return values;
}

std::vector<Parameter> parameters(const Modinfo& modinfo) {
  std::vector<Parameter> result;
  for (const ModinfoEntry& entry : modinfo.entries()) {
    if (entry.key != "parm" && entry.key != "parmtype") continue;
    // "NAME:TEXT"; a text may have further colons and be missing.
    std::size_t colon = entry.value.find(':');
    std::string_view name = entry.value.substr(0, colon);
    std::string_view text = colon == std::string_view::npos ? "" : entry.value.substr(colon + 1);
    auto known = std::ranges::find(result, name, &Parameter::name);
    if (known == result.end()) known = result.insert(known, Parameter{name, {}, {}});
    (entry.key == "parm" ? known->description : known->type) = text;
  }
  return result;
}

bool license_is_gpl_compatible(std::string_view license) {
  // include/linux/license.h
  static constexpr std::array compatible = {
      "GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"};
  return std::ranges::find(compatible, license) != compatible.end();
}

}  // namespace kmodern::module
