#include <fmt/core.h>

#include <cerrno>
#include <cstring>

#include "diagnose/parts.h"

namespace kmodern::diagnose {
namespace {

void append(Diagnosis& to, Diagnosis from) { to.insert(to.end(), from.begin(), from.end()); }

void ask_signature(const LoadFacts& facts, Diagnosis& diagnosis) {
  constexpr std::string_view sign =
      "sign it with a key that the kernel knows (`mokutil --import KEY.der`, boot, confirm; then "
      "scripts/sign-file), or turn Secure Boot off";
  if (facts.module && !facts.module->is_signed) {
    diagnosis.push_back(
        {"it is not signed, and this kernel (Secure Boot, lockdown, or "
         "module.sig_enforce) takes signed modules only",
         std::string(sign)});
    return;
  }
  std::string signer = facts.module && !facts.module->signer.empty()
                           ? fmt::format(" ('{}')", facts.module->signer)
                           : "";
  if (facts.error.code == EKEYREJECTED)
    diagnosis.push_back(
        {fmt::format("its signature{} does not fit: the file was changed after it was signed, or "
                     "this kernel does not trust the key",
                     signer),
         "install it again if it came with the system; else " + std::string(sign)});
  else
    diagnosis.push_back(
        {fmt::format("it is signed by a key that this kernel does not have{}", signer),
         std::string(sign)});
}

// True if a value is found that its parameter does not take, which is what the kernel says too.
bool ask_values(const LoadFacts& facts, Diagnosis& diagnosis) {
  Diagnosis found = ill_typed_parameters(facts.parameters, facts.module->parameters);
  append(diagnosis, found);
  return !found.empty() &&
         facts.error.reason.find("is no value for its parameter") != std::string::npos;
}

void ask_permission(const LoadFacts& facts, Diagnosis& diagnosis) {
  if (facts.blacklisted)
    diagnosis.push_back(
        {"the configuration blacklists it (modprobe.d)", "`modprobe --show-config` shows where"});
  diagnosis.push_back(
      {"loading needs CAP_SYS_MODULE, modules_disabled at 0, and no "
       "module_blacklist= of the kernel command line that names it",
       "use sudo; see /proc/sys/kernel/modules_disabled and /proc/cmdline"});
}

// What one errno means where nothing else explains it.
Finding meaning(const LoadFacts& facts) {
  switch (facts.error.code) {
    case EEXIST:
      return {"a module of that name is loaded already",
              facts.module ? fmt::format("`rmmod {}` first, to replace it", facts.module->name)
                           : std::string("unload it first, to replace it")};
    case EBUSY:
      return {"a module of that name is being loaded or unloaded right now, or has just failed to",
              "try again"};
    case ENODEV:
    case ENXIO:
      return {"its init function found no device that it could drive",
              "is the hardware there and switched on (lspci, lsusb)?"};
    case ENOMEM:
      return {"the kernel has no memory for it", "free memory; is the file sound (modinfo)?"};
    case EINTR:
      return {"loading was interrupted; the module is not loaded", "run it again"};
    case ETXTBSY:
      return {"somebody has the file open for writing", "end that first (`fuser -v FILE`)"};
    case EFBIG:
      return {"the file is larger than any module may be", ""};
    default:
      return {};
  }
}

}  // namespace

bool tells_more(const Error& error) {
  return !error.reason.empty() && !error.reason.ends_with(::strerror(error.code));
}

std::string in_its_words(const Error& error) {
  return error.subject.empty() ? error.reason : error.subject + ": " + error.reason;
}

void name_error(const Error& error, std::string_view subject, Diagnosis& diagnosis) {
  if (diagnosis.empty() || error.code == 0) return;
  std::string& text = diagnosis.front().text;
  if (!subject.empty() && !text.starts_with(subject)) text = fmt::format("{}: {}", subject, text);
  std::string number = errno_name(error.code);
  if (text.find(number) == std::string::npos) text += fmt::format(" ({})", number);
}

const kernel::LoadedModule* KernelFacts::find(std::string_view module) const {
  for (const kernel::LoadedModule& each : loaded) {
    if (each.name == module) return &each;
  }
  return nullptr;
}

Diagnosis why_not_loaded(const LoadFacts& facts) {
  Diagnosis diagnosis;
  const int code = facts.error.code;
  const bool told = tells_more(facts.error);
  bool clearer = false;  // what is found says all that the kernel's own words say

  // If the file cannot be read as a module, that is why, unless the kernel has just said so.
  if (!told || code == ENOSYS) ask_format(facts, diagnosis);
  const bool readable = facts.module && facts.module->relocatable;
  if (readable && (code == ENOENT || code == ENOEXEC || code == EINVAL || code == ESRCH)) {
    if (code == ENOEXEC) clearer |= ask_vermagic(facts, diagnosis);
    if (code == EINVAL) clearer |= ask_values(facts, diagnosis);
    if (code != ENOEXEC) clearer |= ask_symbols(facts, diagnosis);
    if (code != ENOENT) clearer |= ask_versions(facts, diagnosis);
    if (code == EINVAL && !told)
      append(diagnosis, unknown_parameters(facts.parameters, facts.module->parameters));
  }
  // A kernel that says what to do knows the signature better than what could be guessed here.
  if (readable && facts.error.cure.empty() &&
      (code == EKEYREJECTED || code == ENOKEY || code == ENOPKG || code == EBADMSG ||
       code == ENODATA))
    ask_signature(facts, diagnosis);
  if (readable && code == EPERM && !told) ask_permission(facts, diagnosis);

  Finding usual = readable ? meaning(facts) : Finding();
  if (told && !clearer) {
    const std::string& cure = facts.error.cure;
    diagnosis.insert(diagnosis.begin(),
                     {in_its_words(facts.error), cure.empty() ? usual.cure : cure});
  } else if (!told && !usual.text.empty()) {
    diagnosis.push_back(std::move(usual));
  }
  if (diagnosis.empty()) diagnosis.push_back({describe(facts.error), ""});
  name_error(facts.error, readable ? facts.module->name : "", diagnosis);
  return diagnosis;
}

}  // namespace kmodern::diagnose
