// The rules of load_module() and delete_module(), one by one: errno, line in the log, taint.
#include <elf.h>
#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "ukernel/system_calls.h"
#include "ukernel/test_module.h"
#include "ukernel/validity.h"

namespace kmodern::test {
namespace {

using Rules = KernelTest;

// A module whose bytes a test changes.
class Damaged : public KernelTest {
 protected:
  Damaged() : image_(*read_file(build_module("damaged", plain))) {}

  Elf64_Ehdr& header() { return *reinterpret_cast<Elf64_Ehdr*>(image_.data()); }
  Elf64_Shdr& section(unsigned index) {
    return reinterpret_cast<Elf64_Shdr*>(image_.data() + header().e_shoff)[index];
  }
  Elf64_Shdr& names() { return section(header().e_shstrndx); }
  unsigned index_of(std::uint32_t type) {
    unsigned index = 1;
    while (section(index).sh_type != type) ++index;
    return index;
  }
  // The kernel refuses it with ENOEXEC and this line.
  void expect(const std::string& line) {
    EXPECT_EQ(ukernel::invalid_elf(ByteView(image_)), line);
    EXPECT_EQ(error_of(kernel_->load(ByteView(image_), "damaged.ko", {})).code, ENOEXEC);
    EXPECT_TRUE(logged(line + "\n")) << log();
    EXPECT_TRUE(kernel_->modules().empty());
  }

  std::string image_;
};

TEST_F(Damaged, IsValidAsItWasBuilt) {
  EXPECT_EQ(ukernel::invalid_elf(ByteView(image_)), "");
  EXPECT_GOOD(kernel_->load(ByteView(image_), "damaged.ko", {}));
}

TEST_F(Damaged, HeaderThatIsCut) {
  image_.resize(40);
  expect("Invalid ELF header len 40");
}

TEST_F(Damaged, Magic) {
  image_[1] = 'X';
  expect("Invalid ELF header magic: != \177ELF");
}

TEST_F(Damaged, TypeOfAProgram) {
  header().e_type = ET_EXEC;
  expect("Invalid ELF header type: 2 != 1");
}

TEST_F(Damaged, Architecture) {
  header().e_machine = EM_ARM;
  expect("Invalid architecture in ELF header: 40");
}

TEST_F(Damaged, SizeOfASectionHeader) {
  header().e_shentsize = 40;
  expect("Invalid ELF section header size");
}

TEST_F(Damaged, SectionTableBeyondTheEnd) {
  header().e_shoff = image_.size() - 64;
  expect("Invalid ELF section header overflow");
}

TEST_F(Damaged, IndexOfTheNames) {
  header().e_shstrndx = 999;
  expect("Invalid ELF section name index: 999 || e_shstrndx (999) >= e_shnum (" +
         std::to_string(header().e_shnum) + ")");
}

TEST_F(Damaged, NamesBeyondTheEnd) {
  names().sh_offset = image_.size();
  expect("Invalid ELF section hdr(type 3)");
}

TEST_F(Damaged, NoNames) {
  names().sh_size = 0;
  expect("empty section name table");
}

TEST_F(Damaged, NamesWithoutAnEnd) {
  names().sh_size -= 1;
  while (image_[names().sh_offset + names().sh_size - 1] == 0) names().sh_size -= 1;
  expect("ELF Spec violation: section name table isn't null terminated");
}

TEST_F(Damaged, FirstSection) {
  section(0).sh_type = SHT_NOTE;
  expect("ELF Spec violation: section 0 type(7)!=SH_NULL or non-zero len or addr");
}

TEST_F(Damaged, LinkOfTheSymbolTable) {
  section(index_of(SHT_SYMTAB)).sh_link = 500;
  expect("Invalid ELF sh_link!=SHN_UNDEF(500) or (sh_link(500) >= hdr->e_shnum(" +
         std::to_string(header().e_shnum) + ")");
}

TEST_F(Damaged, SectionBeyondTheEnd) {
  section(1).sh_size = 1 << 30;
  expect("Invalid ELF section in module (section 1 type 1)");
}

TEST_F(Damaged, NameOfASectionBeyondTheNames) {
  section(1).sh_name = 1 << 20;
  expect("Invalid ELF section name in module (section 1 type 1)");
}

TEST_F(Damaged, StrippedOfItsSymbols) {
  section(index_of(SHT_SYMTAB)).sh_type = SHT_PROGBITS;
  EXPECT_EQ(error_of(kernel_->load(ByteView(image_), "damaged.ko", {})).code, ENOEXEC);
  EXPECT_TRUE(logged("damaged: module has no symbols (stripped?)\n")) << log();
}

TEST_F(Damaged, SectionThatIsWritableAndExecutable) {
  unsigned index = 1;
  while ((section(index).sh_flags & SHF_EXECINSTR) == 0) ++index;
  section(index).sh_flags |= SHF_WRITE | SHF_ALLOC;
  section(index).sh_size = 1;
  EXPECT_EQ(error_of(kernel_->load(ByteView(image_), "damaged.ko", {})).code, ENOEXEC);
  EXPECT_TRUE(logged("damaged: section .text (index " + std::to_string(index) +
                     ") has invalid WRITE|EXEC flags\n"))
      << log();
}

TEST_F(Rules, AModuleOnTheBlacklistIsEperm) {
  boot({.blacklist = {"other", "evil"}});
  EXPECT_EQ(error_of(build_and_load("evil", plain)).code, EPERM);
  EXPECT_TRUE(logged("Module evil is blacklisted\n"));
  EXPECT_GOOD(build_and_load("good", plain));
}

TEST_F(Rules, WhatLacksVermagicIsLoadedByForceUnlessForbidden) {
  std::string image = *read_file(build_module("old", plain));
  for (std::size_t at; (at = image.find("vermagic=")) != std::string::npos;) image[at] = 'w';
  EXPECT_GOOD(kernel_->load(ByteView(image), "old.ko", {}));
  EXPECT_EQ(listed("old").taints, "F");
  EXPECT_TRUE(logged("old: bad vermagic: kernel tainted.\n"));

  boot({.allow_force = false});
  EXPECT_EQ(error_of(kernel_->load(ByteView(image), "old.ko", {})).code, ENOEXEC);
  EXPECT_FALSE(logged("old:")) << log();
  EXPECT_EQ(kernel_->taints(), "");
}

TEST_F(Rules, IgnoringVersionsMakesTheReleaseCount) {
  std::string path = build_module(
      "near", std::string("#define VERMAGIC \"5.9 SMP mod_unload modversions \"\n") + plain);
  const std::string image = *read_file(path);
  EXPECT_EQ(error_of(kernel_->load(ByteView(image), path, {.ignore_modversions = true})).code,
            ENOEXEC);
  EXPECT_TRUE(logged("near: module_layout: kernel tainted.\n"));
  EXPECT_TRUE(logged("near: version magic '5.9 SMP mod_unload modversions ' should be '"));
  EXPECT_EQ(kernel_->taints(), "F") << "the taint of a step that passed stays";
}

TEST_F(Rules, ForcedRemovalCanBeForbidden) {
  boot({.allow_force = false});
  EXPECT_GOOD(build_and_load("stays", "#define NO_EXIT\nint init_module(void) { return 0; }"));
  EXPECT_EQ(error_of(unload("stays", true)).code, EBUSY);
  EXPECT_GOOD(build_and_load("used",
                             "int init_module(void) { return test_get(THIS_MODULE) ? 0 : -1; }"
                             "void cleanup_module(void) { }"));
  EXPECT_EQ(error_of(unload("used", true)).code, EWOULDBLOCK);
  EXPECT_EQ(kernel_->taints(), "");
}

TEST_F(Rules, TaintsOfStagingAndTestModules) {
  EXPECT_GOOD(build_and_load("raw", std::string("INFO(\"staging=Y\"); INFO(\"test=Y\");") + plain));
  EXPECT_EQ(listed("raw").taints, "CN");
  EXPECT_TRUE(
      logged("raw: module is from the staging directory, the quality is unknown, you have been "
             "warned.\nraw: loading test module taints kernel.\n"))
      << log();
}

TEST_F(Rules, LivepatchModulesAreRefused) {
  EXPECT_EQ(error_of(build_and_load("patch", std::string("INFO(\"livepatch=Y\");") + plain)).code,
            ENOEXEC);
  EXPECT_TRUE(
      logged("patch: module is marked as livepatch module, but livepatch support is disabled\n"));
}

TEST_F(Rules, TheEndOfLockDebuggingIsSaidOnce) {
  EXPECT_GOOD(build_and_load("closed", std::string("#define LICENSE \"Proprietary\"\n") + plain));
  EXPECT_TRUE(
      logged("closed: module license 'Proprietary' taints kernel.\n"
             "Disabling lock debugging due to kernel taint\n"));
  std::string image = *read_file(build_module("old", plain));
  image.replace(image.find("vermagic="), 1, "x");
  EXPECT_GOOD(kernel_->load(ByteView(image), "old.ko", {}));
  const std::string text = log();
  EXPECT_EQ(text.find("Disabling lock"), text.rfind("Disabling lock"));
}

TEST_F(Rules, AnInitThatReturnsMoreThanZeroIsWarnedOfWithTheStack) {
  EXPECT_GOOD(
      build_and_load("odd", "int init_module(void) { return 3; } void cleanup_module(void) { }"));
  EXPECT_TRUE(
      logged("do_init_module: 'odd'->init suspiciously returned 3, it should follow 0/-E "
             "convention\ndo_init_module: loading module anyway...\nCPU: 0 PID: "));
  EXPECT_TRUE(logged("Call Trace:\n <TASK>\n "));
}

TEST_F(Rules, ATaintOfARefusedModuleStays) {
  EXPECT_EQ(error_of(build_and_load("patch", std::string("INFO(\"staging=Y\"); "
                                                         "INFO(\"livepatch=Y\");") +
                                                 plain))
                .code,
            ENOEXEC);
  EXPECT_EQ(kernel_->taints(), "C");
}

TEST_F(Rules, ConstructorsOfBothKindsAreRefused) {
  const std::string both =
      "static void nothing(void) { }"
      "static void (*const one)(void) __attribute__((section(\".ctors\"), used)) = nothing;"
      "static void (*const two)(void) __attribute__((section(\".init_array\"), used)) = nothing;";
  EXPECT_EQ(error_of(build_and_load("both", both + plain)).code, EINVAL);
  EXPECT_TRUE(logged("both: has both .ctors and .init_array.\n"));
}

TEST_F(Rules, ConstructorsRunBeforeInit) {
  EXPECT_GOOD(build_and_load("built",
                             "static long made;"
                             "__attribute__((constructor)) static void make(void) { made = 5; }"
                             "int init_module(void) { test_note(made); return 0; }"
                             "void cleanup_module(void) { }"));
  EXPECT_EQ(core_->notes, 5);
}

TEST_F(Rules, ModulesKnownToHideTheirLicenceAreProprietary) {
  EXPECT_GOOD(build_and_load("lve", plain));
  EXPECT_EQ(listed("lve").taints, "P");
  EXPECT_TRUE(logged("lve: module license taints kernel.\n"));
  EXPECT_EQ(error_of(build_and_load("driverloader",
                                    "int init_module(void) { test_note(test_gpl()); return 0; }"
                                    "void cleanup_module(void) { }"))
                .code,
            ENOENT)
      << "it gets no GPL-only symbols";
}

TEST_F(Rules, AModuleOfABuiltInsNameIsRefusedAfterItsParametersAreSet) {
  core_->built_ins["ipv6"] = {.name = "ipv6", .version = {}, .parameters = {}};
  const Error error = error_of(build_and_load("ipv6", plain, "nonsense=1"));
  EXPECT_EQ(error.code, EINVAL);
  EXPECT_TRUE(
      logged("ipv6: unknown parameter 'nonsense' ignored\nipv6: module is already loaded\n"));
  EXPECT_TRUE(kernel_->modules().empty());
}

TEST_F(Rules, NdiswrapperTaintsTheKernelAndNotItself) {
  EXPECT_GOOD(build_and_load("ndiswrapper",
                             "int init_module(void) { test_note(test_gpl()); return 0; }"
                             "void cleanup_module(void) { }"));
  EXPECT_EQ(listed("ndiswrapper").taints, "");
  EXPECT_EQ(kernel_->taints(), "P");
}

TEST_F(Rules, ExportsWithoutVersionsAreLoadedByForceUnlessForbidden) {
  const std::string path =
      build_module("bare", std::string("int bare(void) { return 1; } EXPORT(bare);") + plain);
  EXPECT_GOOD(load(path));
  EXPECT_EQ(listed("bare").taints, "F");
  EXPECT_TRUE(logged("bare: no versions for exported symbols: kernel tainted.\n"));
  boot({.allow_force = false});
  EXPECT_EQ(error_of(load(path)).code, ENOEXEC);
  EXPECT_TRUE(kernel_->modules().empty());
}

TEST_F(Rules, ASymbolThatIsExportedAlreadyIsRefusedByOwner) {
  const std::string source = std::string("int same(void) { return 1; } EXPORT(same);") + plain;
  EXPECT_GOOD(build_and_load("first", source));
  EXPECT_EQ(error_of(build_and_load("second", source)).code, ENOEXEC);
  EXPECT_TRUE(logged("second: exports duplicate symbol same (owned by first)\n"));
  EXPECT_EQ(kernel_->modules().size(), 1u);
}

TEST_F(Rules, ACommonSymbolIsRefused) {
  EXPECT_EQ(error_of(build_and_load("common",
                                    std::string("asm(\".comm shared, 8, 8\"); extern long shared;"
                                                "long *user(void) { return &shared; }") +
                                        plain))
                .code,
            ENOEXEC);
  EXPECT_TRUE(logged("common: please compile with -fno-common\n"));
}

TEST_F(Rules, AModuleThatUsesAProprietaryOneInheritsItsTaint) {
  EXPECT_GOOD(
      build_and_load("closed", std::string("#define LICENSE \"Proprietary\"\n"
                                           "int closed(void) { return 1; } EXPORT(closed);") +
                                   plain));
  EXPECT_GOOD(build_and_load("user",
                             "extern int closed(void); VERSION(\"closed\", 0);"
                             "int init_module(void) { return closed() - 1; }"
                             "void cleanup_module(void) { }"));
  EXPECT_TRUE(logged(
      "user: module uses symbols closed from proprietary module closed, inheriting taint.\n"));
  EXPECT_NE(listed("user").taints.find('P'), std::string::npos);
}

TEST_F(Rules, AsyncProbeAndDyndbgAreTheLoaders) {
  EXPECT_GOOD(build_and_load("asked", plain, "async_probe=1 dyndbg=+p other=3"));
  EXPECT_TRUE(logged("asked: unknown parameter 'other' ignored\n"));
  EXPECT_FALSE(logged("async_probe"));
  EXPECT_FALSE(logged("dyndbg"));
}

TEST_F(Rules, WhatFollowsDashesIsDropped) {
  const std::string source = std::string(
      "static int count = 1; PARAMETER(count, int);"
      "int init_module(void) { test_note(count); return 0; }"
      "void cleanup_module(void) { }");
  EXPECT_GOOD(build_and_load("dashed", source, "count=4 -- count=5"));
  EXPECT_EQ(core_->notes, 4);
  EXPECT_TRUE(logged("dashed: parameters 'count=5' after `--' ignored\n"));
}

TEST_F(Rules, EveryParameterIsParsedAndTheLastErrorCounts) {
  const std::string source =
      std::string("static int a; PARAMETER(a, int); static int b; PARAMETER(b, int);") + plain;
  EXPECT_EQ(error_of(build_and_load("params", source, "a=x b=y")).code, EINVAL);
  EXPECT_TRUE(
      logged("params: `x' invalid for parameter `a'\nparams: `y' invalid for parameter `b'\n"));
  EXPECT_TRUE(kernel_->modules().empty());
  EXPECT_EQ(kernel_->memory(), 0u);
}

TEST_F(Rules, AFailedInitSaysNothingInTheLog) {
  const std::string before = log();
  EXPECT_EQ(error_of(build_and_load("quiet",
                                    "int init_module(void) { return -19; }"
                                    "void cleanup_module(void) { }"))
                .code,
            ENODEV);
  EXPECT_EQ(log(), before);
}

TEST_F(Rules, AnOopsTellsWhatWasUnloadedLast) {
  EXPECT_GOOD(build_and_load("gone", std::string("INFO(\"staging=Y\");") + plain));
  EXPECT_GOOD(unload("gone"));
  EXPECT_EQ(error_of(build_and_load("bad",
                                    "int init_module(void) { return *(volatile int *)8; }"
                                    "void cleanup_module(void) { }"))
                .code,
            EFAULT);
  EXPECT_TRUE(logged("Modules linked in: bad(+) [last unloaded: gone(C)]\n")) << log();
}

// ---- The system calls' own checks, in their order

TEST_F(Rules, PermissionIsAskedBeforeFlagsAndFlagsBeforeTheFile) {
  const unique_fd none;
  EXPECT_EQ(ukernel::finit_module(*kernel_, false, none, "", 8), -EPERM);
  EXPECT_EQ(ukernel::finit_module(*kernel_, true, none, "", 8), -EINVAL);
  EXPECT_EQ(ukernel::finit_module(*kernel_, true, none, "", 0), -EBADF);
  EXPECT_EQ(ukernel::init_module(*kernel_, false, ByteView(), ""), -EPERM);
  EXPECT_EQ(ukernel::init_module(*kernel_, true, ByteView(), ""), -ENOEXEC);
  EXPECT_EQ(ukernel::delete_module(*kernel_, false, "", 0), -EPERM);
  EXPECT_EQ(ukernel::delete_module(*kernel_, true, "", 0), -ENOENT);
}

TEST_F(Rules, NonblockingRemovalIsIgnoredAndTruncForces) {
  EXPECT_GOOD(build_and_load("stays", "#define NO_EXIT\nint init_module(void) { return 0; }"));
  EXPECT_EQ(ukernel::delete_module(*kernel_, true, "stays", O_NONBLOCK), -EBUSY);
  EXPECT_EQ(ukernel::delete_module(*kernel_, true, "stays", O_NONBLOCK | O_TRUNC), 0);
  EXPECT_EQ(kernel_->taints(), "R");
}

TEST_F(Rules, ModulesDisabledIsEpermForAll) {
  const std::string path = build_module("late", plain);
  EXPECT_GOOD(load(path));
  EXPECT_GOOD(kernel_->view().write("/proc/sys/kernel/modules_disabled", "1"));
  const unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(ukernel::finit_module(*kernel_, true, file, "", 0), -EPERM);
  EXPECT_EQ(ukernel::delete_module(*kernel_, true, "late", 0), -EPERM);
}

// ---- Notifiers

TEST_F(Rules, NotifiersSeeAModuleComeLiveAndGo) {
  std::string seen;
  auto handle = kernel_->notifiers().add([&](ukernel::ModuleEvent event, const auto& module) {
    seen += module.name + std::to_string(static_cast<int>(event)) + " ";
    return 0;
  });
  EXPECT_GOOD(build_and_load("told", plain));
  EXPECT_GOOD(unload("told"));
  EXPECT_EQ(error_of(build_and_load("fails",
                                    "int init_module(void) { return -5; }"
                                    "void cleanup_module(void) { }"))
                .code,
            EIO);
  EXPECT_EQ(seen, "told1 told0 told2 fails1 fails2 ");
  kernel_->notifiers().remove(handle);
  EXPECT_GOOD(build_and_load("later", plain));
  EXPECT_EQ(seen, "told1 told0 told2 fails1 fails2 ");
}

TEST_F(Rules, ANotifierMayRefuseAModuleAndThoseBeforeItHearThatItGoes) {
  std::string seen;
  auto watch = [&](const char* who, int answer) {
    return [&seen, who, answer](ukernel::ModuleEvent event, const auto&) {
      seen += who + std::to_string(static_cast<int>(event)) + " ";
      return event == ukernel::ModuleEvent::coming ? answer : 0;
    };
  };
  kernel_->notifiers().add(watch("first", 0));
  kernel_->notifiers().add(watch("veto", EACCES));
  kernel_->notifiers().add(watch("last", 0));
  EXPECT_EQ(error_of(build_and_load("refused",
                                    "int init_module(void) { test_note(1); return 0; }"
                                    "void cleanup_module(void) { }"))
                .code,
            EACCES);
  EXPECT_EQ(seen, "first1 veto1 first2 ");
  EXPECT_EQ(core_->notes, 0);
  EXPECT_EQ(kernel_->memory(), 0u);
  EXPECT_TRUE(kernel_->modules().empty());
}

}  // namespace
}  // namespace kmodern::test
