#include "ukernel/core/stock/built_in.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <unordered_map>

#include "module/built_in.h"

namespace kmodern::core {

namespace {

// The kernel's structures (include/linux/moduleparam.h, 64 bit), as its code and the native core's
// have them.
struct Param {
  const char* name;
  const void* module;
  std::uintptr_t operations;
  std::uint16_t mode;
  std::int8_t level;
  std::uint8_t flags;
  void* argument;
};
struct ParamArray {
  unsigned max;
  unsigned element_size;
  unsigned* count;
  std::uintptr_t operations;
  void* elements;
};
struct ParamString {
  unsigned size;
  char* text;
};
static_assert(sizeof(Param) == 40 && sizeof(ParamArray) == 32 && sizeof(ParamString) == 16);

constexpr std::size_t largest = 1 << 20;  // bytes of one parameter's value

// The bytes of a value of that kind; 0: more than a number.
std::size_t size_of(std::string_view kind) {
  static constexpr std::pair<std::string_view, std::size_t> sizes[] = {
      {"param_ops_bool", 1},   {"param_ops_invbool", 1}, {"param_ops_bool_enable_only", 1},
      {"param_ops_byte", 1},   {"param_ops_short", 2},   {"param_ops_ushort", 2},
      {"param_ops_int", 4},    {"param_ops_uint", 4},    {"param_ops_hexint", 4},
      {"param_ops_bint", 4},   {"param_ops_long", 8},    {"param_ops_ulong", 8},
      {"param_ops_ullong", 8},
  };
  const auto* found =
      std::ranges::find(sizes, kind, &std::pair<std::string_view, std::size_t>::first);
  return found != std::end(sizes) ? found->second : 0;
}

// Copies values out of an image, with all that they point to.
class Values {
 public:
  Values(const module::ImageMemory& image, std::span<const module::Export> exports, Arena& arena,
         const std::function<std::uintptr_t(std::string_view)>& provided)
      : image_(image), arena_(arena), provided_(provided) {
    for (const module::Export& symbol : exports) {
      if (symbol.name.starts_with("param_")) kinds_.emplace(symbol.value, symbol.name);
    }
  }

  // With its operations; null for those of the kernel's own.
  struct Value {
    std::uintptr_t operations = 0;
    void* argument = nullptr;
  };
  Value value(std::uint64_t operations, std::uint64_t address) {
    const auto kind = kinds_.find(operations);
    const std::uintptr_t ours = kind != kinds_.end() ? provided_(kind->second) : 0;
    void* argument = ours != 0 ? argument_of(kind->second, address) : nullptr;
    return argument != nullptr ? Value{ours, argument} : Value{};
  }

 private:
  void* argument_of(std::string_view kind, std::uint64_t address) {
    if (const std::size_t size = size_of(kind); size != 0) return copy(address, size);
    if (kind == "param_ops_charp") return text(address);
    if (kind == "param_array_ops") return array(address);
    if (kind == "param_ops_string") return string(address);
    return nullptr;
  }

  std::byte* copy(std::uint64_t address, std::size_t size) {
    if (size > largest) return nullptr;
    std::byte* to = arena_.take(size);
    std::ranges::copy(image_.at(address, size).span(), to);
    return to;
  }

  // A pointer to a text, or NULL.
  std::byte* text(std::uint64_t address) {
    std::byte* to = arena_.take(sizeof(char*));
    place_text(address, to);
    return to;
  }

  void place_text(std::uint64_t address, std::byte* to) {
    const std::uint64_t target = image_.word(address);
    const char* kept = target != 0 ? arena_.keep(image_.text(target)) : nullptr;
    std::memcpy(to, static_cast<const void*>(&kept), sizeof kept);
  }

  std::byte* string(std::uint64_t address) {
    const auto size = static_cast<std::uint32_t>(image_.word(address));
    const ParamString string{size, reinterpret_cast<char*>(copy(image_.word(address + 8), size))};
    if (size == 0 || string.text == nullptr) return nullptr;
    string.text[size - 1] = 0;
    return keep(string);
  }

  std::byte* array(std::uint64_t address) {
    ParamArray array{};
    array.max = static_cast<std::uint32_t>(image_.word(address));
    array.element_size = static_cast<std::uint32_t>(image_.word(address) >> 32);
    const auto kind = kinds_.find(image_.word(address + 16));
    if (kind == kinds_.end() || array.max == 0 || array.max > largest / sizeof(void*))
      return nullptr;
    const bool texts = kind->second == "param_ops_charp";
    const std::size_t needed = texts ? sizeof(char*) : size_of(kind->second);
    array.operations = provided_(kind->second);
    if (needed == 0 || array.operations == 0 || array.element_size != needed) return nullptr;
    const std::uint64_t elements = image_.word(address + 24);
    std::byte* to = copy(elements, std::size_t{array.max} * array.element_size);
    if (to == nullptr) return nullptr;
    for (unsigned i = 0; texts && i < array.max; ++i)
      place_text(elements + i * sizeof(char*), to + i * sizeof(char*));
    array.elements = to;
    if (const std::uint64_t count = image_.word(address + 8); count != 0)
      array.count = reinterpret_cast<unsigned*>(copy(count, sizeof(unsigned)));
    if (array.count != nullptr) *array.count = std::min(*array.count, array.max);
    return keep(array);
  }

  template <typename T>
  std::byte* keep(const T& value) {
    std::byte* to = arena_.take(sizeof value);
    std::memcpy(to, &value, sizeof value);
    return to;
  }

  const module::ImageMemory& image_;
  Arena& arena_;
  const std::function<std::uintptr_t(std::string_view)>& provided_;
  std::unordered_map<std::uint64_t, std::string_view> kinds_;  // by the address of their operations
};

}  // namespace

std::byte* Arena::take(std::size_t size) {
  pieces_.push_back(std::make_unique<std::uint64_t[]>((size + 7) / 8));
  return reinterpret_cast<std::byte*>(pieces_.back().get());
}

const char* Arena::keep(std::string_view text) {
  std::byte* to = take(text.size() + 1);
  std::memcpy(to, text.data(), text.size());
  return reinterpret_cast<const char*>(to);
}

Result<BuiltIns> read_built_ins(const std::string& image_file,
                                const std::function<std::uintptr_t(std::string_view)>& provided) {
  TRY(auto image, module::KernelImage::open(image_file));
  TRY(const auto memory, module::ImageMemory::of(image));
  TRY(const auto exports, image.exports());
  TRY(const auto modules, module::built_in_modules(image, memory));
  BuiltIns result;
  Values values(memory, exports, result.memory, provided);
  for (const auto& [name, module] : modules) {
    const std::size_t size = module.parameters.size() * sizeof(Param);
    std::byte* table = result.memory.take(size);
    result.modules[name] = {.name = name, .version = module.version, .parameters = {table, size}};
    for (const module::BuiltInParameter& parameter : module.parameters) {
      const auto [operations, argument] = values.value(parameter.operations, parameter.argument);
      const Param param{.name = result.memory.keep(parameter.name),
                        .module = nullptr,
                        .operations = operations,
                        .mode = static_cast<std::uint16_t>(parameter.mode),
                        .level = -1,
                        .flags = parameter.flags,
                        .argument = argument};
      std::memcpy(table, &param, sizeof param);
      table += sizeof param;
    }
  }
  return result;
}

}  // namespace kmodern::core
