#include "ukernel/test_module.h"

#include <fmt/core.h>

#include <cstdlib>
#include <fstream>

#include "base/file.h"

namespace kmodern::test {

namespace {

// What modpost and the kernel's headers make of a module, as small as it can be. It stands around
// the test's source.
constexpr const char* before = R"(
#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define INFO(text) static const char JOIN(info, __COUNTER__)[] \
  __attribute__((section(".modinfo"), used, aligned(1))) = text
struct module { char name[56]; long pad; int (*init)(void); void (*exit)(void); char rest[48]; };
extern struct module __this_module;
#define THIS_MODULE (&__this_module)

struct version { unsigned long crc; char name[56]; };
#define VERSION(symbol, number) static const struct version JOIN(version, __COUNTER__) \
  __attribute__((section("__versions"), used)) = { number, symbol }

#define EXPORT_KIND(symbol, table, space) asm( \
  ".section \"__ksymtab_strings\",\"aMS\",@progbits,1\n" \
  "__kstrtab_" #symbol ": .asciz \"" #symbol "\"\n__kstrtabns_" #symbol ": .asciz \"" space "\"\n" \
  ".previous\n.section \"__ksymtab" table "\",\"a\"\n.balign 4\n__ksymtab_" #symbol ":\n" \
  ".long " #symbol " - .\n.long __kstrtab_" #symbol " - .\n.long __kstrtabns_" #symbol " - .\n" \
  ".previous\n")
#define EXPORT(symbol) EXPORT_KIND(symbol, "", "")
#define EXPORT_GPL(symbol) EXPORT_KIND(symbol, "_gpl", "")

struct kernel_param { const char *name; struct module *mod; const void *ops; unsigned short perm;
  signed char level; unsigned char flags; void *arg; };
extern const char param_ops_int[], param_ops_text[];
#define PARAMETER(variable, type) PARAMETER_MODE(variable, type, 0644)
#define PARAMETER_MODE(variable, type, mode) static const char name_##variable[] = #variable; \
  static const struct kernel_param param_##variable __attribute__((section("__param"), used, \
    aligned(8))) = { name_##variable, 0, param_ops_##type, mode, -1, 0, &variable }; \
  INFO("parmtype=" #variable ":" #type)

struct operations { int (*open)(void); long (*read)(char *, unsigned long);
  long (*write)(const char *, unsigned long); void (*release)(void); };
extern void test_log(const char *), test_note(long), test_wait(void), test_put(void *);
extern int test_get(void *), test_gpl(void), test_spaced(void);
extern int test_register(void *, const char *, const struct operations *);
extern void test_unregister(const char *);
#define __init __attribute__((section(".init.text")))
#define NULL ((void *)0)
)";

constexpr const char* after = R"(
#ifndef LICENSE
#define LICENSE "GPL"
#endif
#ifndef VERMAGIC
#define VERMAGIC "%VERMAGIC%"
#endif
INFO("name=%NAME%");
INFO("license=" LICENSE);
INFO("vermagic=" VERMAGIC);
INFO("intree=Y");
struct module __this_module __attribute__((section(".gnu.linkonce.this_module"))) = {
  .name = "%NAME%",
#ifndef NO_INIT
  .init = init_module,
#endif
#ifndef NO_EXIT
  .exit = cleanup_module,
#endif
};
)";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

}  // namespace

std::string build_module(const std::string& name, const std::string& source) {
  static const Result<TemporaryDirectory> folder = TemporaryDirectory::create();
  static std::atomic<int> count = 0;
  std::string stem = fmt::format("{}/{}-{}", folder->path(), name, count++);
  std::string tail = replaced(replaced(after, "%NAME%", name), "%VERMAGIC%", vermagic);
  // A module is built against everything that the core exports, unless it says itself against what.
  std::string versions;
  if (source.find("OWN_VERSIONS") == std::string::npos) {
    for (const core::Export& one : TestCore::all_exports())
      versions += fmt::format("VERSION(\"{}\", {:#x});\n", one.name, *one.crc);
  }
  std::string text = before + versions + "#line 1 \"" + name + ".c\"\n" + source + tail;
  std::ofstream(stem + ".c") << text;
  std::string command = fmt::format(
      "gcc -std=gnu17 -O1 -g0 -mcmodel=kernel -fno-pic -fno-pie -ffreestanding "
      "-fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none "
      "-fno-omit-frame-pointer -mno-red-zone -fno-delete-null-pointer-checks -fno-common "
      "-c {0}.c -o {0}.ko",
      stem);
  EXPECT_EQ(std::system(command.c_str()), 0) << text;
  return stem + ".ko";
}

void KernelTest::boot(ukernel::BootOptions options) {
  kernel_.reset();
  auto core = std::make_unique<TestCore>();
  core_ = core.get();
  auto kernel = ukernel::Ukernel::start(std::move(core), std::move(options));
  EXPECT_TRUE(kernel) << describe(kernel.error());
  if (kernel) kernel_ = std::move(*kernel);
}

Result<void> KernelTest::load(const std::string& path, const std::string& parameters) {
  TRY(std::string image, read_file(path));
  kernel::LoadOptions options;
  options.parameters = parameters;
  return kernel_->load(ByteView(image), path, options);
}

Result<void> KernelTest::build_and_load(const std::string& name, const std::string& source,
                                        const std::string& parameters) {
  return load(build_module(name, source), parameters);
}

Result<void> KernelTest::unload(const std::string& name, bool force) {
  return kernel_->unload(name, {.force = force});
}

std::string KernelTest::log() const {
  std::string text;
  for (const auto& record : kernel_->kernel_log().read(0, 100'000)) text += record.text + "\n";
  return text;
}

kernel::LoadedModule KernelTest::listed(const std::string& name) const {
  for (auto& module : kernel_->modules()) {
    if (module.name == name) return module;
  }
  ADD_FAILURE() << name << " is not loaded";
  return {};
}

}  // namespace kmodern::test
