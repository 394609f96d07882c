#include "module/btf_types.h"

#include <fmt/core.h>

#include <cerrno>
#include <unordered_map>

#include "base/bytes.h"

namespace kmodern::module {

namespace {

using Kind = TypeNode::Kind;

// include/uapi/linux/btf.h
enum BtfKind : std::uint32_t {
  btf_int = 1,
  btf_pointer = 2,
  btf_array = 3,
  btf_struct = 4,
  btf_union = 5,
  btf_enum = 6,
  btf_forward = 7,
  btf_typedef = 8,
  btf_volatile = 9,
  btf_const = 10,
  btf_restrict = 11,
  btf_function = 12,
  btf_prototype = 13,
  btf_variable = 14,
  btf_datasec = 15,
  btf_float = 16,
  btf_decl_tag = 17,
  btf_type_tag = 18,
  btf_enum64 = 19,
};

// Bytes of what follows a type's three words, for each part and in all.
constexpr std::uint64_t part_size(std::uint32_t kind) {
  switch (kind) {
    case btf_struct:
    case btf_union:
    case btf_datasec:
    case btf_enum64:
      return 12;
    case btf_enum:
    case btf_prototype:
      return 8;
    default:
      return 0;
  }
}
constexpr std::uint64_t fixed_size(std::uint32_t kind) {
  switch (kind) {
    case btf_int:
    case btf_variable:
    case btf_decl_tag:
      return 4;
    case btf_array:
      return 12;
    default:
      return 0;
  }
}

Kind kind_of(std::uint32_t kind, bool flag) {
  switch (kind) {
    case btf_int:
    case btf_float:
      return Kind::number;
    case btf_pointer:
      return Kind::pointer;
    case btf_array:
      return Kind::array;
    case btf_struct:
      return Kind::structure;
    case btf_union:
      return Kind::union_;
    case btf_enum:
    case btf_enum64:
      return Kind::enumeration;
    case btf_forward:
      return flag ? Kind::union_ : Kind::structure;
    case btf_typedef:
      return Kind::alias;
    case btf_volatile:
      return Kind::volatile_;
    case btf_const:
      return Kind::constant;
    case btf_restrict:
      return Kind::restrict_;
    case btf_prototype:
      return Kind::function;
    default:
      return Kind::nothing;
  }
}

std::string_view keyword(std::uint32_t kind) {
  if (kind == btf_struct) return "struct";
  if (kind == btf_union) return "union";
  return kind == btf_enum || kind == btf_enum64 ? "enum" : "";
}

std::string_view form_of_integer(std::uint32_t data, std::string_view name) {
  const std::uint32_t encoding = data >> 24 & 15;
  if ((encoding & 4) != 0) return "boolean";
  // Of a char, pahole does not say that it has a sign.
  return (encoding & 1) != 0 || name == "char" ? "signed" : "unsigned";
}

class BtfTypes final : public TypeSource {
 public:
  BtfTypes(std::string bytes, std::string path, const BtfTypes* base)
      : bytes_(std::move(bytes)), path_(std::move(path)), base_(base) {}

  Result<void> open() {
    const ByteView all(bytes_);
    auto header_size = all.number<std::uint32_t>(4);
    auto types_at = all.number<std::uint32_t>(8), types_size = all.number<std::uint32_t>(12);
    auto names_at = all.number<std::uint32_t>(16), names_size = all.number<std::uint32_t>(20);
    if (all.number<std::uint16_t>(0) != btf_magic || !names_size) return damaged(0, "no header");
    auto body = all.from(*header_size);
    auto types = body ? body->slice(*types_at, *types_size) : std::nullopt;
    auto names = body ? body->slice(*names_at, *names_size) : std::nullopt;
    if (!types || !names) return damaged(8, "parts that lie outside of it");
    types_ = *types;
    names_ = *names;
    if (base_ == nullptr && names_.number<std::uint8_t>(0) != 0) {
      return fail(ENODATA, path_, "its BTF builds on that of its kernel, which is not at hand",
                  "give a module with its DWARF");
    }
    return index();
  }

  Result<TypeNode> node(TypeRef reference) const override {
    const BtfTypes* owner = owner_of(reference);
    if (owner == nullptr) return damaged(0, fmt::format("no type {}", reference));
    return owner->read(reference - owner->first_);
  }

  std::optional<TypeRef> symbol(std::string_view name) const override {
    return look_up(&BtfTypes::symbols_, name);
  }
  std::optional<TypeRef> definition(std::string_view name) const override {
    return look_up(&BtfTypes::definitions_, name);
  }

 private:
  using Index = std::unordered_map<std::string, TypeRef>;

  struct Head {
    std::uint32_t name, info, value;
    std::uint32_t kind() const { return info >> 24 & 31; }
    std::uint32_t parts() const { return info & 0xffff; }
    bool flag() const { return info >> 31 != 0; }
  };

  std::unexpected<Error> damaged(std::uint64_t offset, std::string_view what) const {
    return fail(EBADMSG, path_, fmt::format("its BTF has {} (offset {:#x})", what, offset),
                "build it anew");
  }

  // Types and names of the base are numbered first, and this one's follow.
  TypeRef end() const { return first_ + offsets_.size(); }
  std::uint64_t names_end() const { return names_begin_ + names_.size(); }
  const BtfTypes* owner_of(TypeRef reference) const {
    if (reference >= first_) return reference < end() ? this : nullptr;
    return base_ == nullptr ? nullptr : base_->owner_of(reference);
  }
  std::string_view name(std::uint64_t offset) const {
    if (offset < names_begin_) return base_ == nullptr ? "" : base_->name(offset);
    return names_.c_string(offset - names_begin_).value_or("");
  }
  std::optional<TypeRef> look_up(Index BtfTypes::* index, std::string_view name) const {
    auto found = (this->*index).find(std::string(name));
    if (found != (this->*index).end()) return found->second;
    return base_ == nullptr ? std::nullopt : base_->look_up(index, name);
  }

  std::uint32_t word(std::uint64_t offset) const {  // inside, as index() has seen
    return types_.number<std::uint32_t>(offset).value_or(0);
  }
  Head head(std::uint64_t offset) const {
    return {word(offset), word(offset + 4), word(offset + 8)};
  }

  Result<void> index() {
    if (base_ != nullptr) {
      first_ = base_->end();
      names_begin_ = base_->names_end();
    }
    for (std::uint64_t at = 0; at < types_.size();) {
      const Head type = head(at);
      const std::uint64_t size =
          12 + fixed_size(type.kind()) + part_size(type.kind()) * type.parts();
      if (type.kind() == 0 || type.kind() > btf_enum64 || !types_.contains(at, size))
        return damaged(at, "a type that is none");
      add(type, first_ + offsets_.size());
      offsets_.push_back(at);
      at += size;
    }
    return {};
  }

  void add(const Head& type, TypeRef reference) {
    const std::string own(name(type.name));
    if (own.empty()) return;
    if (type.kind() == btf_function || type.kind() == btf_variable)
      symbols_.try_emplace(own, type.value);
    else if (std::string_view kind = keyword(type.kind()); !kind.empty())
      definitions_.try_emplace(fmt::format("{} {}", kind, own), reference);
  }

  TypeNode read(std::uint64_t place) const {
    const std::uint64_t at = offsets_[place], rest = at + 12;
    const Head type = head(at);
    TypeNode node{.kind = kind_of(type.kind(), type.flag()), .name = name(type.name)};
    switch (type.kind()) {
      case btf_int:
        node.form = form_of_integer(word(rest), node.name);
        node.size = type.value;
        break;
      case btf_float:
        node.form = "floating";
        node.size = type.value;
        break;
      case btf_array:
        node.target = word(rest);
        node.dimensions.push_back(word(rest + 8));
        break;
      case btf_forward:
        node.declared_only = true;
        break;
      case btf_struct:
      case btf_union:
      case btf_enum:
      case btf_enum64:
      case btf_prototype:
        read_parts(type, rest, node);
        break;
      case btf_type_tag:  // an annotation of what follows
        node.kind = Kind::alias;
        node.name = {};
        node.target = type.value;
        break;
      default:
        node.target = type.value;
    }
    return node;
  }

  void read_parts(const Head& type, std::uint64_t rest, TypeNode& node) const {
    if (type.kind() == btf_prototype)
      node.target = type.value;
    else
      node.size = type.value;
    const std::uint64_t step = part_size(type.kind());
    for (std::uint64_t at = rest; at < rest + step * type.parts(); at += step)
      read_part(type, at, node);
    // A last parameter without name and type is "...".
    if (type.kind() == btf_prototype && !node.parts.empty() && node.parts.back().type == 0 &&
        node.parts.back().name.empty()) {
      node.parts.pop_back();
      node.variadic = true;
    }
  }

  void read_part(const Head& type, std::uint64_t at, TypeNode& node) const {
    TypePart part{.name = name(word(at))};
    const std::uint32_t second = word(at + 4);
    if (type.kind() == btf_enum) {
      part.value = static_cast<std::int32_t>(second);
    } else if (type.kind() == btf_enum64) {
      part.value = static_cast<std::int64_t>(std::uint64_t{word(at + 8)} << 32 | second);
    } else {
      part.type = second;
    }
    if (type.kind() == btf_struct || type.kind() == btf_union) {
      const std::uint32_t where = word(at + 8);
      part.bit_offset = type.flag() ? where & 0xffffff : where;
      part.bit_size = type.flag() ? where >> 24 : 0;
    }
    node.parts.push_back(part);
  }

  std::string bytes_;
  std::string path_;
  const BtfTypes* base_;
  ByteView types_, names_;
  TypeRef first_ = 1;  // the number of the first type here; 0 is void
  std::uint64_t names_begin_ = 0;
  std::vector<std::uint64_t> offsets_;  // of each type in types_
  Index symbols_, definitions_;
};

}  // namespace

Result<std::unique_ptr<TypeSource>> read_btf(std::string bytes, const std::string& path,
                                             const TypeSource* base) {
  auto types =
      std::make_unique<BtfTypes>(std::move(bytes), path, dynamic_cast<const BtfTypes*>(base));
  TRY_OK(types->open());
  return types;
}

}  // namespace kmodern::module
