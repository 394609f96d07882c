// What modinfo tells of one module: the fields of its .modinfo and what is drawn from its
// signature, as kmod words and orders them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "module/module.h"

namespace kmodern::cli {

struct ParameterText {
  std::string name;
  std::string type;         // empty if not said
  std::string description;  // empty if not said

  // "NAME:DESCRIPTION (TYPE)". Without a description kmod prints "NAME:TYPE" among all fields, and
  // "NAME: (TYPE)" alone.
  std::string text(bool alone) const;
};

struct Record {
  std::string name;  // of a module that is part of the kernel; empty otherwise
  std::string filename;
  // In the order of .modinfo, without parm and parmtype; then build-id, sig_id, signer, sig_key,
  // sig_hashalgo, signature (bytes as "A7:04:49").
  std::vector<std::pair<std::string, std::string>> fields;
  // What -F parmtype prints.
  std::vector<std::string> parameter_types;
  // The last that .modinfo mentions first: as compilers write it, that is the order of the source.
  std::vector<ParameterText> parameters;
  std::string warning;  // a signature that cannot be read does not hide the rest
};

// Takes over what .modinfo says.
void add_modinfo(Record& record, const module::Modinfo& modinfo);

// Everything that the file says of itself. Without `signature` those fields are left out (reading
// them needs libcrypto). Error: ENOEXEC for an ELF file without .modinfo.
Result<Record> read_record(const module::ModuleFile& file, bool signature);

// The whole record as modinfo prints it; `separator` is '\n' or '\0'.
std::string record_text(const Record& record, char separator);

// The values of one field, as modinfo -F prints them; the case of its letters does not matter.
std::string field_text(const Record& record, std::string_view field, char separator);

// True if a field is drawn from the signature.
bool needs_signature(std::string_view field);

}  // namespace kmodern::cli
