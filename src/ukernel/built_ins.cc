#include "ukernel/built_ins.h"

#include "ukernel/attributes.h"

namespace kmodern::ukernel {

Module* BuiltIns::find(std::string_view name) {
  const core::BuiltIn* part = core_.built_in(name);
  if (part == nullptr) return nullptr;
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(name); found != known_.end()) return found->second.get();
  auto record = std::make_unique<Module>(part->name);
  record->facts.version = part->version;
  record->parameters = ParameterTable(part->parameters);
  record->visible_parameters = visible_parameters(core_, record->parameters);
  return known_.emplace(part->name, std::move(record)).first->second.get();
}

}  // namespace kmodern::ukernel
