#include "module/module.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/elf_builder.h"
#include "support/files.h"

namespace kmodern::module {
namespace {

using namespace std::string_view_literals;

using kmodern::testing::compile;
using kmodern::testing::debian_module;
using kmodern::testing::ElfBuilder;
using kmodern::testing::temporary_directory;
using kmodern::testing::write_file;

#define REQUIRE_DEBIAN(path) \
  if (path.empty()) GTEST_SKIP() << "Debian's kernel is not here: run tools/fetch-debian-kernel"

TEST(ModuleFile, GivesTheModinfoInFileOrderWithNewlinesKept) {
  Modinfo info = Modinfo::parse(Bytes::borrowed(ByteView(std::string_view(
      "license=GPL\0junk\0\0parm=debug:Level\nof noise\0parmtype=debug:int\0alias=a\0alias=b\0"sv))));
  EXPECT_EQ(info.first("license"), "GPL");
  EXPECT_EQ(info.first("parm"), "debug:Level\nof noise");
  EXPECT_EQ(info.all("alias"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(info.first("author"), std::nullopt);
  EXPECT_EQ(info.entries().size(), 5u) << "a piece without '=' is no entry";
}

TEST(ModuleFile, JoinsAParametersTypeAndDescription) {
  Modinfo info = Modinfo::parse(Bytes::borrowed(ByteView(
      std::string_view("parmtype=n:array of int\0parm=n:Numbers: some\0parmtype=quiet:bool\0"sv))));
  auto all = parameters(info);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "n");
  EXPECT_EQ(all[0].type, "array of int");
  EXPECT_EQ(all[0].description, "Numbers: some");
  EXPECT_EQ(all[1].description, "");
}

TEST(ModuleFile, KnowsTheLicensesThatAreCompatible) {
  EXPECT_TRUE(license_is_gpl_compatible("Dual MIT/GPL"));
  EXPECT_FALSE(license_is_gpl_compatible("GPLv2"));
  EXPECT_FALSE(license_is_gpl_compatible("Proprietary"));
  EXPECT_FALSE(license_is_gpl_compatible(""));
}

TEST(ModuleFile, GivesExportsWithCrcGplMarkAndNamespace) {
  const std::string path = debian_module("iwlwifi.ko");
  REQUIRE_DEBIAN(path);
  auto file = ModuleFile::open(path);
  ASSERT_TRUE(file) << describe(file.error());
  auto exports = file->exports();
  ASSERT_TRUE(exports) << describe(exports.error());
  auto symbol = std::ranges::find(*exports, "iwl_write8", &Export::name);
  ASSERT_NE(symbol, exports->end());
  EXPECT_EQ(symbol->symbol_namespace, "IWLWIFI");
  EXPECT_TRUE(symbol->gpl_only);
  EXPECT_TRUE(symbol->crc.has_value());
  EXPECT_EQ(file->object().sections()[symbol->section].name, ".text");
}

TEST(ModuleFile, EveryExportsCrcIsTheOneInDebiansModuleSymvers) {
  const std::string kernel = kmodern::testing::debian_kernel();
  REQUIRE_DEBIAN(kernel);
  auto symvers = read_file(kernel + "/usr/src/linux-headers-6.1.0-56-amd64/Module.symvers");
  ASSERT_TRUE(symvers) << describe(symvers.error());
  auto file = ModuleFile::open(debian_module("libcrc32c.ko"));
  auto exports = file->exports();
  ASSERT_FALSE(exports->empty());
  for (const Export& symbol : *exports) {
    char line[256];
    std::snprintf(line, sizeof line, "0x%08x\t%s\t", symbol.crc.value_or(0),
                  std::string(symbol.name).c_str());
    EXPECT_NE(symvers->find(line), std::string::npos) << line;
  }
}

// Kernels before 5.19 kept CRCs as absolute symbols, and some machines have absolute fields in
// __ksymtab.
TEST(ModuleFile, ReadsOlderExportTablesWithAbsoluteFields) {
  auto directory = temporary_directory();
  auto path = compile(directory, "old.s", R"(
    .section __ksymtab_strings,"aMS",@progbits,1
name: .string "old_function"
    .text
    .globl old_function
old_function: ret
    .section __ksymtab_gpl,"a"
    .quad old_function, name
    .section __kcrctab_gpl,"a"
    .quad __crc_old_function
    .globl __crc_old_function
    .set __crc_old_function, 0x8badf00d
)");
  auto file = ModuleFile::open(path);
  ASSERT_TRUE(file) << describe(file.error());
  auto exports = file->exports();
  ASSERT_TRUE(exports) << describe(exports.error());
  ASSERT_EQ(exports->size(), 1u);
  EXPECT_EQ((*exports)[0].name, "old_function");
  EXPECT_TRUE((*exports)[0].gpl_only);
  EXPECT_EQ((*exports)[0].crc, 0x8badf00du);
}

// As Debian's 7.2.13 has them.
TEST(ModuleFile, ReadsTheFlagsOfExportsOfKernel7) {
  auto directory = temporary_directory();
  auto path = compile(directory, "flags.s", R"(
    .section __ksymtab_strings,"aMS",@progbits,1
for_all: .string "for_all"
for_gpl: .string "for_gpl"
nothing: .string ""
    .text
    .globl all, gpl
all: ret
gpl: ret
    .section __ksymtab,"a"
    .long all - ., for_all - ., nothing - ., gpl - ., for_gpl - ., nothing - .
    .section __kflagstab,"a"
    .byte 0, 1
)");
  auto file = ModuleFile::open(path);
  auto exports = file->exports();
  ASSERT_TRUE(exports) << describe(exports.error());
  ASSERT_EQ(exports->size(), 2u);
  EXPECT_FALSE((*exports)[0].gpl_only);
  EXPECT_TRUE((*exports)[1].gpl_only);
}

TEST(ModuleFile, GivesImportsWithTheirCrcsAndMarksWeakOnes) {
  const std::string path = debian_module("crc7.ko");
  REQUIRE_DEBIAN(path);
  auto file = ModuleFile::open(path);
  auto imports = file->imports();
  ASSERT_TRUE(imports) << describe(imports.error());
  ASSERT_EQ(imports->size(), 1u);
  EXPECT_EQ((*imports)[0].name, "__x86_return_thunk");
  EXPECT_FALSE((*imports)[0].weak);
  EXPECT_TRUE((*imports)[0].crc.has_value());
  auto versions = file->versions();
  EXPECT_TRUE(std::ranges::count(*versions, "module_layout", &SymbolVersion::name) == 1);
}

TEST(ModuleFile, ReadsTheExtendedModversionsOfKernel613) {
  auto directory = temporary_directory();
  auto path = compile(directory, "ext.s", R"(
    .text
    call a_very_long_symbol_name_that_would_not_fit_into_the_56_bytes_of_a_classic_record
    .section __version_ext_crcs,"a"
    .long 0x11223344
    .section __version_ext_names,"a"
    .string "a_very_long_symbol_name_that_would_not_fit_into_the_56_bytes_of_a_classic_record"
)");
  auto file = ModuleFile::open(path);
  auto imports = file->imports();
  ASSERT_TRUE(imports) << describe(imports.error());
  ASSERT_EQ(imports->size(), 1u);
  EXPECT_EQ((*imports)[0].crc, 0x11223344u);
}

TEST(ModuleFile, ReadsAForeignMachinesModule) {
  for (elf::Format format :
       {elf::Format{false, std::endian::big}, elf::Format{true, std::endian::big}}) {
    ElfBuilder builder(format);
    std::string record = builder.natural(0xcafe1234) + "printk";
    record.resize(64);
    builder.add({.name = "__versions", .bytes = record});
    builder.add({.name = ".modinfo", .bytes = std::string("name=foreign\0vermagic=5.10 ppc\0"sv)});
    const std::string image = builder.build();
    auto file = ModuleFile::from_memory(ByteView(image), "foreign.ko");
    ASSERT_TRUE(file) << describe(file.error());
    EXPECT_EQ(*file->name(), "foreign");
    auto versions = file->versions();
    ASSERT_TRUE(versions) << describe(versions.error());
    EXPECT_EQ((*versions)[0].name, "printk");
    EXPECT_EQ((*versions)[0].crc, 0xcafe1234u);
  }
}

TEST(ModuleFile, FindsTheSignatureAndItsSigner) {
  const std::string path = debian_module("crc7.ko");
  REQUIRE_DEBIAN(path);
  auto file = ModuleFile::open(path);
  auto signature = file->signature();
  ASSERT_TRUE(signature) << describe(signature.error());
  ASSERT_TRUE(*signature);
  EXPECT_EQ((*signature)->id_type, "PKCS#7");
  auto read = read_signer(**signature, path);
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ((*signature)->signer, "Build time autogenerated kernel key");
  EXPECT_EQ((*signature)->hash_algorithm, "sha256");
  EXPECT_EQ((*signature)->key_id.size(), 20u);
  EXPECT_EQ((*signature)->signature.size(), 512u);
}

TEST(ModuleFile, ReportsASignatureThatIsLongerThanTheFile) {
  std::string bytes(12, '\0');
  bytes[2] = 2;
  bytes[9] = 1;  // 65536 bytes
  bytes += signature_marker;
  auto signature = find_signature(elf::Input::memory(ByteView(bytes), "short.ko"));
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().code, EBADMSG);
  EXPECT_NE(signature.error().reason.find("65536"), std::string::npos) << signature.error().reason;
}

TEST(ModuleFile, AModuleIsTheSameInEveryCompression) {
  const std::string path = debian_module("crc7.ko");
  REQUIRE_DEBIAN(path);
  auto directory = temporary_directory();
  auto plain = ModuleFile::open(path);
  for (auto [command, how] : {std::pair{"gzip", Compression::gzip},
                              {"xz", Compression::xz},
                              {"zstd", Compression::zstd}}) {
    // The name says nothing: only the first bytes do.
    const std::string packed = directory.path() + "/packed.ko";
    ASSERT_EQ(std::system((std::string(command) + " -c '" + path + "' > '" + packed + "'").c_str()),
              0);
    auto file = ModuleFile::open(packed);
    ASSERT_TRUE(file) << describe(file.error());
    EXPECT_EQ(file->compression(), how);
    EXPECT_EQ(*file->build_id(), *plain->build_id());
    EXPECT_EQ(file->build_id()->size(), 20u);
  }
}

TEST(ModuleFile, ReportsDamagedAndTruncatedCompression) {
  const std::string path = debian_module("crc7.ko");
  REQUIRE_DEBIAN(path);
  auto directory = temporary_directory();
  const std::string packed = directory.path() + "/packed";
  for (std::string command : {"gzip", "xz", "zstd"}) {
    ASSERT_EQ(std::system((command + " -c '" + path + "' > '" + packed + "'").c_str()), 0);
    std::string bytes = *read_file(packed);
    auto cut = ModuleFile::from_memory(
        ByteView(std::string_view(bytes).substr(0, bytes.size() / 2)), "cut.ko");
    ASSERT_FALSE(cut) << command;
    EXPECT_EQ(cut.error().code, EILSEQ) << describe(cut.error());
    EXPECT_EQ(cut.error().subject, "cut.ko");
    EXPECT_TRUE(cut.error().reason.starts_with("at offset 0x")) << cut.error().reason;
    EXPECT_EQ(describe(cut.error()).find("multibyte"), std::string::npos);
    bytes[bytes.size() / 2] ^= 0x55;
    bytes[bytes.size() / 2 + 1] ^= 0x55;
    auto damaged = ModuleFile::from_memory(ByteView(bytes), "damaged.ko");
    ASSERT_FALSE(damaged) << command;
    EXPECT_EQ(damaged.error().code, EILSEQ) << describe(damaged.error());
  }
}

TEST(ModuleFile, RefusesADirectoryAndAMissingFile) {
  auto directory = temporary_directory();
  EXPECT_EQ(ModuleFile::open(directory.path()).error().code, EISDIR);
  EXPECT_EQ(ModuleFile::open(directory.path() + "/no.ko").error().code, ENOENT);
}

}  // namespace
}  // namespace kmodern::module
