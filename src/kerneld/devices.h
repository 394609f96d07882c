// The devices of this machine, as their buses name them.
#pragma once

#include <string>
#include <vector>

namespace kmodern::kerneld {

struct Device {
  std::string name;      // "pci 0000:00:1f.2"
  std::string modalias;  // what udev asks for
};

// Those with a modalias, sorted by name. What cannot be read is passed over. Source: sysfs,
// bus/*/devices/*/modalias.
std::vector<Device> devices(const std::string& sysfs = "/sys");

}  // namespace kmodern::kerneld
