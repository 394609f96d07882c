#include "ukernel/core/stock/stock.h"

#include <fmt/core.h>
#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "base/file.h"
#include "base/text.h"
#include "module/advice.h"
#include "module/installed.h"
#include "module/kernel_image.h"
#include "module/module.h"
#include "module/symvers.h"
#include "ukernel/core/stock/built_in.h"

namespace kmodern::core {

namespace {

// Addresses that nothing stands at: what jumps there or reads there faults.
class NoMansLand {
 public:
  static Result<NoMansLand> reserve(std::size_t size) {
    void* memory = ::mmap(nullptr, size, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_32BIT, -1, 0);
    if (memory == MAP_FAILED)
      return fail_errno(errno, "stock kernel", "cannot reserve addresses below 2 GiB");
    return NoMansLand(memory, size);
  }
  NoMansLand(NoMansLand&& other) noexcept
      : begin_(std::exchange(other.begin_, nullptr)), size_(other.size_) {}
  NoMansLand& operator=(NoMansLand&&) = delete;
  ~NoMansLand() {
    if (begin_ != nullptr) ::munmap(begin_, size_);
  }
  std::uintptr_t begin() const { return reinterpret_cast<std::uintptr_t>(begin_); }

 private:
  NoMansLand(void* begin, std::size_t size) : begin_(begin), size_(size) {}
  void* begin_;
  std::size_t size_;
};

constexpr std::size_t spacing = 16;  // bytes between two of the kernel's symbols

class StockCore final : public Core {
 public:
  StockCore(StockKernel kernel, std::unique_ptr<Core> native, NoMansLand land)
      : kernel_(std::move(kernel)), native_(std::move(native)), land_(std::move(land)) {
    // Parameters are data of the modules: the functions of the standard kinds read and write them
    // without any code of theirs.
    for (const Export& symbol : native_->exports()) {
      if (!symbol.name.starts_with("param_")) continue;
      provided_.emplace(symbol.name, symbol.address);
      provided_addresses_.insert(symbol.address);
    }
    std::uintptr_t next = land_.begin();
    for (Export& symbol : kernel_.exports) {
      auto real = provided_.find(symbol.name);
      symbol.address = real != provided_.end() ? real->second : next;
      next += spacing;
    }
  }

  void attach(Host& host) override {
    host_ = &host;
    native_->attach(host);
    host.log(
        5,
        fmt::format("this kernel stands for {}: the code of its modules is linked, but not run",
                    kernel_.release),
        false);
  }

  std::string release() const override { return kernel_.release; }
  std::string vermagic() const override { return kernel_.vermagic; }
  std::span<const Export> exports() const override { return kernel_.exports; }
  const BuiltIn* built_in(std::string_view name) override {
    if (!kernel_.built_in.contains(name) && !built_ins_known_) return nullptr;
    const auto& modules = built_ins().modules;
    const auto found = modules.find(name);
    return found != modules.end() ? &found->second : nullptr;
  }
  std::vector<std::string> built_in_names() override {
    std::vector<std::string> names;
    for (const auto& [name, module] : built_ins().modules) names.push_back(name);
    return names;
  }
  ThisModuleLayout this_module_layout() const override { return {}; }
  std::string advice(std::string_view symbol) const override {
    return module::symbol_advice(symbol);
  }

  CodePolicy code_policy() const override { return CodePolicy::link_only; }
  bool provides(std::uintptr_t address) const override {
    return provided_addresses_.contains(address);
  }

  CallResult call(const std::function<long()>& function) override {
    return native_->call(function);
  }
  void module_gone(const void*, std::span<const std::byte>) override {}
  std::optional<std::string> symbolize(std::uintptr_t address) const override {
    return native_->symbolize(address);
  }
  std::optional<Node> find(const std::string&) override { return std::nullopt; }
  std::vector<std::string> list(const std::string&) override { return {}; }
  Result<std::unique_ptr<OpenFile>> open(const std::string& path, int, const Holder&) override {
    return fail(ENXIO, path, "the code of this kernel's modules is not run: there are no devices",
                "modules built with the SDK run in a kernel started without --release");
  }

 private:
  // Unpacking a kernel takes a second: it is not done before somebody asks.
  const BuiltIns& built_ins() {
    std::call_once(built_ins_read_, [&] {
      auto read = read_built_ins(kernel_.image, [&](std::string_view kind) {
        const auto ours = provided_.find(kind);
        return ours != provided_.end() ? ours->second : 0;
      });
      built_ins_ = read ? std::move(*read) : without_image(read.error());
      built_ins_known_ = true;
    });
    return built_ins_;
  }

  BuiltIns without_image(const Error& error) {
    host_->log(4,
               fmt::format("parameters of what is built in are not known: {}: {}", error.subject,
                           error.reason),
               false);
    BuiltIns known;
    for (const auto& [name, part] : kernel_.built_in) {
      if (part.parameters || !part.version.empty())
        known.modules[name] = {.name = name, .version = part.version, .parameters = {}};
    }
    return known;
  }

  StockKernel kernel_;
  std::unique_ptr<Core> native_;
  Host* host_ = nullptr;
  std::once_flag built_ins_read_;
  std::atomic<bool> built_ins_known_ = false;
  BuiltIns built_ins_;
  std::unordered_map<std::string_view, std::uintptr_t> provided_;
  std::unordered_set<std::uintptr_t> provided_addresses_;
  NoMansLand land_;
};

// Any module's: those of one tree have all the same.
Result<std::string> vermagic_below(const std::string& modules) {
  // kernel/ by itself first: it may be a link.
  for (const std::string& folder : {modules + "/kernel", modules}) {
    std::error_code failed;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, failed)) {
      if (entry.path().filename().string().find(".ko") == std::string::npos) continue;
      auto file = module::ModuleFile::open(entry.path());
      if (!file) continue;
      auto info = file->modinfo();
      if (auto vermagic = info ? info->first("vermagic") : std::nullopt)
        return std::string(*vermagic);
    }
  }
  return fail(ENOENT, modules, "has no modules to tell that kernel's vermagic",
              "install the kernel's package");
}

// Each entry is "NAME.KEY=VALUE". Parameters without a module are `kernel`'s.
std::map<std::string, StockKernel::Part, std::less<>> built_in_parts(const std::string& modules) {
  std::map<std::string, StockKernel::Part, std::less<>> parts;
  parts["kernel"];
  const std::string text = read_file(modules + "/modules.builtin.modinfo").value_or("");
  for (const std::string_view entry : split(text, std::string_view("\0", 1))) {
    const std::size_t equals = entry.find('=');
    const std::string_view key = entry.substr(0, equals);
    const std::size_t dot = key.find('.');
    if (dot == std::string_view::npos || equals == std::string_view::npos) continue;
    StockKernel::Part& part = parts[std::string(key.substr(0, dot))];
    const std::string_view what = key.substr(dot + 1);
    if (what == "parmtype") part.parameters = true;
    if (what == "version") part.version = entry.substr(equals + 1);
  }
  return parts;
}

}  // namespace

Result<StockKernel> read_stock_kernel(const std::string& root, const std::string& release) {
  StockKernel kernel;
  kernel.release = release;
  const std::string modules = module::modules_folder(root, release);
  TRY(kernel.vermagic, vermagic_below(modules));
  kernel.built_in = built_in_parts(modules);
  kernel.image = module::image_path(root, release);
  for (const std::string& path :
       {fmt::format("{}/usr/src/linux-headers-{}/Module.symvers", root, release),
        modules + "/build/Module.symvers"}) {
    auto text = read_file(path);
    if (!text) continue;
    kernel.text = std::make_unique<std::string>(std::move(*text));
    TRY(auto entries, module::parse_symvers(*kernel.text, path));
    for (const module::SymversEntry& entry : entries) {
      if (entry.module == "vmlinux")
        kernel.exports.push_back(
            {entry.name, 0, entry.crc, entry.gpl_only, entry.symbol_namespace});
    }
    return kernel;
  }
  TRY(auto image, module::KernelImage::open(kernel.image));
  TRY(auto exports, image.exports());
  kernel.text = std::make_unique<std::string>();
  std::size_t size = 0;
  for (const module::Export& symbol : exports)
    size += symbol.name.size() + symbol.symbol_namespace.size();
  kernel.text->reserve(size);  // views into it stay
  auto keep = [&](std::string_view text) {
    const std::size_t at = kernel.text->size();
    kernel.text->append(text);
    return std::string_view(*kernel.text).substr(at);
  };
  for (const module::Export& symbol : exports)
    kernel.exports.push_back(
        {keep(symbol.name), 0, symbol.crc, symbol.gpl_only, keep(symbol.symbol_namespace)});
  if (auto list = image.certificates(); list && !list->empty()) {
    auto& certificates = kernel.certificates.emplace();
    for (const ByteView one : *list) certificates.emplace_back(one.text());
  }
  return kernel;
}

Result<std::unique_ptr<Core>> make_stock_core(StockKernel kernel, std::unique_ptr<Core> native) {
  TRY(NoMansLand land, NoMansLand::reserve((kernel.exports.size() + 1) * spacing));
  return std::make_unique<StockCore>(std::move(kernel), std::move(native), std::move(land));
}

}  // namespace kmodern::core
