#include <elf.h>
#include <fmt/core.h>

#include <cerrno>

#include "base/text.h"
#include "diagnose/parts.h"

namespace kmodern::diagnose {
namespace {

struct Machine {
  std::uint16_t number;
  std::string_view name;
};
constexpr Machine machines[] = {
    {EM_386, "x86 (32 bit)"}, {EM_X86_64, "x86-64"},       {EM_ARM, "ARM (32 bit)"},
    {EM_AARCH64, "arm64"},    {EM_RISCV, "RISC-V"},        {EM_PPC, "PowerPC (32 bit)"},
    {EM_PPC64, "PowerPC64"},  {EM_S390, "S/390"},          {EM_MIPS, "MIPS"},
    {EM_SPARCV9, "SPARC64"},  {EM_PARISC, "PA-RISC"},      {EM_68K, "m68k"},
    {EM_ALPHA, "Alpha"},      {EM_LOONGARCH, "LoongArch"}, {EM_IA_64, "IA-64"}};

// What the words of a vermagic mean for the person who reads that they differ.
struct Word {
  std::string_view word;
  std::string_view meaning;
};
constexpr Word known_words[] = {{"SMP", "for several processors"},
                                {"preempt", "for a preemptible kernel (CONFIG_PREEMPT)"},
                                {"preempt_rt", "for a real-time kernel (CONFIG_PREEMPT_RT)"},
                                {"mod_unload", "for a kernel that can unload modules"},
                                {"modversions", "with symbol versions (CONFIG_MODVERSIONS)"},
                                {"aarch64", "for arm64"},
                                {"RANDSTRUCT", "with randomised structures"}};

bool contains(const std::vector<std::string_view>& words, std::string_view word) {
  for (std::string_view each : words) {
    if (each == word) return true;
  }
  return false;
}

std::string meaning(std::string_view word) {
  for (const Word& each : known_words) {
    if (each.word == word) return fmt::format(": {}", each.meaning);
  }
  return {};
}

// The user-space kernel has its headers in the SDK, not in a package.
std::string rebuild(std::string_view release) {
  if (release.ends_with("-kmodern"))
    return "build it for this kernel: `make -C SDK M=FOLDER modules`, SDK being kmodern's sdk/";
  return fmt::format("build it again with the headers of {}", release);
}

void compare_vermagic(std::string_view module, std::string_view kernel, Diagnosis& diagnosis) {
  auto ours = split(module), theirs = split(kernel);
  if (ours.empty() || theirs.empty()) return;
  // A kernel with symbol versions compares those in place of the release (same_magic()).
  bool release_counts = !contains(ours, "modversions") || !contains(theirs, "modversions");
  if (ours[0] != theirs[0] && release_counts) {
    diagnosis.push_back({fmt::format("it is built for kernel {}, this is {}", ours[0], theirs[0]),
                         rebuild(theirs[0])});
  }
  for (std::size_t i = 1; i < ours.size(); ++i) {
    if (!contains(theirs, ours[i]))
      diagnosis.push_back(
          {fmt::format("its vermagic says {}{}; the kernel's does not", ours[i], meaning(ours[i])),
           rebuild(theirs[0])});
  }
  for (std::size_t i = 1; i < theirs.size(); ++i) {
    if (!contains(ours, theirs[i]))
      diagnosis.push_back({fmt::format("the kernel's vermagic says {}{}; the module's does not",
                                       theirs[i], meaning(theirs[i])),
                           rebuild(theirs[0])});
  }
}

}  // namespace

std::string machine_name(std::uint16_t machine) {
  for (const Machine& each : machines) {
    if (each.number == machine) return std::string(each.name);
  }
  return fmt::format("machine {}", machine);
}

std::string word_after(std::string_view text, std::string_view before) {
  std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  std::size_t begin = text.find_first_not_of(" '\"`(");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  return std::string(text.substr(0, text.find_first_of(" '\"`:;,()\n")));
}

void ask_format(const LoadFacts& facts, Diagnosis& diagnosis) {
  if (!facts.module) {
    const Error& why = facts.module.error();
    diagnosis.push_back({why.subject + ": " + why.reason, why.cure});
    return;
  }
  if (!facts.module->relocatable) {
    diagnosis.push_back({"it is an ELF program or library, not a module (a relocatable object)",
                         "give the NAME.ko that the build of a module leaves"});
  }
  if (facts.kernel.machine != 0 && facts.module->machine != facts.kernel.machine) {
    diagnosis.push_back(
        {fmt::format("it is built for {}, this machine is {}", machine_name(facts.module->machine),
                     machine_name(facts.kernel.machine)),
         "build it for this machine"});
  }
}

bool ask_vermagic(const LoadFacts& facts, Diagnosis& diagnosis) {
  if (!facts.module) return false;
  // What the kernel itself said is surer than what was found in a module directory:
  // "version magic 'A' should be 'B'".
  std::string kernel = facts.kernel.vermagic;
  constexpr std::string_view mark = "should be '";
  if (std::size_t at = facts.error.reason.find(mark); at != std::string::npos) {
    std::size_t begin = at + mark.size();
    kernel = facts.error.reason.substr(begin, facts.error.reason.find('\'', begin) - begin);
  }
  if (kernel.empty()) kernel = facts.kernel.release;
  if (facts.module->vermagic.empty()) {
    diagnosis.push_back({"it has no vermagic: it does not say for which kernel it is built",
                         "build it by kbuild; --force-vermagic loads it at your own risk"});
    return false;
  }
  const std::size_t before = diagnosis.size();
  if (kernel.find(' ') == std::string::npos) {  // only the release is known
    std::string_view built_for = split(facts.module->vermagic)[0];
    if (!kernel.empty() && built_for != kernel)
      diagnosis.push_back({fmt::format("it is built for kernel {}, this is {}", built_for, kernel),
                           rebuild(kernel)});
  } else {
    compare_vermagic(facts.module->vermagic, kernel, diagnosis);
  }
  // Another kernel's struct module is of another size.
  bool of_that = facts.error.reason.find("version magic") != std::string::npos ||
                 facts.error.reason.find("struct module") != std::string::npos;
  return of_that && diagnosis.size() > before;
}

}  // namespace kmodern::diagnose
