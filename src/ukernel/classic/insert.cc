#include "ukernel/classic/insert.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "ukernel/classic/kernel_symbols.h"
#include "ukernel/classic/parameters.h"
#include "ukernel/link/link.h"
#include "ukernel/taint.h"

namespace kmodern::ukernel::classic {

namespace {

namespace at = kernel::classic::at;

// The areas of an image one behind the other, as the one piece of memory that create_module(2)
// gives.
class FlatMemory final : public link::Memory {
 public:
  // `bytes` may be empty: then only addresses are wanted.
  FlatMemory(std::uint64_t address, std::span<std::byte> bytes)
      : address_(address), bytes_(bytes) {}
  Result<std::unique_ptr<link::Allocation>> allocate(elf::Area area,
                                                     const elf::AreaLayout& layout) override {
    if (area == elf::Area::per_cpu)
      return fail(ENOEXEC, "per-CPU data", "there was none in modules up to Linux 2.4");
    const std::uint64_t begin = used_;
    used_ += layout.size;
    return std::make_unique<link::Allocation>(link::side_by_side(
        layout, address_ + begin,
        bytes_.empty() ? std::span<std::byte>() : bytes_.subspan(begin, layout.size)));
  }
  std::uint64_t used() const { return used_; }

 private:
  std::uint64_t address_;
  std::span<std::byte> bytes_;
  std::uint64_t used_ = 0;
};

// "/path/simple-module.o" is the module simple_module.
std::string name_of(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  if (path.ends_with(".o")) path.remove_suffix(2);
  std::string name(path);
  std::ranges::replace(name, '-', '_');
  return name;
}

std::uint64_t page_up(std::uint64_t size) {
  return (size + elf::page_size - 1) / elf::page_size * elf::page_size;
}

// What stands before the sections: struct module and what it points to, for one address.
class Head {
 public:
  explicit Head(std::uint64_t address) : address_(address), bytes_(kernel::classic::header_size) {
    put(at::size_of_struct, kernel::classic::header_size);
  }
  template <typename T>
  void put(std::uint64_t offset, T value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
  }
  void add(std::uint64_t value) {
    bytes_.resize(bytes_.size() + sizeof value);
    put(bytes_.size() - sizeof value, value);
  }
  // The address of a text that is added.
  std::uint64_t add_text(std::string_view text) {
    const std::uint64_t address = end();
    for (char c : text) bytes_.push_back(static_cast<std::byte>(c));
    bytes_.push_back({});
    return address;
  }
  void align() { bytes_.resize((bytes_.size() + 7) / 8 * 8); }
  std::uint64_t end() const { return address_ + bytes_.size(); }
  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::uint64_t address_;
  std::vector<std::byte> bytes_;
};

class Insertion {
 public:
  Insertion(kernel::Kernel& kernel, kernel::classic::Calls& calls, module::ModuleFile& file,
            const InsertOptions& options)
      : kernel_(kernel), calls_(calls), file_(file), options_(options) {}

  Result<void> read();
  Result<void> check_version();
  Result<void> ask_for_symbols();
  Result<void> lay_out();
  Result<void> create();
  Result<void> link();
  Result<void> initialize();
  // After create(), if a later step failed.
  Result<void> remove() { return kernel_.unload(source_.name, {}); }

  std::uint64_t taints = 0;
  std::vector<std::string> warnings;

 private:
  Result<link::Resolved> resolve(const link::Image& image);
  std::vector<kernel::classic::Symbol> exports(const link::Image& image) const;
  Head head(std::uint64_t address, const link::Image& image);
  std::optional<std::string> kernel_version() const;

  kernel::Kernel& kernel_;
  kernel::classic::Calls& calls_;
  module::ModuleFile& file_;
  const InsertOptions& options_;

  link::Source source_;
  module::Modinfo modinfo_;
  std::vector<Assignment> assignments_;
  std::optional<KernelSymbols> kernel_symbols_;
  elf::Layout layout_;
  std::vector<std::string> owners_;   // modules that it depends on
  std::vector<std::uint64_t> texts_;  // addresses of the parameters' texts, in their order
  std::uint64_t head_size_ = 0;       // whole pages
  std::uint64_t address_ = 0;
  std::vector<std::byte> image_;
};

// As link::read(), but that such an object need not say its name.
Result<void> Insertion::read() {
  TRY_OK(elf::can_relocate(file_.object()));
  source_.object = &file_.object();
  source_.name = name_of(file_.path());
  TRY(source_.symbols, file_.object().symbols());
  if (source_.symbols.size() == 0)
    return fail(ENOEXEC, file_.path(), "module has no symbols (stripped?)", "compile it again");
  if (file_.object().find("__param") != nullptr)
    return fail(ENOEXEC, file_.path(), "its parameters are those of today's modules (module_param)",
                "declare them by MODULE_PARM, or build it as a .ko file");
  TRY(modinfo_, file_.modinfo());
  source_.license = modinfo_.first("license").value_or("unspecified");
  TRY(source_.exports, file_.exports());
  TRY(assignments_, assignments(options_.parameters, modinfo_, source_.name));
  if (!module::license_is_gpl_compatible(source_.license)) {
    warnings.push_back(fmt::format(
        "loading {} will taint the kernel: {}", file_.path(),
        modinfo_.first("license") ? "non-GPL license - " + source_.license : "no license"));
    taints |= std::uint64_t{1} << static_cast<unsigned>(Taint::proprietary);
  }
  return {};
}

// .modinfo says it, or, up to Linux 2.0, a variable.
std::optional<std::string> Insertion::kernel_version() const {
  if (auto version = modinfo_.first("kernel_version")) return std::string(*version);
  for (std::uint32_t index = 1; index < source_.symbols.size(); ++index) {
    const elf::Symbol symbol = source_.symbols[index];
    if (source_.symbols.name(symbol) != "kernel_version") continue;
    if (symbol.undefined() || symbol.section >= file_.object().sections().size()) continue;
    auto bytes = file_.object().read(file_.object().sections()[symbol.section]);
    auto text = bytes ? bytes->view().c_string(symbol.value) : std::nullopt;
    if (text) return std::string(*text);
  }
  return std::nullopt;
}

Result<void> Insertion::check_version() {
  TRY(std::string release, kernel_.release());
  auto version = kernel_version();
  if (version == release) return {};
  const std::string reason =
      version
          ? fmt::format("was compiled for kernel version {}, this kernel is {}", *version, release)
          : "does not tell the kernel version that it was compiled for";
  if (!options_.force)
    return fail(ENOEXEC, file_.path(), reason,
                "compile it against this kernel's headers (<linux/module.h>), or force the load");
  warnings.push_back(fmt::format("{} {}", file_.path(), reason));
  taints |= std::uint64_t{1} << static_cast<unsigned>(Taint::forced_load);
  return {};
}

Result<void> Insertion::ask_for_symbols() {
  TRY(kernel_symbols_, KernelSymbols::read(calls_));
  if (kernel_symbols_->versioned() && modinfo_.first("using_checksums") == "1" && !options_.force)
    kernel_symbols_->compare_versions();
  return {};
}

Result<link::Resolved> Insertion::resolve(const link::Image& image) {
  link::Rules rules;
  rules.gpl_compatible = module::license_is_gpl_compatible(source_.license);
  rules.check_versions = false;  // they are in the names
  auto resolved = link::resolve(source_, image, *kernel_symbols_, rules);
  if (!resolved) return std::unexpected(std::move(resolved.error().error));
  return std::move(*resolved);
}

// How large the image will be, and what it depends on: everything but its address.
Result<void> Insertion::lay_out() {
  TRY(layout_, elf::lay_out(file_.object()));
  FlatMemory nowhere(0, {});
  TRY(link::Image image, link::allocate(source_, layout_, nowhere));
  TRY(link::Resolved resolved, resolve(image));
  owners_ = resolved.owners;
  head_size_ = page_up(head(0, image).bytes().size());
  image_.resize(head_size_ + nowhere.used());
  return {};
}

Result<void> Insertion::create() {
  TRY(address_, calls_.create_module(source_.name, image_.size()));
  return {};
}

// Those that EXPORT_SYMBOL names; without a table of these, all that are global and stay.
std::vector<kernel::classic::Symbol> Insertion::exports(const link::Image& image) const {
  std::vector<kernel::classic::Symbol> result;
  const bool has_table = file_.object().find("__ksymtab") != nullptr;
  for (const NamedDefinition& symbol : link::exports(source_, image, false)) {
    const auto& [name, definition] = symbol;
    result.push_back({definition.address,
                      (definition.gpl_only ? std::string(kernel::classic::gpl_only) : "") + name});
  }
  if (has_table || !result.empty()) return result;
  static constexpr std::string_view hidden[] = {"init_module", "cleanup_module", "kernel_version"};
  for (const auto& part : link::known_symbols(source_, image, elf::Area::core)) {
    for (const KnownSymbol& symbol : part) {
      if (symbol.global && std::ranges::find(hidden, symbol.name) == std::end(hidden))
        result.push_back({symbol.address, symbol.name});
    }
  }
  return result;
}

Head Insertion::head(std::uint64_t address, const link::Image& image) {
  Head head(address);
  head.put(at::name, head.add_text(source_.name));
  head.put(at::size, std::uint64_t{image_.size()});
  head.put(at::flags, options_.autoclean ? kernel::classic::autoclean : 0);

  const auto symbols = exports(image);
  std::vector<std::uint64_t> names;
  names.reserve(symbols.size());
  for (const auto& symbol : symbols) names.push_back(head.add_text(symbol.name));
  texts_.clear();
  for (const Assignment& one : assignments_) {
    for (const auto& text : one.texts) texts_.push_back(head.add_text(text.text));
  }
  head.align();
  head.put(at::nsyms, static_cast<std::uint32_t>(symbols.size()));
  head.put(at::syms, head.end());
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    head.add(symbols[i].value);
    head.add(names[i]);
  }
  head.put(at::ndeps, static_cast<std::uint32_t>(owners_.size()));
  head.put(at::deps, head.end());
  for (const std::string& owner : owners_) {
    head.add(kernel_symbols_->address_of(owner));
    head.add(0);
    head.add(0);
  }
  for (auto [member, name] :
       {std::pair(at::init, "init_module"), std::pair(at::cleanup, "cleanup_module")}) {
    if (auto function = link::address_of(source_, image, name)) head.put(member, *function);
  }
  head.put(at::archdata_start, head.end());
  for (std::size_t i = 0; i < elf::area_count; ++i) {
    if (image.areas[i] == nullptr) continue;
    for (std::size_t kind = 0; kind < elf::protection_count; ++kind) {
      const elf::Part& part = image.layout.areas[i].parts[kind];
      if (part.size == 0) continue;
      head.add(image.areas[i]->pieces()[kind].address - address);
      head.add(part.size);
      head.add(kind);
    }
  }
  head.put(at::archdata_end, head.end());
  return head;
}

Result<void> Insertion::link() {
  FlatMemory memory(address_ + head_size_, std::span(image_).subspan(head_size_));
  TRY(link::Image image, link::place(source_, layout_, memory));
  kernel_symbols_->set_this_module(address_);
  TRY(link::Resolved resolved, resolve(image));
  TRY_OK(link::relocate(source_, image, resolved));
  const Head head = this->head(address_, image);
  std::ranges::copy(head.bytes(), image_.begin());
  std::size_t text = 0;
  for (Assignment one : assignments_) {
    for (const auto& [where, unused] : one.texts)
      std::memcpy(one.bytes.data() + where, &texts_[text++], sizeof(std::uint64_t));
    auto variable = link::address_of(source_, image, one.variable);
    const std::uint64_t offset = variable.value_or(address_) - address_;
    if (offset < head_size_ || offset > image_.size() || one.bytes.size() > image_.size() - offset)
      return fail(EINVAL, source_.name,
                  fmt::format("its parameter '{}' has no variable of that size", one.variable));
    std::memcpy(image_.data() + offset, one.bytes.data(), one.bytes.size());
  }
  return {};
}

Result<void> Insertion::initialize() {
  // What is wrong with it is to be known before its code runs.
  if (taints != 0) TRY_OK(calls_.taint(taints));
  return calls_.init_module(source_.name, ByteView(image_));
}

}  // namespace

bool is_classic(const module::ModuleFile& file) {
  return !module_name_of_path(file.path()) &&
         file.object().find(".gnu.linkonce.this_module") == nullptr;
}

Result<std::vector<std::string>> insert(kernel::Kernel& kernel, kernel::classic::Calls& calls,
                                        module::ModuleFile& file, const InsertOptions& options) {
  Insertion insertion(kernel, calls, file, options);
  TRY_OK(insertion.read());
  TRY_OK(insertion.check_version());
  TRY_OK(insertion.ask_for_symbols());
  TRY_OK(insertion.lay_out());
  TRY_OK(insertion.create());
  auto linked = insertion.link();
  if (linked) linked = insertion.initialize();
  if (!linked) {
    // What faulted is pinned; that has been said.
    if (auto removed = insertion.remove(); !removed && linked.error().code != EFAULT)
      linked.error().reason += "; it cannot be removed: " + removed.error().reason;
    return std::unexpected(linked.error());
  }
  return std::move(insertion.warnings);
}

}  // namespace kmodern::ukernel::classic
