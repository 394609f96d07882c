#include "ukernel/link/batch.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <optional>
#include <utility>

#include "base/parallel.h"
#include "ukernel/link/link.h"

namespace kmodern::ukernel::link {
namespace {

constexpr std::uint64_t last_address = 0x7fffffff;
constexpr std::uint64_t memory_for_files = 512 << 20;  // all of a distribution's, decompressed

// Addresses that are only numbers, and for each area a buffer, or nothing, to write to.
class NumberedMemory : public Memory {
 public:
  // `buffer` null: addresses only.
  NumberedMemory(std::array<std::uint64_t, elf::area_count> bases,
                 std::array<std::vector<std::byte>, elf::area_count>* buffers)
      : bases_(bases), buffers_(buffers) {}

  Result<std::unique_ptr<Allocation>> allocate(elf::Area area,
                                               const elf::AreaLayout& layout) override {
    auto index = static_cast<std::size_t>(area);
    std::span<std::byte> bytes;
    if (buffers_ != nullptr) {
      (*buffers_)[index].assign(layout.size, std::byte{0});
      bytes = (*buffers_)[index];
    }
    return std::make_unique<Allocation>(side_by_side(layout, bases_[index], bytes));
  }

 private:
  std::array<std::uint64_t, elf::area_count> bases_;
  std::array<std::vector<std::byte>, elf::area_count>* buffers_;
};

// What the first pass leaves of a module.
struct Entry {
  std::string name;
  bool gpl_compatible = true;
  // Kept open where opening means decompressing, as far as memory_for_files goes.
  std::optional<module::ModuleFile> opened;
  std::array<elf::AreaLayout, elf::area_count> areas;
  std::array<std::uint64_t, elf::area_count> bases = {};  // relative to 0 until addresses are given
  std::vector<NamedDefinition> exports;
  std::optional<BatchFailure> failure;
  Resolved resolved;
  std::size_t relocations = 0;
  std::size_t versions_differ = 0;
  std::size_t unresolved = 0;
};

void fail_entry(Entry& entry, const BatchFile& file, std::vector<std::string> lines) {
  entry.failure = BatchFailure{file.path, entry.name, std::move(lines)};
}

// In the first pass every area stands at a number that tells the areas apart, so that an export's
// address says in which one it is.
constexpr std::uint64_t area_stride = 1ull << 40;

Result<void> survey(const BatchFile& file, Entry& entry, std::atomic<std::uint64_t>& kept) {
  TRY(module::ModuleFile opened, module::ModuleFile::open(file.path));
  TRY(Source source, read(opened));
  entry.name = source.name;
  entry.gpl_compatible = module::license_is_gpl_compatible(source.license);
  TRY(elf::Layout layout, elf::lay_out(*source.object));
  entry.areas = layout.areas;
  NumberedMemory memory({area_stride, 2 * area_stride, 3 * area_stride}, nullptr);
  TRY(Image image, allocate(source, std::move(layout), memory));
  entry.exports = exports(source, image, !entry.gpl_compatible);
  if (opened.compression() == module::Compression::none || !file.wanted) return {};
  const std::uint64_t size = opened.object().file_size();
  if (kept.fetch_add(size) + size <= memory_for_files) entry.opened = std::move(opened);
  return {};
}

// Moves an address of survey() to where its area is now; absolute ones stay.
void settle(Entry& entry) {
  for (NamedDefinition& symbol : entry.exports) {
    std::uint64_t area = symbol.definition.address / area_stride;
    if (area >= 1 && area <= elf::area_count)
      symbol.definition.address += entry.bases[area - 1] - area * area_stride;
  }
}

// False if the address space below 2 GiB is used up.
bool give_addresses(Entry& entry, std::uint64_t& next) {
  for (std::size_t i = 0; i < elf::area_count; ++i) {
    if (entry.areas[i].size == 0) continue;
    std::uint64_t alignment = entry.areas[i].alignment;
    std::uint64_t base = (next + alignment - 1) & ~(alignment - 1);
    if (base > last_address || entry.areas[i].size > last_address - base) return false;
    entry.bases[i] = base;
    next = base + entry.areas[i].size;
  }
  return true;
}

Result<void> link_one(const BatchFile& file, Entry& entry, const SymbolTable& symbols,
                      std::array<std::vector<std::byte>, elf::area_count>& buffers) {
  auto opened = std::exchange(entry.opened, std::nullopt);
  if (!opened) {
    TRY(opened, module::ModuleFile::open(file.path));
  }
  TRY(Source source, read(*opened));
  TRY(elf::Layout layout, elf::lay_out(*source.object));
  for (std::size_t i = 0; i < elf::area_count; ++i)
    if (layout.areas[i].size != entry.areas[i].size)
      return fail(ESTALE, file.path, "was changed while it was being linked", "link again");
  NumberedMemory memory(entry.bases, &buffers);
  TRY(Image image, place(source, std::move(layout), memory));
  Rules rules;
  rules.gpl_compatible = entry.gpl_compatible;
  auto resolved = resolve(source, image, symbols, rules);
  if (!resolved) {
    const Unresolved& why = resolved.error();
    entry.unresolved = why.symbols.size();
    std::vector<std::string> lines;
    for (const Unresolved::Symbol& symbol : why.symbols) {
      entry.versions_differ += symbol.version_differs;
      lines.push_back(fmt::format("symbol {}{} {} ({})", symbol.name,
                                  symbol.version_differs ? ":" : "", symbol.reason,
                                  errno_name(symbol.code)));
    }
    fail_entry(entry, file, std::move(lines));
    return {};
  }
  TRY(entry.relocations, relocate(source, image, *resolved));
  entry.resolved = std::move(*resolved);
  entry.resolved.addresses = {};
  return {};
}

// Gives each module its addresses, in the order of the files, and makes the table of all exports.
std::uint64_t collect(const std::vector<BatchFile>& files, std::vector<Entry>& entries,
                      KernelExports kernel, SymbolTable& symbols) {
  std::uint64_t next = first_module_address;
  (void)symbols.add(std::move(kernel.symbols));  // the first to come: nothing can be twice
  for (std::size_t i = 0; i < files.size(); ++i) {
    Entry& entry = entries[i];
    if (entry.failure) continue;
    if (!give_addresses(entry, next)) {
      fail_entry(entry, files[i], {"does not fit below 2 GiB beside the others (ENOMEM)"});
      continue;
    }
    settle(entry);
    if (auto added = symbols.add(std::move(entry.exports)); !added)
      fail_entry(entry, files[i], {describe(added.error())});
  }
  // Modules that are not here, but known to the kernel's build.
  for (NamedDefinition& symbol : kernel.of_modules)
    (void)symbols.add({std::move(symbol)});  // a module that is here counts for itself
  return next - first_module_address;
}

}  // namespace

BatchResult link_all(const std::vector<BatchFile>& files, KernelExports kernel) {
  std::vector<Entry> entries(files.size());
  std::atomic<std::uint64_t> kept = 0;
  parallel_for(files.size(), [&](std::size_t i, unsigned) {
    if (auto done = survey(files[i], entries[i], kept); !done)
      fail_entry(entries[i], files[i], {describe(done.error())});
  });

  BatchResult result;
  SymbolTable symbols;
  result.bytes = collect(files, entries, std::move(kernel), symbols);

  std::vector<std::array<std::vector<std::byte>, elf::area_count>> buffers(
      worker_count(files.size()));
  parallel_for(files.size(), [&](std::size_t i, unsigned worker) {
    if (!files[i].wanted || entries[i].failure) return;
    if (auto done = link_one(files[i], entries[i], symbols, buffers[worker]); !done)
      fail_entry(entries[i], files[i], {describe(done.error())});
  });

  for (std::size_t i = 0; i < files.size(); ++i) {
    Entry& entry = entries[i];
    if (!files[i].wanted) continue;
    ++result.wanted;
    result.linked += !entry.failure;
    result.relocations += entry.relocations;
    result.imports += entry.resolved.imports;
    result.versions_checked += entry.resolved.versions_checked;
    result.versions_differ += entry.versions_differ;
    result.unresolved += entry.unresolved;
    if (entry.failure) result.failures.push_back(std::move(*entry.failure));
  }
  return result;
}

}  // namespace kmodern::ukernel::link
