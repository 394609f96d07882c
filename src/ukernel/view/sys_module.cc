#include "ukernel/view/sys_module.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "ukernel/attributes.h"

namespace kmodern::ukernel {

namespace {

using kernel::LoadedModule;

// One file directly in the module's folder.
struct Attribute {
  std::string_view name;
  unsigned mode;
  std::string (*read)(const LoadedModule& state, const Module& module);
  bool (*there)(const Module& module);  // null: always
};

constexpr Attribute attributes[] = {
    {"coresize", 0444,
     [](const LoadedModule&, const Module& module) {
       return fmt::format("{}\n", module.core_size);
     },
     nullptr},
    {"initsize", 0444,
     [](const LoadedModule& state, const Module& module) {
       return fmt::format("{}\n", state.size - module.core_size);
     },
     nullptr},
    {"initstate", 0444,
     [](const LoadedModule& state, const Module&) {
       return fmt::format("{}\n", kernel::name(state.state));
     },
     nullptr},
    {"refcnt", 0444,
     [](const LoadedModule& state, const Module&) { return fmt::format("{}\n", state.refcnt); },
     nullptr},
    {"taint", 0444, [](const LoadedModule& state, const Module&) { return state.taints + "\n"; },
     nullptr},
    {"uevent", 0200, nullptr, nullptr},
    {"version", 0444,
     [](const LoadedModule&, const Module& module) { return module.facts.version + "\n"; },
     [](const Module& module) { return !module.facts.version.empty(); }},
    {"srcversion", 0444,
     [](const LoadedModule&, const Module& module) { return module.facts.srcversion + "\n"; },
     [](const Module& module) { return !module.facts.srcversion.empty(); }},
};

const Attribute* find_attribute(std::string_view name, const Module& module) {
  const auto* found = std::ranges::find(attributes, name, &Attribute::name);
  if (found == std::end(attributes) || (found->there != nullptr && !found->there(module)))
    return nullptr;
  return found;
}

// A folder in the module's folder, and what is in it.
enum class Folder { none, holders, notes, parameters, sections };

Folder folder_of(std::string_view name, const Module& module) {
  if (name == "holders") return Folder::holders;
  if (name == "sections" && !module.facts.sections.empty()) return Folder::sections;
  if (name == "notes" && !module.facts.notes.empty()) return Folder::notes;
  if (name == "parameters" && !module.visible_parameters.empty()) return Folder::parameters;
  return Folder::none;
}

// A path taken apart; `module` is null if there is none of that name.
struct Parts {
  std::shared_ptr<Module> module;
  LoadedModule state;
  std::string_view first;   // after the module's name
  std::string_view second;  // after that
};

Parts take_apart(const Context& context, std::string_view path) {
  Parts parts;
  const auto words = split(path, "/");
  if (words.empty() || words.size() > 3) return parts;
  auto found = context.modules.shown(words[0]);
  if (!found) return parts;
  parts.module = std::move(found->module);
  parts.state = std::move(found->state);
  if (words.size() > 1) parts.first = words[1];
  if (words.size() > 2) parts.second = words[2];
  return parts;
}

std::unexpected<Error> no_such_entry(std::string_view path) {
  return fail(ENOENT, fmt::format("/sys/module/{}", path), "is not there");
}

std::vector<std::string> names_in(Folder folder, const Parts& parts) {
  std::vector<std::string> names;
  switch (folder) {
    case Folder::holders:
      return parts.state.holders;
    case Folder::notes:
      for (const NoteFact& note : parts.module->facts.notes) names.push_back(note.name);
      break;
    case Folder::sections:
      for (const SectionFact& section : parts.module->facts.sections) names.push_back(section.name);
      break;
    case Folder::parameters:
      for (const VisibleParameter& parameter : parts.module->visible_parameters)
        names.push_back(parameter.name);
      break;
    case Folder::none:
      break;
  }
  return names;
}

constexpr std::uint64_t attribute_size = 4096;  // sysfs gives it as each attribute's size
constexpr std::uint64_t section_size = 19;      // "0x", 16 digits, a line end

Node folder_node(std::size_t folders) {
  return {.kind = Node::Kind::folder, .mode = 0755, .links = 2 + static_cast<unsigned>(folders)};
}

Node file_node(unsigned mode, std::uint64_t size = attribute_size) {
  return {.mode = mode, .size = size};
}

std::vector<std::string_view> folders_of(const Module& module) {
  std::vector<std::string_view> found;
  for (std::string_view name : {"holders", "notes", "parameters", "sections"}) {
    if (folder_of(name, module) != Folder::none) found.push_back(name);
  }
  return found;
}

}  // namespace

std::optional<Node> SysModule::find(std::string_view path) const {
  if (path.empty()) return folder_node(context_.modules.count_shown());
  const Parts parts = take_apart(context_, path);
  if (!parts.module) return std::nullopt;
  if (parts.first.empty()) return folder_node(folders_of(*parts.module).size());
  const Folder folder = folder_of(parts.first, *parts.module);
  if (parts.second.empty()) {
    if (folder != Folder::none) return folder_node(0);
    const Attribute* file = find_attribute(parts.first, *parts.module);
    return file != nullptr ? std::optional(file_node(file->mode)) : std::nullopt;
  }
  const auto names = names_in(folder, parts);
  if (std::ranges::find(names, parts.second) == names.end()) return std::nullopt;
  switch (folder) {
    case Folder::holders:
      return Node{Node::Kind::link, 0777, fmt::format("../../{}", parts.second)};
    case Folder::sections:
      return file_node(0400, section_size);
    case Folder::notes:
      for (const NoteFact& note : parts.module->facts.notes) {
        if (note.name == parts.second) return file_node(0444, note.bytes.size());
      }
      return std::nullopt;
    case Folder::parameters:
      for (const VisibleParameter& parameter : parts.module->visible_parameters) {
        if (parameter.name == parts.second) return file_node(parameter.mode);
      }
      return std::nullopt;
    case Folder::none:
      break;
  }
  return std::nullopt;
}

Result<std::string> SysModule::read(std::string_view path) const {
  const Parts parts = take_apart(context_, path);
  if (!parts.module || parts.first.empty()) return no_such_entry(path);
  const Module& module = *parts.module;
  if (parts.second.empty()) {
    const Attribute* file = find_attribute(parts.first, module);
    if (file == nullptr) return no_such_entry(path);
    if (file->read == nullptr)
      return fail(EACCES, fmt::format("/sys/module/{}", path), "can only be written");
    return file->read(parts.state, module);
  }
  switch (folder_of(parts.first, module)) {
    case Folder::notes:
      for (const NoteFact& note : module.facts.notes) {
        if (note.name == parts.second) return note.bytes;
      }
      break;
    case Folder::sections:
      for (const SectionFact& section : module.facts.sections) {
        if (section.name == parts.second) return fmt::format("0x{:016x}\n", section.address);
      }
      break;
    case Folder::parameters:
      return read_parameter(context_, *parts.module, parts.second);
    default:
      break;
  }
  return no_such_entry(path);
}

Result<void> SysModule::write(std::string_view path, std::string_view text) const {
  const Parts parts = take_apart(context_, path);
  if (!parts.module) return no_such_entry(path);
  if (parts.first == "uevent" && parts.second.empty()) return {};  // nobody listens to uevents here
  if (parts.first == "parameters" && !parts.second.empty())
    return write_parameter(context_, *parts.module, parts.second, text);
  return fail(EACCES, fmt::format("/sys/module/{}", path), "cannot be written");
}

std::vector<std::string> SysModule::list(std::string_view path) const {
  std::vector<std::string> names;
  if (path.empty()) {
    for (const LoadedModule& module : context_.modules.snapshot()) names.push_back(module.name);
    return names;
  }
  const Parts parts = take_apart(context_, path);
  if (!parts.module) return names;
  if (!parts.first.empty()) return names_in(folder_of(parts.first, *parts.module), parts);
  for (const Attribute& file : attributes) {
    if (find_attribute(file.name, *parts.module) != nullptr) names.emplace_back(file.name);
  }
  for (std::string_view folder : folders_of(*parts.module)) names.emplace_back(folder);
  return names;
}

}  // namespace kmodern::ukernel
