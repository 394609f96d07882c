// What a kernel image (boot/vmlinuz-*, x86 bzImage) exports to modules, and whom it trusts to sign
// them, read from the image itself: neither the headers package nor debug symbols are needed.
// Formats: Linux's Documentation/arch/x86/boot.rst, include/linux/export.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "elf/elf.h"
#include "module/module.h"

namespace kmodern::module {

// The kernel's ELF file, unpacked. Not movable parts of it are borrowed by views in results.
class KernelImage {
 public:
  // Opens a bzImage or an uncompressed vmlinux. Errors: ENOEXEC with the offset of what is wrong,
  // ENOPKG where the payload's decompressor is not installed.
  static Result<KernelImage> open(const std::string& path);
  static Result<KernelImage> from_memory(ByteView file, const std::string& path);

  const elf::Object& object() const { return object_; }

  // All of __ksymtab and __ksymtab_gpl with their CRCs. In each Export, section is SHN_ABS and
  // value the link address (per-CPU symbols: their offset in the per-CPU area).
  Result<std::vector<Export>> exports();

  // What it trusts to sign modules: X.509 certificates in DER (module/certificate_list.h). None for
  // a kernel that was built without.
  Result<std::vector<ByteView>> certificates();

 private:
  explicit KernelImage(elf::Object object) : object_(std::move(object)) {}

  elf::Object object_;
  std::vector<Bytes> kept_;  // sections that views in results borrow from
};

}  // namespace kmodern::module
