// What kind of event a requested name stands for: the ways by which a user without privileges can
// make the kernel ask for a module. Names: the request_module() calls of Linux 6.1.
#pragma once

#include <array>
#include <string_view>

namespace kmodern::kerneld {

enum class Trigger {
  socket,      // socket(): protocol families and their protocols
  crypto,      // AF_ALG and whatever else names an algorithm
  filesystem,  // mount(), also by way of setuid helpers
  binfmt,      // execve() of a format that nothing serves
  device,      // opening a device node: char and block majors
  netlink,     // netlink families, and the links and subsystems that they configure
  netadmin,    // what CAP_NET_ADMIN reaches, which anybody has in a user namespace of his own
  hardware,    // a device that was found: "pci:v...", asked for by udev
  other,       // everything else: bare names, nls_..., snd-..., md-...
};
inline constexpr std::array triggers = {Trigger::socket,   Trigger::crypto,   Trigger::filesystem,
                                        Trigger::binfmt,   Trigger::device,   Trigger::netlink,
                                        Trigger::netadmin, Trigger::hardware, Trigger::other};

std::string_view name(Trigger trigger);  // "socket", "crypto", ...

// Of a requested name; '-' and '_' are the same.
Trigger trigger_of(std::string_view wanted);

}  // namespace kmodern::kerneld
