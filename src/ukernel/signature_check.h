// The first thing that a kernel asks of a module file: who signed it.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "kernel/kernel.h"
#include "ukernel/context.h"

namespace kmodern::ukernel {

struct SignedImage {
  ByteView image;       // without the signature, if there is one of a kind that is known
  bool trusted = true;  // signed by a key of this kernel, or this kernel does not ask
};

// module_sig_check() in kernel/module/signing.c. A file that an IGNORE flag is for counts as
// unsigned: it was changed after it was signed. What the kernel logs is logged. Errors:
// EKEYREJECTED for a signature that is wrong, a revoked file and, if signatures are enforced, for
// a file without a signature that can be verified; EBADMSG for a damaged one.
Result<SignedImage> check_signature(Context& context, ByteView file, const std::string& path,
                                    const kernel::LoadOptions& options);

}  // namespace kmodern::ukernel
