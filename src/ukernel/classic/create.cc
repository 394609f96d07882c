#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "ukernel/classic/classic.h"

namespace kmodern::ukernel::classic {

namespace {

// It becomes a folder's name in /sys/module and a word in /proc/modules.
bool can_be_shown(std::string_view name) {
  return name != "." && name != ".." && std::ranges::all_of(name, [](unsigned char c) {
           return c > ' ' && c != 0x7f && c != '/';
         });
}

}  // namespace

Result<std::uint64_t> create_module(Context& context, const std::string& name, std::uint64_t size) {
  constexpr std::size_t longest_name = 4095;  // a page less its NUL
  if (name.empty()) return fail(EINVAL, "create_module", "a module must have a name");
  if (name.size() > longest_name)
    return fail(ENAMETOOLONG, "create_module", fmt::format("a name of {} characters", name.size()));
  if (!can_be_shown(name))
    return fail(EINVAL, name, "has characters that a module's name cannot have");
  const std::uint64_t least = kernel::classic::header_size + name.size() + 1;
  if (size < least)
    return fail(EINVAL, name, fmt::format("{} bytes, where {} are needed", size, least));

  auto module = std::make_shared<Module>(name);
  const std::size_t room = size <= low_end
                               ? (size + elf::page_size - 1) / elf::page_size * elf::page_size
                               : low_end;  // more than there is
  TRY(auto memory, context.memory.allocate_block(room));
  const std::uint64_t address = memory->address();
  module->this_module = memory->bytes().data();
  module->address = address;
  module->core_size = size;
  module->classic = std::make_unique<Record>();
  module->classic->memory = memory->bytes();
  module->classic->size = size;
  module->image.name = name;
  module->image.areas[static_cast<std::size_t>(elf::Area::core)] = std::move(memory);
  module->marks.keep_in(module->classic->flags());
  TRY_OK(context.modules.add_created(std::move(module)));
  return address;
}

}  // namespace kmodern::ukernel::classic
