#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "ukernel/classic/classic.h"
#include "ukernel/classic/struct_module.h"
#include "ukernel/left_behind.h"
#include "ukernel/module_thread.h"
#include "ukernel/oops.h"

namespace kmodern::ukernel::classic {

namespace {

namespace flag = kernel::classic;

// An initialization that is under way. What its steps have done is undone by its end, unless the
// module went live or is pinned.
class Initialization {
 public:
  Initialization(Context& context, std::shared_ptr<Module> module)
      : context_(context), module_(std::move(module)) {}
  Initialization(const Initialization&) = delete;
  Initialization& operator=(const Initialization&) = delete;
  ~Initialization() {
    if (!done_) undo();
  }

  Result<void> read(ByteView image);
  Result<void> hold_dependencies();
  void copy(ByteView image);
  Result<void> protect(bool init_done);
  Result<void> publish();
  Result<void> tell_coming();
  Result<void> run_init();
  void go_live();

 private:
  void undo();
  LowBlock& block() {
    return static_cast<LowBlock&>(*module_->image.areas[static_cast<std::size_t>(elf::Area::core)]);
  }
  bool is_text(std::uint64_t address) const;
  std::vector<KnownSymbol> known_symbols() const;

  Context& context_;
  std::shared_ptr<Module> module_;
  StructModule image_;
  bool copied_ = false;
  bool published_ = false;    // it is shown, its symbols can be found
  bool told_coming_ = false;  // the notifiers know of it
  bool done_ = false;         // live, or pinned: nothing is undone
};

void Initialization::undo() {
  if (published_) {
    if (told_coming_) context_.notifiers.going(*module_);
    if (!clean_up(context_, *module_, nullptr).empty()) return context_.modules.pin(*module_);
    context_.core.module_gone(module_->this_module, module_->classic->memory);
    context_.symbols.remove(module_->name);
    context_.kallsyms.remove_range(module_->address);
    if (!context_.modules.go_back(*module_)) return;  // pinned meanwhile
  } else {
    context_.modules.let_go(*module_);
  }
  if (copied_) {
    const auto writable = block().protect(0, block().bytes().size(), elf::Protection::data, false);
    if (!writable)
      return context_.log.write(level::error, writable.error().reason);  // it stays claimed
    std::ranges::fill(module_->classic->memory, std::byte{0});
  }
  context_.modules.release(*module_);
}

Result<void> Initialization::read(ByteView image) {
  TRY(image_, read_struct_module(image, module_->address, module_->classic->size, module_->name));
  return {};
}

Result<void> Initialization::hold_dependencies() {
  for (std::uint64_t address : image_.deps) {
    if (!context_.modules.depend(*module_, reinterpret_cast<const void*>(address)))
      return fail(
          EINVAL, module_->name,
          fmt::format("init_module: found dependency at {:#x} that is (no longer?) a module",
                      address),
          "link it again, with what is loaded now");
  }
  return {};
}

void Initialization::copy(ByteView image) {
  copied_ = true;
  std::ranges::copy(image.span().first(image_.size), module_->classic->memory.begin());
  // Only addresses of this kernel's own are kept there, for code that looks at them.
  module_->classic->usecount() = 1;
  module_->marks.clear(~flag::autoclean);
  module_->marks.set(flag::initializing);
}

Result<void> Initialization::protect(bool init_done) {
  for (const flag::PageRange& range : image_.pages) {
    TRY_OK(block().protect(range.offset, range.size, static_cast<elf::Protection>(range.protection),
                           init_done));
  }
  return {};
}

bool Initialization::is_text(std::uint64_t address) const {
  return std::ranges::any_of(image_.pages, [&](const flag::PageRange& range) {
    const std::uint64_t begin = module_->address + range.offset;
    return range.protection == static_cast<std::uint64_t>(elf::Protection::text) &&
           address >= begin && address - begin < range.size;
  });
}

// For backtraces: what it exports, and the functions that the kernel calls.
std::vector<KnownSymbol> Initialization::known_symbols() const {
  std::vector<KnownSymbol> known;
  if (image_.init != 0) known.push_back({"init_module", image_.init, 0, 'T'});
  if (image_.cleanup != 0) known.push_back({"cleanup_module", image_.cleanup, 0, 'T'});
  for (const flag::Symbol& symbol : image_.symbols)
    known.push_back({symbol.name, symbol.value, 0, is_text(symbol.value) ? 'T' : 'D'});
  std::ranges::stable_sort(known, {}, &KnownSymbol::address);
  return known;
}

// From here on others see the module, and can use its symbols as soon as its init has returned. A
// symbol that somebody else exports already stays theirs for modules of today; what is linked in
// user space takes the newest.
Result<void> Initialization::publish() {
  std::vector<NamedDefinition> exports;
  for (const flag::Symbol& symbol : image_.symbols) {
    std::string_view name = symbol.name;
    const bool gpl_only = name.starts_with(flag::gpl_only);
    if (gpl_only) name.remove_prefix(flag::gpl_only.size());
    const flag::VersionedName versioned = flag::split_version(name);
    TRY(auto other, context_.symbols.find(versioned.base));
    if (other) continue;
    Definition definition{.address = symbol.value, .gpl_only = gpl_only, .owner = module_->name};
    if (versioned.version) definition.crc = flag::crc_of(*versioned.version);
    exports.push_back({std::string(versioned.base), std::move(definition)});
  }
  TRY_OK(context_.symbols.add(std::move(exports)));
  context_.kallsyms.add(module_->name, module_->address,
                        module_->address + module_->classic->memory.size(), known_symbols());
  module_->init = image_.init;
  module_->exit = image_.cleanup;
  context_.modules.form_created(*module_, image_.symbols, image_.header);
  published_ = true;
  return {};
}

Result<void> Initialization::tell_coming() {
  TRY_OK(context_.notifiers.coming(*module_));
  told_coming_ = true;
  return {};
}

Result<void> Initialization::run_init() {
  if (image_.init == 0 || !runs_code(context_.core)) return {};
  auto init = reinterpret_cast<int (*)()>(image_.init);
  TRY(core::CallResult result, run_in_thread(context_.core, [init]() -> long { return init(); }));
  if (!result) {
    record_oops(context_, result.error(), module_->name);
    context_.modules.pin(*module_);
    done_ = true;
    return fail(EFAULT, module_->name,
                fmt::format("its init faulted at {}: {}", blame(context_, result.error()),
                            headline(result.error())),
                "`kmodern dmesg` has the backtrace; the module stays, pinned, until the kernel is "
                "stopped");
  }
  if (*result == 0) return {};
  const int code = *result < 0 ? static_cast<int>(-*result) : EBUSY;
  return fail(code, module_->name,
              fmt::format("its init returned {} ({})", *result, errno_name(code)),
              "`kmodern dmesg` may tell what it found missing");
}

void Initialization::go_live() {
  done_ = true;
  if (auto hardened = protect(true); !hardened)
    context_.log.write(level::error, hardened.error().reason);
  module_->marks.clear(flag::initializing);
  module_->marks.set(flag::running);
  --module_->classic->usecount();
  context_.modules.go_live(*module_);
  context_.notifiers.live(*module_);
}

}  // namespace

Result<void> init_module(Context& context, const std::string& name, ByteView image) {
  TRY(std::shared_ptr<Module> module, context.modules.claim(name));
  Initialization initialization(context, std::move(module));
  auto steps = [&]() -> Result<void> {
    TRY_OK(initialization.read(image));
    TRY_OK(initialization.hold_dependencies());
    initialization.copy(image);
    TRY_OK(initialization.protect(false));
    TRY_OK(initialization.publish());
    TRY_OK(initialization.tell_coming());
    TRY_OK(initialization.run_init());
    initialization.go_live();
    return {};
  };
  auto result = steps();
  if (!result && result.error().code != EFAULT)
    context.log.write(level::error, fmt::format("{}: {}", name, result.error().reason));
  return result;
}

}  // namespace kmodern::ukernel::classic
