#include "ukernel/core/native/own_symbols.h"

#include <cxxabi.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "elf/elf.h"

namespace kmodern::core {

namespace {

struct Function {
  std::uintptr_t address = 0;
  std::uintptr_t size = 0;
  std::string name;
};

// Functions of the C library's names have another in the program (api/names.h).
std::string_view public_name(std::string_view name) {
  constexpr std::string_view prefix = "kapi_";
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

Result<std::vector<Function>> read_functions() {
  const std::string path = "/proc/self/exe";
  TRY(elf::Input input, elf::Input::open(path));
  TRY(elf::Object object, elf::Object::open(std::move(input)));
  TRY(elf::SymbolTable symbols, object.symbols());
  std::vector<Function> result;
  if (object.header().type != ET_EXEC) return result;  // addresses are known only if it is not PIE
  for (std::uint32_t index = 1; index < symbols.size(); ++index) {
    const elf::Symbol symbol = symbols[index];
    const auto name = symbols.name(symbol);
    if (symbol.type() == STT_FUNC && !symbol.undefined() && name)
      result.push_back({symbol.value, symbol.size, std::string(*name)});
  }
  std::ranges::sort(result, {}, &Function::address);
  return result;
}

std::string readable(const std::string& name) {
  int status = 0;
  char* plain = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
  if (plain == nullptr) return std::string(public_name(name));
  std::string result = short_name(plain);
  std::free(plain);
  return result;
}

}  // namespace

std::string short_name(std::string_view demangled) {
  constexpr std::string_view nameless = "(anonymous namespace)::";
  std::string text(demangled);
  for (std::size_t at; (at = text.find(nameless)) != std::string::npos;)
    text.erase(at, nameless.size());
  std::string result;
  int depth = 0;
  for (char each : text) {
    if (each == '<' || each == '(' || each == '[') ++depth;  // [abi:cxx11]
    if (depth == 0) result += each;
    if (each == '>' || each == ')' || each == ']') --depth;
  }
  if (depth != 0) return text;  // an operator's name
  constexpr std::string_view suffix = " const";
  if (result.ends_with(suffix)) result.resize(result.size() - suffix.size());
  return result.substr(result.rfind(' ') + 1);  // before a blank stands what a template returns
}

std::optional<std::string> own_symbol(std::uintptr_t address) {
  static const std::vector<Function> functions = read_functions().value_or(std::vector<Function>());
  auto after = std::ranges::upper_bound(functions, address, {}, &Function::address);
  if (after == functions.begin()) return std::nullopt;
  const Function& function = *std::prev(after);
  const std::uintptr_t offset = address - function.address;
  if (offset > function.size) return std::nullopt;
  return fmt::format("{}+{:#x}/{:#x}", readable(function.name), offset, function.size);
}

}  // namespace kmodern::core
