// What sessions' answers are made of.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "kernel/user/protocol.h"

namespace kmodern::ukernel {

kernel::protocol::Message message(kernel::protocol::Json::object_t members);

// The text goes as a file: it may be larger than a message, and need not be UTF-8.
Result<kernel::protocol::Message> text_message(std::string_view text, const std::string& subject,
                                               kernel::protocol::Json::object_t members);

}  // namespace kmodern::ukernel
