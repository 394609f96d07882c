#include "module/type_version.h"

#include <fmt/core.h>
#include <libdeflate.h>

#include <algorithm>

namespace kmodern::module {

namespace {

class Crc {
 public:
  // Every text is followed by a NUL, so that no two sequences of texts give the same bytes.
  void add(const std::string& text) {
    value_ = libdeflate_crc32(value_, text.c_str(), text.size() + 1);
  }
  void add(std::uint64_t number) { add(fmt::format("{}", number)); }
  std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 0;
};

struct Sides {
  std::string_view here, there;

  // "is X here, Y there"
  std::string is(std::string_view ours, std::string_view theirs) const {
    return fmt::format("is {} {}, {} {}", ours, here, theirs, there);
  }
  std::string is(std::int64_t ours, std::int64_t theirs) const {
    return is(fmt::format("{}", ours), fmt::format("{}", theirs));
  }
};

std::string place(const TypeMember& member) {
  if (member.bit_size == 0) return fmt::format("offset {}", member.bit_offset / 8);
  return fmt::format("offset {}, bit {}", member.bit_offset / 8, member.bit_offset % 8);
}

std::string what(const TypeMember& member) {
  return member.bit_size == 0 ? member.type : fmt::format("{}:{}", member.type, member.bit_size);
}

std::string called(const TypeMember& member) {
  return member.name.empty() ? "the unnamed member" : "member " + member.name;
}

bool has(const TypeDefinition& definition, const std::string& name) {
  return std::ranges::find(definition.members, name, &TypeMember::name) != definition.members.end();
}

// One that only one side has.
std::string alone(const TypeMember& member, std::string_view has_it, std::string_view has_not) {
  if (member.type.empty()) return fmt::format("{} is only {}", member.name, has_it);
  return fmt::format("{} at {} ({}) is {}, not {}", called(member), place(member), what(member),
                     has_it, has_not);
}

// Two members that stand at the same place in their structures' order, and are not equal.
std::string member_difference(const TypeDefinition& mine, const TypeMember& ours,
                              const TypeDefinition& other, const TypeMember& theirs,
                              const Sides& sides) {
  if (ours.name == theirs.name) {
    if (ours.type.empty())
      return fmt::format("{} {}", ours.name, sides.is(ours.value, theirs.value));
    if (what(ours) == what(theirs))
      return fmt::format("{} {}", called(ours),
                         sides.is("at " + place(ours), "at " + place(theirs)));
    return fmt::format("{} at {} {}", called(ours), place(ours),
                       sides.is(what(ours), what(theirs)));
  }
  if (!has(other, ours.name)) return alone(ours, sides.here, sides.there);
  if (!has(mine, theirs.name)) return alone(theirs, sides.there, sides.here);
  return fmt::format("{} stands {} where {} stands {}", called(ours), sides.here, called(theirs),
                     sides.there);
}

std::string difference(const TypeDefinition& mine, const TypeDefinition& other,
                       const Sides& sides) {
  auto [ours, theirs] = std::ranges::mismatch(mine.members, other.members);
  const bool more_here = ours != mine.members.end();
  const bool more_there = theirs != other.members.end();
  if (more_here && more_there) return member_difference(mine, *ours, other, *theirs, sides);
  if (more_here) return alone(*ours, sides.here, sides.there);
  if (more_there) return alone(*theirs, sides.there, sides.here);
  if (mine.size != other.size)
    return "its size " +
           sides.is(static_cast<std::int64_t>(mine.size), static_cast<std::int64_t>(other.size));
  if (mine.form != other.form) return "it " + sides.is(mine.form, other.form);
  return {};
}

}  // namespace

std::uint32_t SymbolType::version() const {
  Crc crc;
  crc.add(declaration);
  for (const TypeDefinition& definition : definitions) {
    crc.add(definition.name);
    crc.add(definition.form);
    crc.add(definition.size);
    for (const TypeMember& member : definition.members) {
      crc.add(member.name);
      crc.add(member.bit_offset);
      crc.add(member.bit_size);
      crc.add(member.type);
      crc.add(static_cast<std::uint64_t>(member.value));
    }
  }
  return crc.value();
}

std::string first_difference(const SymbolType& ours, std::string_view here,
                             const SymbolType& theirs, std::string_view there) {
  const Sides sides{here, there};
  for (const TypeDefinition& mine : ours.definitions) {
    auto other = std::ranges::find(theirs.definitions, mine.name, &TypeDefinition::name);
    if (other == theirs.definitions.end()) continue;
    std::string text = difference(mine, *other, sides);
    if (!text.empty()) return fmt::format("{}: {}", mine.name, text);
  }
  const bool both = !ours.declaration.empty() && !theirs.declaration.empty();
  if (both && ours.declaration != theirs.declaration)
    return "its type " + sides.is(ours.declaration, theirs.declaration);
  return {};
}

}  // namespace kmodern::module
