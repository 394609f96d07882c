// What a Filesystem answers to each request.
#pragma once

#include <fuse3/fuse_lowlevel.h>

namespace kmodern::fuse {

// Their user data is the Filesystem.
const fuse_lowlevel_ops& operations();

}  // namespace kmodern::fuse
