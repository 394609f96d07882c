// What loading and unloading costs.
//   load cycles MODULE.ko LIBRARY.so KERNEL    beside dlopen and dlclose; KERNEL: a user-space one
//   load leaks MODULE.ko CYCLES                memory, mappings, descriptors, and the time, at the
//                                              beginning and at the end
//   load many MODULE.ko COUNT...               so many modules at once (their names replace
//                                              mod_00000), for each COUNT in a kernel of its own
#include <dlfcn.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "kernel/user/user.h"
#include "ukernel/core/native/native.h"
#include "ukernel/ukernel.h"

namespace {

using namespace kmodern;

template <typename T>
T must(Result<T> result) {
  if (result) {
    if constexpr (std::is_void_v<T>)
      return;
    else
      return std::move(*result);
  }
  fmt::print(stderr, "load: {}\n", describe(result.error()));
  std::exit(1);
}

double microseconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// Microseconds for each of `times` calls: of this process's processor time, which other programs
// hardly disturb, or by the wall's clock.
double time_of(int times, const std::function<void()>& call,
               clockid_t clock = CLOCK_PROCESS_CPUTIME_ID) {
  const double begin = microseconds(clock);
  for (int i = 0; i < times; ++i) call();
  return (microseconds(clock) - begin) / times;
}

constexpr const char* name = "mod_00000";

class Kernel {
 public:
  void load(const std::string& image, const std::string& path) {
    must(kernel_->load(ByteView(image), path, {}));
  }
  void unload(const std::string& module) { must(kernel_->unload(module, {})); }
  void list() { must(kernel_->view().read("/proc/modules")); }
  void cycle(const std::string& path) {
    load(must(read_file(path)), path);
    unload(name);
  }

 private:
  std::unique_ptr<ukernel::Ukernel> kernel_ =
      must(ukernel::Ukernel::start(core::make_native_core()));
};

void dlopen_cycle(const std::string& library) {
  void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    fmt::print(stderr, "load: {}\n", ::dlerror());
    std::exit(1);
  }
  ::dlclose(handle);
}

// Rounds take turns, so that what else the machine does meets all of them; the least of each, by
// the wall's clock, since a kernel behind a socket is another process.
int cycles(const std::string& module, const std::string& library, const std::string& which) {
  constexpr int rounds = 40, times = 50;
  Kernel own;
  auto remote = must(kernel::UserKernel::connect(which));
  const std::function<void()> calls[] = {
      [&] { dlopen_cycle(library); },
      [&] { own.cycle(module); },
      [&] {
        must(remote->load(module, {}));
        must(remote->unload(name, {}));
      },
  };
  const char* names[] = {"dlopen + dlclose", "load + unload, in process",
                         "load + unload, over the socket"};
  std::vector<double> taken[3];
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < 3; ++i) taken[i].push_back(time_of(times, calls[i], CLOCK_MONOTONIC));
  }
  for (auto& each : taken) std::ranges::sort(each);
  for (int i = 0; i < 3; ++i) {
    fmt::print("{:<32} {:8.1f} us  {:5.2f}\n", names[i], taken[i][0], taken[i][0] / taken[0][0]);
  }
  return 0;
}

struct Held {
  std::size_t kilobytes = 0, mappings = 0, descriptors = 0;

  static Held now() {
    Held held;
    const std::string status = must(read_file("/proc/self/status"));
    held.kilobytes =
        std::strtoul(status.c_str() + status.find("VmRSS:") + sizeof("VmRSS:"), nullptr, 10);
    held.mappings = lines(must(read_file("/proc/self/maps"))).size();
    for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator("/proc/self/fd"))
      ++held.descriptors;
    return held;
  }
  void print(const char* when, double microseconds) const {
    fmt::print("{:<12} {:8.1f} us  {:8} KB  {:5} mappings  {:3} descriptors\n", when, microseconds,
               kilobytes, mappings, descriptors);
  }
};

int leaks(const std::string& module, int count) {
  constexpr int part = 1000;
  Kernel kernel;
  const auto call = [&] { kernel.cycle(module); };
  time_of(part, call);  // the log is full, the allocators are warm
  const double first = time_of(part, call);
  Held::now().print("first 1000", first);
  time_of(count - 3 * part, call);
  const double last = time_of(part, call);
  Held::now().print("last 1000", last);
  fmt::print("last / first: {:.2f}\n", last / first);
  return 0;
}

std::string numbered(int number) { return fmt::format("mod_{:05}", number); }

// The time of each load and unload, on average, of reading the list of all, and what they hold.
void many(const std::string& path, int count) {
  const std::string image = must(read_file(path));
  std::vector<std::size_t> places;
  for (std::size_t at = 0; (at = image.find(name, at)) != std::string::npos; ++at)
    places.push_back(at);
  Kernel kernel;
  const Held before = Held::now();
  int next = 0, gone = 0;
  const double loading = time_of(count, [&] {
    std::string copy = image;
    for (std::size_t at : places) copy.replace(at, 9, numbered(next));
    kernel.load(copy, path);
    ++next;
  });
  const Held held = Held::now();
  const double listing = time_of(1, [&] { kernel.list(); });
  const double unloading = time_of(count, [&] { kernel.unload(numbered(gone++)); });
  const Held after = Held::now();
  fmt::print("{:7} {:12.1f} {:12.1f} {:16.2f} {:14.3f} {:12.1f} {:12}\n", count, loading, unloading,
             listing / count,
             static_cast<double>(held.mappings - before.mappings) / static_cast<double>(count),
             static_cast<double>(held.kilobytes - before.kilobytes) / static_cast<double>(count),
             static_cast<long>(after.kilobytes) - static_cast<long>(before.kilobytes));
}

int many(const std::string& path, std::span<char*> counts) {
  fmt::print("{:>7} {:>12} {:>12} {:>16} {:>14} {:>12} {:>12}\n", "modules", "load us", "unload us",
             "/proc/modules us", "mappings each", "KB each", "KB left");
  for (const char* count : counts) many(path, std::atoi(count));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "cycles" && argc == 5) return cycles(argv[2], argv[3], argv[4]);
  if (what == "leaks" && argc == 4) return leaks(argv[2], std::atoi(argv[3]));
  if (what == "many" && argc > 3)
    return many(argv[2], std::span(argv, static_cast<std::size_t>(argc)).subspan(3));
  fmt::print(stderr, "usage: see the first lines of bench/load.cc\n");
  return 1;
}
