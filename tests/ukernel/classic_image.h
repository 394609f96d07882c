// Images of classic modules as an insmod of the time makes them, byte for byte: a page with struct
// module and its tables, and a page of code.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "kernel/classic.h"
#include "ukernel/test_module.h"

namespace kmodern::test {

namespace classic = kernel::classic;

inline constexpr std::uint64_t image_size = 0x2000;

// Machine code.
inline const std::string returns_0("\x31\xc0\xc3", 3);
inline const std::string returns_5("\xb8\x05\x00\x00\x00\xc3", 6);
inline const std::string returns_minus_12("\xb8\xf4\xff\xff\xff\xc3", 6);
inline const std::string faults("\x0f\x0b", 2);

struct ClassicImage {
  std::string name;
  std::uint64_t address = 0;  // what create_module gave
  std::uint64_t flags = 0;
  std::string init = returns_0;
  std::string cleanup = returns_0;
  std::string can_unload;  // empty: none
  std::vector<classic::Symbol> symbols;
  std::vector<std::uint64_t> deps;

  // Where the parts are.
  static constexpr std::uint64_t names = 0x800, syms = 0x200, deps_at = 0x400, pages = 0x600;
  static constexpr std::uint64_t code = 0x1000;

  std::string bytes() const {
    std::string image(image_size, '\0');
    auto put = [&](std::uint64_t at, auto value) {
      std::memcpy(image.data() + at, &value, sizeof value);
    };
    namespace at = classic::at;
    put(at::size_of_struct, classic::header_size);
    put(at::name, address + names);
    image.replace(names, name.size(), name);
    put(at::size, image_size);
    put(at::flags, flags);
    put(at::nsyms, static_cast<std::uint32_t>(symbols.size()));
    put(at::ndeps, static_cast<std::uint32_t>(deps.size()));
    put(at::syms, address + syms);
    put(at::deps, address + deps_at);
    std::uint64_t string = names + name.size() + 1;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      put(syms + i * classic::symbol_size, symbols[i].value);
      put(syms + i * classic::symbol_size + 8, address + string);
      image.replace(string, symbols[i].name.size(), symbols[i].name);
      string += symbols[i].name.size() + 1;
    }
    for (std::size_t i = 0; i < deps.size(); ++i)
      put(deps_at + i * classic::reference_size, deps[i]);
    std::uint64_t function = code;
    for (const auto& [member, text] :
         {std::pair(at::init, init), {at::cleanup, cleanup}, {at::can_unload, can_unload}}) {
      if (text.empty()) continue;
      put(member, address + function);
      image.replace(function, text.size(), text);
      function += 16;
    }
    put(at::archdata_start, address + pages);
    put(at::archdata_end, address + pages + classic::page_range_size);
    put(pages, code);
    put(pages + 8, std::uint64_t{0x1000});  // bytes; its protection is 0: text
    return image;
  }
};

class ClassicTest : public KernelTest {
 protected:
  // Creates and initializes it; gives the address of its struct module.
  Result<std::uint64_t> insert(ClassicImage image) {
    TRY(image.address, kernel_->create_module(image.name, image_size));
    TRY_OK(init(image));
    return image.address;
  }
  Result<void> init(const ClassicImage& image) {
    return kernel_->init_module(image.name, ByteView(image.bytes()));
  }
  // An AUTOCLEAN module; `deps` are addresses of others.
  std::uint64_t insert_autoclean(const std::string& name, std::vector<std::uint64_t> deps = {}) {
    auto address = insert({.name = name, .flags = classic::autoclean, .deps = std::move(deps)});
    EXPECT_TRUE(address) << describe(address.error());
    return address.value_or(0);
  }
  // As a program that opens the module's device, and closes it again.
  void open(std::uint64_t address) {
    EXPECT_TRUE(kernel_->module_get(reinterpret_cast<const void*>(address), {}));
  }
  void close(std::uint64_t address) {
    kernel_->module_put(reinterpret_cast<const void*>(address), {});
  }
  void use_once(std::uint64_t address) {
    open(address);
    close(address);
  }

  classic::Info info(const std::string& name) {
    auto answer = kernel_->query_module(name, classic::Query::info);
    EXPECT_TRUE(answer) << describe(answer.error());
    return answer ? classic::read_info(*answer).value_or(classic::Info{}) : classic::Info{};
  }
  std::vector<std::string> names(const std::optional<std::string>& name, classic::Query which) {
    auto answer = kernel_->query_module(name, which);
    EXPECT_TRUE(answer) << describe(answer.error());
    return answer ? classic::read_names(*answer).value_or(std::vector<std::string>())
                  : std::vector<std::string>();
  }
  std::vector<std::string> loaded() { return names(std::nullopt, classic::Query::modules); }
  std::string view(const std::string& path) { return kernel_->view().read(path).value_or(""); }
};

}  // namespace kmodern::test
