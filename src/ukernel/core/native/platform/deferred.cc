#include "ukernel/core/native/platform/deferred.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <vector>

#include "ukernel/core/native/platform/guard.h"
#include "ukernel/core/native/platform/thread.h"

using kmodern::core::guarded_call;
using kmodern::core::host;
using kmodern::core::PlatformScope;

namespace {

using Time = unsigned long long;  // nanoseconds of platform_monotonic()

struct Item {
  deferred_call what = {};
  deferred_queue* queue = nullptr;
  Time when = 0;
  std::uint64_t number = 0;  // of the last time that it was asked for
  bool pending = false;
  bool timed = false;             // it waits for its time
  int runner = 0;                 // the thread that runs it; 0: none
  std::uint64_t runs_number = 0;  // which one that is
  int cancellers = 0;
};

using Due = std::pair<Time, std::uint64_t>;

}  // namespace

struct deferred_queue {
  std::string name;
  unsigned limit = 1;
  int preempt_count = 0;
  std::map<Due, Item*> due;
  std::condition_variable changed;
  std::vector<std::thread> threads;
  unsigned idle = 0;
  bool ends = false;
};

namespace {

// All queues share a lock, held for a few steps at a time and never while something is called.
class Deferred {
 public:
  using Lock = std::unique_lock<std::mutex>;

  int add(deferred_queue& queue, const deferred_call& call, Time when, bool move) {
    const Lock lock(mutex_);
    Item& item = items_[call.key];
    const bool was_pending = item.pending;
    if (item.cancellers != 0 || (was_pending && !move)) return was_pending ? 1 : 0;
    if (was_pending) item.queue->due.erase({item.when, item.number});
    if (!was_pending && item.runner == 0)
      owned_acquire(call.kind, call.key, nullptr, call.function, 0);
    item.what = call;
    item.queue = &queue;
    item.when = when;
    item.number = ++last_number_;
    item.timed = when > platform_monotonic();
    item.pending = true;
    queue.due.emplace(Due(when, item.number), &item);
    if (queue.idle == 0 && queue.threads.size() < queue.limit) start_thread(queue);
    queue.changed.notify_all();
    return was_pending ? 1 : 0;
  }

  int cancel(const void* key) {
    const Lock lock(mutex_);
    Item* item = find(key);
    if (item == nullptr) return 0;
    const bool was_pending = withdraw(*item);
    forget_idle(key);
    return was_pending ? 1 : 0;
  }

  // False if it still runs at `limit`.
  bool cancel_sync(const void* key, bool& was_pending,
                   std::optional<std::chrono::seconds> limit = std::nullopt) {
    Lock lock(mutex_);
    Item* item = find(key);
    if (item == nullptr) return true;
    was_pending = withdraw(*item);
    ++item->cancellers;
    const auto idle = [item] { return item->runner == 0 || item->runner == platform_thread_id(); };
    bool stopped = true;
    if (limit)
      stopped = done_.wait_for(lock, *limit, idle);
    else
      done_.wait(lock, idle);
    --item->cancellers;
    forget_idle(key);
    return stopped;
  }

  int pending(const void* key) {
    const Lock lock(mutex_);
    const Item* item = find(key);
    return item != nullptr && item->pending ? 1 : 0;
  }

  int running(const void* key) {
    const Lock lock(mutex_);
    const Item* item = find(key);
    return item != nullptr && item->runner != 0 ? 1 : 0;
  }

  void hurry(const void* key) {
    const Lock lock(mutex_);
    Item* item = find(key);
    if (item == nullptr || !item->pending) return;
    item->queue->due.erase({item->when, item->number});
    item->when = platform_monotonic();
    item->timed = false;
    item->queue->due.emplace(Due(item->when, item->number), item);
    item->queue->changed.notify_all();
  }

  int flush(const void* key) {
    Lock lock(mutex_);
    const Item* item = find(key);
    if (item == nullptr || (!item->pending && item->runner == 0)) return 0;
    if (item->runner == platform_thread_id()) return 0;  // it would wait for itself
    const std::uint64_t last = item->pending ? item->number : item->runs_number;
    done_.wait(lock, [&] {
      item = find(key);
      return item == nullptr || !is_busy(*item, last);
    });
    return 1;
  }

  bool flush_queue(deferred_queue& queue) {
    Lock lock(mutex_);
    const std::uint64_t last = last_number_;
    const int self = platform_thread_id();  // work that waits here would wait for itself
    const auto is_idle = [&] {
      return std::ranges::none_of(items_, [&](const auto& each) {
        const Item& item = each.second;
        return item.queue == &queue && item.runner != self && is_busy(item, last) &&
               (!item.timed || item.runner != 0);
      });
    };
    if (is_idle()) return false;
    done_.wait(lock, is_idle);
    return true;
  }

  void close(deferred_queue& queue) {
    Lock lock(mutex_);
    const auto has = [&](auto predicate) {
      return std::ranges::any_of(items_, [&](const auto& each) {
        return each.second.queue == &queue && predicate(each.second);
      });
    };
    std::vector<const void*> timed;
    for (const auto& [due, item] : queue.due) {
      if (item->timed) timed.push_back(item->what.key);
    }
    for (const void* key : timed) {
      withdraw(items_[key]);
      forget_idle(key);
    }
    done_.wait(lock, [&] {
      return !has([](const Item& item) { return item.pending || item.runner != 0; });
    });
    queue.ends = true;
    queue.changed.notify_all();
  }

 private:
  Item* find(const void* key) {
    auto found = items_.find(key);
    return found == items_.end() ? nullptr : &found->second;
  }

  static bool is_busy(const Item& item, std::uint64_t last) {
    return (item.pending && item.number <= last) || (item.runner != 0 && item.runs_number <= last);
  }

  static bool withdraw(Item& item) {
    if (!item.pending) return false;
    item.queue->due.erase({item.when, item.number});
    item.pending = false;
    return true;
  }

  void forget_idle(const void* key) {
    const Item* item = find(key);
    if (item == nullptr || item->pending || item->runner != 0) return;
    owned_release(item->what.kind, key);
    done_.notify_all();
    if (item->cancellers == 0) items_.erase(key);
  }

  void start_thread(deferred_queue& queue) {
    try {
      const std::size_t number = queue.threads.size();
      queue.threads.emplace_back([this, &queue, number] { work(queue, number); });
      ++queue.idle;
    } catch (const std::system_error&) {
      return;  // the others do it, or the one that is tried for next time
    }
  }

  // The first that is due and does not run already.
  static Item* next(deferred_queue& queue, Time& wake) {
    const Time now = platform_monotonic();
    for (const auto& [due, item] : queue.due) {
      if (due.first > now) {
        wake = due.first;
        return nullptr;
      }
      if (item->runner == 0) return item;
    }
    wake = 0;
    return nullptr;
  }

  void work(deferred_queue& queue, std::size_t number) {
    platform_become(fmt::format("{}/{}", queue.name, number).c_str());
    Lock lock(mutex_);
    while (true) {
      Time wake = 0;
      Item* item = next(queue, wake);
      if (item == nullptr) {
        if (queue.ends) return;
        if (wake == 0)
          queue.changed.wait(lock);
        else
          queue.changed.wait_for(lock, std::chrono::nanoseconds(wake - platform_monotonic()));
        continue;
      }
      --queue.idle;
      if (queue.idle == 0 && queue.due.size() > 1 && queue.threads.size() < queue.limit)
        start_thread(queue);
      run(lock, queue, *item);
      ++queue.idle;
    }
  }

  void run(Lock& lock, deferred_queue& queue, Item& item) {
    withdraw(item);
    item.timed = false;
    item.runner = platform_thread_id();
    item.runs_number = item.number;
    const deferred_call what = item.what;
    lock.unlock();
    const auto result = guarded_call(
        [&what]() -> long {
          what.call(const_cast<void*>(what.key), what.function);
          return 0;
        },
        queue.preempt_count);
    if (!result) host()->oops(result.error());
    lock.lock();
    item.runner = 0;
    if (item.pending) queue.changed.notify_all();
    done_.notify_all();
    forget_idle(what.key);
  }

  std::mutex mutex_;
  std::condition_variable done_;
  std::unordered_map<const void*, Item> items_;
  std::uint64_t last_number_ = 0;
};

Deferred& deferred() {
  static Deferred* const the_one = new Deferred;  // its threads outlive main()
  return *the_one;
}

}  // namespace

extern "C" {

deferred_queue* deferred_queue_new(const char* name, unsigned threads, int preempt_count) {
  const PlatformScope scope;
  auto* queue = new deferred_queue;
  queue->name = name;
  queue->limit = threads;
  queue->preempt_count = preempt_count;
  return queue;
}

void deferred_queue_delete(deferred_queue* queue) {
  const PlatformScope scope;
  deferred().close(*queue);
  for (std::thread& thread : queue->threads) thread.join();
  delete queue;
}

int deferred_add(deferred_queue* queue, const deferred_call* call, unsigned long long when,
                 deferred_if_pending if_pending) {
  const PlatformScope scope;
  return deferred().add(*queue, *call, when, if_pending == DEFERRED_MOVE);
}

int deferred_cancel(const void* key) {
  const PlatformScope scope;
  return deferred().cancel(key);
}

int deferred_cancel_sync(const void* key) {
  const PlatformScope scope;
  bool was_pending = false;
  deferred().cancel_sync(key, was_pending);
  return was_pending ? 1 : 0;
}

int deferred_pending(const void* key) {
  const PlatformScope scope;
  return deferred().pending(key);
}

int deferred_running(const void* key) {
  const PlatformScope scope;
  return deferred().running(key);
}

void deferred_hurry(const void* key) {
  const PlatformScope scope;
  deferred().hurry(key);
}

int deferred_flush(const void* key) {
  const PlatformScope scope;
  return deferred().flush(key);
}

int deferred_flush_queue(deferred_queue* queue) {
  const PlatformScope scope;
  return deferred().flush_queue(*queue) ? 1 : 0;
}

int deferred_take_away(void* key) {
  const PlatformScope scope;
  bool was_pending = false;
  return deferred().cancel_sync(key, was_pending, std::chrono::seconds(1)) ? 0 : -1;
}

}  // extern "C"
