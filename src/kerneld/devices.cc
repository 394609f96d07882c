#include "kerneld/devices.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"

namespace kmodern::kerneld {

namespace {
constexpr std::uint64_t longest_modalias = 4096;  // one page is what sysfs gives
}

std::vector<Device> devices(const std::string& sysfs) {
  namespace fs = std::filesystem;
  std::vector<Device> found;
  std::error_code ignored;
  for (const auto& bus : fs::directory_iterator(sysfs + "/bus", ignored)) {
    for (const auto& device : fs::directory_iterator(bus.path() / "devices", ignored)) {
      const auto modalias = read_file(device.path() / "modalias", longest_modalias);
      if (!modalias || trim(*modalias).empty()) continue;
      found.push_back({bus.path().filename().string() + " " + device.path().filename().string(),
                       std::string(trim(*modalias))});
    }
  }
  std::ranges::sort(found, {}, &Device::name);
  return found;
}

}  // namespace kmodern::kerneld
