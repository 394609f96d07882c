#include "ukernel/view/sys_module.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "ukernel/attributes.h"

namespace kmodern::ukernel {

namespace {

using kernel::LoadedModule;

// One file directly in the module's folder. What is built in has only those that `there` knows.
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
    {"uevent", 0200, nullptr, [](const Module&) { return true; }},
    {"version", 0444,
     [](const LoadedModule&, const Module& module) { return module.facts.version + "\n"; },
     [](const Module& module) { return !module.facts.version.empty(); }},
    {"srcversion", 0444,
     [](const LoadedModule&, const Module& module) { return module.facts.srcversion + "\n"; },
     [](const Module& module) { return !module.facts.srcversion.empty(); }},
};

bool is_there(const Attribute& file, const Module& module, bool built_in) {
  return file.there != nullptr ? file.there(module) : !built_in;
}

// A folder in the module's folder, and what is in it.
enum class Folder { none, holders, notes, parameters, sections };

Folder folder_of(std::string_view name, const Module& module, bool built_in) {
  if (name == "holders" && !built_in) return Folder::holders;
  if (name == "sections" && !module.facts.sections.empty()) return Folder::sections;
  if (name == "notes" && !module.facts.notes.empty()) return Folder::notes;
  if (name == "parameters" && !module.visible_parameters.empty()) return Folder::parameters;
  return Folder::none;
}

// A path taken apart; `module` is null if there is none of that name.
struct Parts {
  std::shared_ptr<Module> module;
  LoadedModule state;
  bool built_in = false;    // a part of the kernel: `state` says nothing of it
  std::string_view first;   // after the module's name
  std::string_view second;  // after that

  const Attribute* file() const {
    const auto* found = std::ranges::find(attributes, first, &Attribute::name);
    return found != std::end(attributes) && is_there(*found, *module, built_in) ? found : nullptr;
  }
  Folder folder() const { return folder_of(first, *module, built_in); }
};

Parts take_apart(Context& context, std::string_view path) {
  Parts parts;
  const auto words = split(path, "/");
  if (words.empty() || words.size() > 3) return parts;
  if (auto found = context.modules.shown(words[0])) {
    parts.module = std::move(found->module);
    parts.state = std::move(found->state);
  } else {
    parts.module = {std::shared_ptr<void>(), context.built_ins.find(words[0])};  // it stays
    parts.built_in = true;
  }
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

std::vector<std::string_view> folders_of(const Parts& parts) {
  std::vector<std::string_view> found;
  for (std::string_view name : {"holders", "notes", "parameters", "sections"}) {
    if (folder_of(name, *parts.module, parts.built_in) != Folder::none) found.push_back(name);
  }
  return found;
}

}  // namespace

std::optional<Node> SysModule::find(std::string_view path) const {
  if (path.empty()) return folder_node(context_.modules.count_shown());
  const Parts parts = take_apart(context_, path);
  if (!parts.module) return std::nullopt;
  if (parts.first.empty()) return folder_node(folders_of(parts).size());
  const Folder folder = parts.folder();
  if (parts.second.empty()) {
    if (folder != Folder::none) return folder_node(0);
    const Attribute* file = parts.file();
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
    const Attribute* file = parts.file();
    if (file == nullptr) return no_such_entry(path);
    if (file->read == nullptr)
      return fail(EACCES, fmt::format("/sys/module/{}", path), "can only be written");
    return file->read(parts.state, module);
  }
  switch (parts.folder()) {
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
    for (std::string& name : context_.built_ins.names()) names.push_back(std::move(name));
    return names;
  }
  const Parts parts = take_apart(context_, path);
  if (!parts.module) return names;
  if (!parts.first.empty()) return names_in(parts.folder(), parts);
  for (const Attribute& file : attributes) {
    if (is_there(file, *parts.module, parts.built_in)) names.emplace_back(file.name);
  }
  for (std::string_view folder : folders_of(parts)) names.emplace_back(folder);
  return names;
}

}  // namespace kmodern::ukernel
