// Independent work on all processors.
#pragma once

#include <cstddef>
#include <functional>

namespace kmodern {

// Calls work(index, worker) once for each index in [0, count), from up to `workers` threads (0: as
// many as there are processors; never more than count). worker < workers numbers the thread, for
// state of its own. Returns when all is done. `work` must not throw.
void parallel_for(std::size_t count,
                  const std::function<void(std::size_t index, unsigned worker)>& work,
                  unsigned workers = 0);

// The number of threads that parallel_for would use for `count` pieces.
unsigned worker_count(std::size_t count, unsigned workers = 0);

}  // namespace kmodern
