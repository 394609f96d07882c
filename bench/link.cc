// link FILE...: reads, lays out, places, resolves and relocates each module, every symbol that it
// does not define being at one address; prints the file and the milliseconds of
// processor time, the least of 5 runs.
// Process start and the kernel's exports are not in it: see bench/link.sh for what it stands
// beside.
#include "ukernel/link/link.h"

#include <fmt/core.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <vector>

namespace {

using namespace kmodern;
namespace linker = ukernel::link;

class Area final : public linker::Allocation {
 public:
  Area(const elf::AreaLayout& layout, std::uint64_t address)
      : memory_(std::make_unique<std::byte[]>(layout.size)) {
    pieces_ = linker::side_by_side(layout, address, std::span(memory_.get(), layout.size));
  }

 private:
  std::unique_ptr<std::byte[]> memory_;
};

class Slab final : public linker::Memory {
 public:
  Result<std::unique_ptr<linker::Allocation>> allocate(elf::Area,
                                                       const elf::AreaLayout& layout) override {
    const std::uint64_t address = next_;
    next_ += (layout.size + elf::page_size - 1) / elf::page_size * elf::page_size;
    return std::make_unique<Area>(layout, address);
  }

 private:
  std::uint64_t next_ = 0x40000000;
};

class OneAddress final : public ukernel::SymbolSource {
 public:
  Result<std::optional<ukernel::Definition>> find(std::string_view) const override {
    return ukernel::Definition{.address = 0x41000000};
  }
};

Result<void> link(const std::string& path) {
  TRY(module::ModuleFile file, module::ModuleFile::open(path));
  TRY(linker::Source source, linker::read(file));
  TRY(elf::Layout layout, elf::lay_out(*source.object));
  Slab memory;
  TRY(linker::Image image, linker::place(source, std::move(layout), memory));
  auto resolved = linker::resolve(source, image, OneAddress(), {});
  if (!resolved) return std::unexpected(resolved.error().error);
  TRY_OK(linker::relocate(source, image, *resolved));
  return {};
}

double processor_milliseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    double least = 1e9;
    for (int run = 0; run < 5; ++run) {
      const double begin = processor_milliseconds();
      if (auto done = link(argv[i]); !done) {
        fmt::print(stderr, "link: {}\n", describe(done.error()));
        return 1;
      }
      least = std::min(least, processor_milliseconds() - begin);
    }
    fmt::print("{} {:.4f}\n", argv[i], least);
  }
  return 0;
}
