// The channel of requests on a daemon's connection.
#pragma once

#include "ukernel/request/channel.h"

namespace kmodern::ukernel {

// Carries requests to the daemon and its answers back, until one of both closes, or the daemon says
// what is none.
void serve_channel(int socket, Channel& channel);

}  // namespace kmodern::ukernel
