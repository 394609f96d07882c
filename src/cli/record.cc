#include "cli/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

namespace kmodern::cli {
namespace {

constexpr std::size_t bytes_per_line = 20;

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](unsigned char letter) { return std::tolower(letter); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 3);
  for (unsigned char byte : bytes) text += fmt::format("{}{:02X}", text.empty() ? "" : ":", byte);
  return text;
}

bool is_hex(std::string_view key) {
  return key == "build-id" || key == "sig_key" || key == "signature";
}

// Long bytes are broken into lines of 20, indented.
std::string value_text(std::string_view key, std::string_view value) {
  if (!is_hex(key)) return std::string(value);
  std::string text;
  for (std::size_t at = 0; at < value.size(); at += bytes_per_line * 3) {
    if (at != 0) text += "\n\t\t";
    text += value.substr(at, bytes_per_line * 3);
  }
  return text;
}

void add_signature(Record& record, const module::ModuleFile& file) {
  auto found = file.signature();
  if (!found) {
    record.warning = describe(found.error());
    return;
  }
  if (!*found) return;
  module::Signature signature = std::move(**found);
  record.fields.emplace_back("sig_id", signature.id_type);
  if (auto read = module::read_signer(signature, file.path()); !read) {
    record.warning = describe(read.error());
    return;
  }
  record.fields.emplace_back("signer", signature.signer);
  record.fields.emplace_back("sig_key", hex(signature.key_id));
  record.fields.emplace_back("sig_hashalgo", signature.hash_algorithm);
  record.fields.emplace_back("signature", hex(signature.signature));
}

std::string padded(std::string_view key, std::string_view value, char separator) {
  return fmt::format("{:<16}{}{}", fmt::format("{}:", key), value, separator);
}

}  // namespace

std::string ParameterText::text(bool alone) const {
  if (description.empty() && !alone) return name + ":" + type;
  std::string result = name + ":" + description;
  if (!type.empty()) result += " (" + type + ")";
  return result;
}

void add_modinfo(Record& record, const module::Modinfo& modinfo) {
  for (const module::ModinfoEntry& entry : modinfo.entries()) {
    if (entry.key == "parmtype") record.parameter_types.emplace_back(entry.value);
    if (entry.key != "parm" && entry.key != "parmtype")
      record.fields.emplace_back(entry.key, entry.value);
  }
  for (const module::Parameter& parameter : module::parameters(modinfo)) {
    record.parameters.push_back({std::string(parameter.name), std::string(parameter.type),
                                 std::string(parameter.description)});
  }
  std::reverse(record.parameters.begin(), record.parameters.end());
}

Result<Record> read_record(const module::ModuleFile& file, bool signature) {
  Record record;
  record.filename = file.path();
  if (file.object().find(".modinfo") == nullptr) {
    return fail(ENOEXEC, file.path(), "is an ELF file, but no kernel module: no .modinfo section",
                "give the NAME.ko that the build of a module leaves");
  }
  TRY(auto modinfo, file.modinfo());
  add_modinfo(record, modinfo);
  if (!signature) return record;
  TRY(auto build_id, file.build_id());
  if (!build_id.empty()) record.fields.emplace_back("build-id", hex(build_id));
  add_signature(record, file);
  return record;
}

std::string record_text(const Record& record, char separator) {
  std::string text;
  if (!record.name.empty()) text += padded("name", record.name, separator);
  text += padded("filename", record.filename, separator);
  for (const auto& [key, value] : record.fields) {
    if (separator == '\0')
      text += fmt::format("{}={}{}", key, value_text(key, value), separator);
    else
      text += padded(key, value_text(key, value), separator);
  }
  for (const ParameterText& parameter : record.parameters)
    text += padded("parm", parameter.text(false), separator);
  return text;
}

std::string field_text(const Record& record, std::string_view field, char separator) {
  std::string text;
  auto add = [&](std::string_view value) { text += fmt::format("{}{}", value, separator); };
  if (same_word(field, "filename")) add(record.filename);
  if (same_word(field, "name") && !record.name.empty()) add(record.name);
  if (same_word(field, "parmtype")) {
    for (const std::string& type : record.parameter_types) add(type);
  }
  if (same_word(field, "parm")) {
    for (const ParameterText& parameter : record.parameters) add(parameter.text(true));
  }
  for (const auto& [key, value] : record.fields) {
    if (same_word(field, key)) add(value_text(key, value));
  }
  return text;
}

bool needs_signature(std::string_view field) {
  for (std::string_view each :
       {"build-id", "sig_id", "signer", "sig_key", "sig_hashalgo", "signature"}) {
    if (same_word(field, each)) return true;
  }
  return false;
}

}  // namespace kmodern::cli
