// Parameters against what .modinfo says of them. Source of the rules: Linux's kernel/params.c.
#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/near.h"
#include "base/text.h"
#include "diagnose/diagnose.h"

namespace kmodern::diagnose {
namespace {

struct Argument {
  std::string name;
  std::optional<std::string> value;
};

// Splits at blanks outside of double quotes; what stands behind "--" is not the module's.
std::vector<Argument> arguments_of(std::string_view text) {
  std::vector<Argument> arguments;
  for (std::size_t at = 0; at < text.size();) {
    if (blanks.find(text[at]) != std::string_view::npos) {
      ++at;
      continue;
    }
    std::string word;
    for (bool quoted = false; at < text.size(); ++at) {
      if (text[at] == '"') {
        quoted = !quoted;
        continue;
      }
      if (!quoted && blanks.find(text[at]) != std::string_view::npos) break;
      word += text[at];
    }
    if (word == "--") break;
    std::size_t equals = word.find('=');
    Argument argument{word.substr(0, equals), std::nullopt};
    if (equals != std::string::npos) argument.value = word.substr(equals + 1);
    std::replace(argument.name.begin(), argument.name.end(), '-', '_');
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

const ParameterFact* find(const std::vector<ParameterFact>& known, std::string_view name) {
  for (const ParameterFact& each : known) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

std::string list(const std::vector<ParameterFact>& known) {
  constexpr std::size_t most = 6;
  if (known.empty()) return "it has none";
  std::vector<std::string> texts;
  for (const ParameterFact& each : known)
    texts.push_back(each.type.empty() ? each.name : fmt::format("{} ({})", each.name, each.type));
  if (texts.size() <= most) return fmt::format("it has {}", fmt::join(texts, ", "));
  return fmt::format("it has {} and {} more, which `modinfo -p` lists",
                     fmt::join(texts.begin(), texts.begin() + most, ", "), texts.size() - most);
}

struct IntegerType {
  std::string_view name;
  std::int64_t least;
  std::uint64_t most;
};
template <typename T>
constexpr IntegerType integer(std::string_view name) {
  return {name, static_cast<std::int64_t>(std::numeric_limits<T>::min()),
          static_cast<std::uint64_t>(std::numeric_limits<T>::max())};
}
constexpr IntegerType integers[] = {
    integer<std::uint8_t>("byte"),    integer<std::int16_t>("short"),
    integer<std::uint16_t>("ushort"), integer<std::int32_t>("int"),
    integer<std::uint32_t>("uint"),   integer<std::int64_t>("long"),
    integer<std::uint64_t>("ulong"),  integer<std::uint64_t>("ullong"),
    integer<std::uint32_t>("hexint")};

// Why the kernel would refuse the value; empty if it takes it.
std::string refusal(std::string_view type, std::string_view value);

std::string refusal_of_integer(const IntegerType& type, std::string_view value) {
  bool negative = value.starts_with('-');
  if (negative || value.starts_with('+')) value.remove_prefix(1);
  auto number = parse_number(value);
  if (!number) return "is no number";
  std::uint64_t most = negative ? 0ull - static_cast<std::uint64_t>(type.least) : type.most;
  if (*number > most || (negative && type.least == 0))
    return fmt::format("is outside of {} to {}", type.least, type.most);
  return {};
}

std::string refusal_of_bool(std::string_view value) {
  if (value.empty()) return "is empty";
  if (std::string_view("yYnN01tTfF").find(value[0]) != std::string_view::npos) return {};
  bool on_or_off = (value[0] == 'o' || value[0] == 'O') && value.size() > 1 &&
                   std::string_view("nNfF").find(value[1]) != std::string_view::npos;
  return on_or_off ? "" : "is neither y nor n";
}

std::string refusal(std::string_view type, std::string_view value) {
  if (type.starts_with("array of ")) {
    type.remove_prefix(std::string_view("array of ").size());
    for (std::string_view element : split(value, ",")) {
      if (auto why = refusal(type, element); !why.empty()) return why;
    }
    return {};
  }
  if (type == "bool" || type == "invbool" || type == "bint") return refusal_of_bool(value);
  for (const IntegerType& each : integers) {
    if (each.name == type) return refusal_of_integer(each, value);
  }
  return {};  // text, or a type that the module reads itself
}

}  // namespace

Diagnosis unknown_parameters(std::string_view parameters, const std::vector<ParameterFact>& known) {
  Diagnosis diagnosis;
  std::vector<std::string> names;
  for (const ParameterFact& each : known) names.push_back(each.name);
  for (const Argument& argument : arguments_of(parameters)) {
    // The loader itself takes these two (load_module()).
    if (argument.name == "async_probe" || argument.name == "dyndbg") continue;
    if (find(known, argument.name) != nullptr) continue;
    auto near = near_words(argument.name, names, 1);
    diagnosis.push_back(
        {fmt::format("the module has no parameter '{}'", argument.name),
         near.empty() ? list(known) : fmt::format("did you mean {}?", near.front())});
  }
  return diagnosis;
}

Diagnosis ill_typed_parameters(std::string_view parameters,
                               const std::vector<ParameterFact>& known) {
  Diagnosis diagnosis;
  for (const Argument& argument : arguments_of(parameters)) {
    const ParameterFact* parameter = find(known, argument.name);
    if (parameter == nullptr) continue;
    bool may_lack_value = parameter->type == "bool" || parameter->type.empty();
    if (!argument.value && may_lack_value) continue;
    std::string why = argument.value ? refusal(parameter->type, *argument.value) : "";
    if (!argument.value) {
      diagnosis.push_back(
          {fmt::format("parameter '{}' needs a value", argument.name),
           fmt::format("give {}=VALUE; its type is {}", argument.name, parameter->type)});
    } else if (!why.empty()) {
      diagnosis.push_back({fmt::format("parameter '{}' is of type {}: '{}' {}", argument.name,
                                       parameter->type, *argument.value, why),
                           fmt::format("give {}=VALUE of that type", argument.name)});
    }
  }
  return diagnosis;
}

}  // namespace kmodern::diagnose
