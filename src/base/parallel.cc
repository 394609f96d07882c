#include "base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace kmodern {

unsigned worker_count(std::size_t count, unsigned workers) {
  if (workers == 0) {
    cpu_set_t set;
    workers =
        ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 1;
  }
  return static_cast<unsigned>(std::clamp<std::size_t>(count, 1, std::max(1u, workers)));
}

void parallel_for(std::size_t count, const std::function<void(std::size_t, unsigned)>& work,
                  unsigned workers) {
  workers = worker_count(count, workers);
  std::atomic<std::size_t> next = 0;
  auto run = [&](unsigned worker) {
    for (std::size_t index; (index = next.fetch_add(1, std::memory_order_relaxed)) < count;)
      work(index, worker);
  };
  std::vector<std::jthread> others;
  for (unsigned worker = 1; worker < workers; ++worker) others.emplace_back(run, worker);
  run(0);
}

}  // namespace kmodern
