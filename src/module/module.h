// The entry of the module layer: what a .ko file says of itself.
// Formats: Linux's include/linux/module.h, include/linux/export.h, kernel/module/,
// scripts/mod/modpost.c.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "elf/elf.h"
#include "module/decompress.h"
#include "module/signature.h"

namespace kmodern::module {

// One "key=value" of .modinfo. Values may contain newlines. The views borrow from the Modinfo that
// gave them.
struct ModinfoEntry {
  std::string_view key;
  std::string_view value;
};

// The .modinfo section, in its order.
class Modinfo {
 public:
  // Splits at NULs; pieces without '=' are left out, as the kernel does.
  static Modinfo parse(Bytes section);

  const std::vector<ModinfoEntry>& entries() const { return entries_; }
  std::optional<std::string_view> first(std::string_view key) const;
  std::vector<std::string_view> all(std::string_view key) const;

 private:
  Bytes section_;
  std::vector<ModinfoEntry> entries_;
};

// A parameter as .modinfo describes it (parm=NAME:TEXT, parmtype=NAME:TYPE).
struct Parameter {
  std::string_view name;
  std::string_view type;         // "int", "charp", "array of int"...; empty if not said
  std::string_view description;  // empty if not said
};

// A symbol that the module gives to others.
struct Export {
  std::string_view name;
  std::optional<std::uint32_t> crc;
  bool gpl_only = false;
  std::string_view symbol_namespace;  // empty: none
  // Where it is: the section and the offset in it (in a kernel image: SHN_ABS and the link
  // address); 0 and 0 if only the symbol's CRC or its string was found.
  std::uint16_t section = 0;
  std::uint64_t value = 0;
};

// A symbol that the module takes from the kernel or from other modules.
struct Import {
  std::string_view name;
  bool weak = false;
  std::optional<std::uint32_t> crc;  // what it was built against; nullopt without modversions
};

struct SymbolVersion {
  std::string_view name;
  std::uint32_t crc = 0;
};

// A module file, open. Everything is read from the file at the time that it is asked for. Views in
// results borrow from this object: keep it as long as they are used.
class ModuleFile {
 public:
  // Opens plain, gzip, xz and zstd files, told apart by their first bytes, not by their names.
  // Errors: ENOENT..., EISDIR, ENOEXEC (not ELF; the text says what it looks like),
  // EILSEQ/ENOMEM/EFBIG from decompress().
  static Result<ModuleFile> open(const std::string& path);
  // The same from an open file; `path` is for messages.
  static Result<ModuleFile> from_fd(unique_fd fd, const std::string& path);
  // From an image in memory, plain or compressed; `image` is borrowed.
  static Result<ModuleFile> from_memory(ByteView image, std::string path);

  const std::string& path() const { return object_.path(); }
  const elf::Object& object() const { return object_; }
  // How the file is compressed on disk.
  Compression compression() const { return compression_; }

  // The module's name: name= of .modinfo, else the file's.
  Result<std::string> name() const;
  Result<Modinfo> modinfo() const;
  // The appended signature, found but not looked into: read_signer() does that.
  Result<std::optional<Signature>> signature() const;
  // The GNU build id, raw; empty if there is none.
  Result<std::string> build_id() const;

  // In the order of __ksymtab_strings, or of the table where it can be read. Both 12-byte prel32
  // and older absolute entries; __crc_ symbols of kernels before 5.19 and __kcrctab of later ones;
  // __ksymtab_gpl, and __kflagstab since 7.0.
  Result<std::vector<Export>> exports();
  // The undefined symbols, in the order of the symbol table, with the CRCs of __versions or
  // __version_ext_*.
  Result<std::vector<Import>> imports();
  // __versions and the extended table, in file order.
  Result<std::vector<SymbolVersion>> versions();

 private:
  static Result<ModuleFile> from(elf::Input input);
  // The table of symbols, and a section that stays; both for the views in results.
  Result<const elf::SymbolTable*> symbols();
  Result<ByteView> keep(const elf::Section& section);
  Result<void> add_exports(std::string_view table_name, std::string_view crc_table_name,
                           bool gpl_only, std::vector<Export>& to);

  ModuleFile(elf::Object object, Compression compression)
      : object_(std::move(object)), compression_(compression) {}

  elf::Object object_;
  Compression compression_;
  std::optional<elf::SymbolTable> symbols_;  // read on first use
  std::deque<Bytes> kept_;                   // sections that names in results borrow from
};

// The parameters in the order of their first mention.
std::vector<Parameter> parameters(const Modinfo& modinfo);

// True if the kernel treats a module with this license as GPL compatible
// (license_is_gpl_compatible()).
bool license_is_gpl_compatible(std::string_view license);

}  // namespace kmodern::module
