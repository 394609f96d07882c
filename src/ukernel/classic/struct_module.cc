#include "ukernel/classic/struct_module.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "elf/layout.h"

namespace kmodern::ukernel::classic {

namespace {

namespace at = kernel::classic::at;
using kernel::classic::PageRange;

// One image being read. Members are checked in the order of kernel/module.c's sys_init_module().
class Reader {
 public:
  Reader(ByteView image, std::uint64_t address, std::uint64_t created, std::string_view name)
      : image_(image), address_(address), created_(created), name_(name) {}

  Result<StructModule> run() {
    TRY_OK(sizes());
    TRY_OK(name());
    TRY_OK(symbols());
    TRY_OK(dependencies());
    TRY_OK(functions());
    TRY_OK(tables());
    TRY_OK(pages());
    return std::move(result_);
  }

 private:
  std::unexpected<Error> refuse(std::string_view what) const {
    return fail(EINVAL, std::string(name_), fmt::format("init_module: {}", what),
                "the program that linked it (insmod) is at fault");
  }
  std::unexpected<Error> out_of_bounds(std::string_view member) const {
    return refuse(fmt::format("mod->{} out of bounds.", member));
  }

  std::uint64_t word(std::uint64_t offset) const {
    return image_.number<std::uint64_t>(offset).value_or(0);
  }
  // Of a member that the program may not know of yet.
  std::uint64_t member(std::uint64_t offset) const {
    return offset + 8 <= result_.header ? word(offset) : 0;
  }
  // True if `size` bytes at `pointer` are in the module, behind its header.
  bool inside(std::uint64_t pointer, std::uint64_t size) const {
    const std::uint64_t offset = pointer - address_;  // wraps around for what is before
    return pointer >= address_ && offset >= result_.header && offset <= result_.size &&
           size <= result_.size - offset;
  }
  std::optional<std::string_view> string(std::uint64_t pointer) const {
    if (!inside(pointer, 1)) return std::nullopt;
    return image_.c_string(pointer - address_);
  }

  Result<void> sizes() {
    auto header = image_.number<std::uint64_t>(at::size_of_struct);
    if (!header) return fail(EFAULT, std::string(name_), "its image ends in its first word");
    if (*header < kernel::classic::smallest_header || *header > kernel::classic::largest_header)
      return refuse("Invalid module header size.");
    result_.header = *header;
    if (!image_.contains(0, result_.header))
      return fail(EFAULT, std::string(name_), "its image ends in its header");
    result_.size = word(at::size);
    if (result_.size > created_)
      return refuse("Size of initialized module exceeds size of created module.");
    if (result_.size < result_.header || !image_.contains(0, result_.size))
      return fail(EFAULT, std::string(name_), "its image ends before its size");
    image_ = *image_.slice(0, result_.size);
    return {};
  }

  Result<void> name() {
    auto text = string(word(at::name));
    if (!text) return out_of_bounds("name");
    if (*text != name_)
      return refuse(fmt::format("changed module name to `{}' from `{}'", *text, name_));
    return {};
  }

  Result<void> symbols() {
    constexpr std::uint64_t size = kernel::classic::symbol_size;
    const std::uint64_t count = image_.number<std::uint32_t>(at::nsyms).value_or(0);
    const std::uint64_t table = word(at::syms);
    if (count != 0 && !inside(table, count * size)) return out_of_bounds("syms");
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t offset = table - address_ + i * size;
      auto text = string(word(offset + 8));
      if (!text) return out_of_bounds(fmt::format("syms[{}].name", i));
      result_.symbols.push_back({word(offset), std::string(*text)});
    }
    return {};
  }

  Result<void> dependencies() {
    constexpr std::uint64_t size = kernel::classic::reference_size;
    const std::uint64_t count = image_.number<std::uint32_t>(at::ndeps).value_or(0);
    const std::uint64_t table = word(at::deps);
    if (count != 0 && !inside(table, count * size)) return out_of_bounds("deps");
    for (std::uint64_t i = 0; i < count; ++i)
      result_.deps.push_back(word(table - address_ + i * size));
    return {};
  }

  Result<void> functions() {
    result_.init = word(at::init);
    result_.cleanup = word(at::cleanup);
    can_unload_ = member(at::can_unload);
    result_.flags = word(at::flags);
    if (result_.init != 0 && !inside(result_.init, 1)) return out_of_bounds("init");
    if (result_.cleanup != 0 && !inside(result_.cleanup, 1)) return out_of_bounds("cleanup");
    if (!range_inside(at::ex_table_start, at::ex_table_end))
      return refuse("mod->ex_table_* invalid.");
    if ((result_.flags & ~kernel::classic::autoclean) != 0) return refuse("mod->flags invalid.");
    if (can_unload_ != 0 && !inside(can_unload_, 1)) return out_of_bounds("can_unload");
    return {};
  }

  Result<void> tables() {
    if (!range_inside(at::persist_start, at::persist_end)) return out_of_bounds("persist");
    if (!range_inside(at::kallsyms_start, at::kallsyms_end)) return out_of_bounds("kallsyms");
    if (!range_inside(at::archdata_start, at::archdata_end)) return out_of_bounds("archdata");
    if (member(at::kernel_data) != 0) return refuse("mod->kernel_data must be zero.");
    return {};
  }
  bool range_inside(std::uint64_t start_member, std::uint64_t end_member) const {
    const std::uint64_t start = member(start_member), end = member(end_member);
    return start == end || (start < end && inside(start, end - start));
  }

  Result<void> pages() {
    const std::uint64_t start = member(at::archdata_start);
    const std::uint64_t bytes = member(at::archdata_end) - start;
    if (bytes % kernel::classic::page_range_size != 0) return refuse("mod->archdata invalid.");
    for (std::uint64_t done = 0; done < bytes; done += kernel::classic::page_range_size) {
      const std::uint64_t offset = start - address_ + done;
      result_.pages.push_back({word(offset), word(offset + 8), word(offset + 16)});
    }
    std::ranges::sort(result_.pages, {}, &PageRange::offset);
    std::uint64_t free = elf::page_size;  // the header's page is written to
    const std::uint64_t end = (created_ + elf::page_size - 1) / elf::page_size * elf::page_size;
    for (const PageRange& range : result_.pages) {
      if (range.offset < free || range.offset > end || range.size > end - range.offset ||
          range.offset % elf::page_size != 0 || range.size % elf::page_size != 0 ||
          range.protection >= elf::protection_count)
        return refuse("mod->archdata invalid.");
      free = range.offset + range.size;
    }
    for (std::uintptr_t function : {result_.init, result_.cleanup, can_unload_}) {
      if (function != 0 && !is_text(function - address_))
        return refuse("mod->archdata has no text page for a function.");
    }
    return {};
  }
  bool is_text(std::uint64_t offset) const {
    return std::ranges::any_of(result_.pages, [&](const PageRange& range) {
      return range.protection == static_cast<std::uint64_t>(elf::Protection::text) &&
             offset >= range.offset && offset - range.offset < range.size;
    });
  }

  ByteView image_;
  std::uint64_t address_;
  std::uint64_t created_;
  std::uintptr_t can_unload_ = 0;
  std::string_view name_;
  StructModule result_;
};

}  // namespace

Result<StructModule> read_struct_module(ByteView image, std::uint64_t address, std::uint64_t size,
                                        std::string_view name) {
  return Reader(image, address, size, name).run();
}

}  // namespace kmodern::ukernel::classic
