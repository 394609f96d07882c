// The certificates that a kernel was built with: the one that belongs to the key that signed its
// modules, and those of CONFIG_SYSTEM_TRUSTED_KEYS.
#pragma once

#include <vector>

#include "base/bytes.h"

namespace kmodern::module {

// The list as certs/system_certificates.S lays it out: certificates (X.509, DER) one behind the
// other from an address that 8 divides, and their size in bytes in the next 8 bytes that are
// aligned so. `section` is what the kernel's image has of its data for the start, itself so
// aligned. Empty if there is none; the views are of `section`.
std::vector<ByteView> find_certificate_list(ByteView section);

}  // namespace kmodern::module
