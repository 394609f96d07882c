#include "ukernel/core/native/platform/owned.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "ukernel/core/native/platform/guard.h"
#include "ukernel/core/native/platform/thread.h"

namespace kmodern::core {

namespace {

// Return addresses in modules, innermost first; zeros fill the rest.
using Trace = std::array<std::uintptr_t, 8>;

// Where things were acquired. The names are filled in before the code there goes.
struct Place {
  std::vector<std::string> names;
};
using Places = std::map<Trace, Place>;

struct OwnedEntry {
  const owned_kind* kind;
  const void* thing;
  std::string name;
  std::size_t size;
  const void* owner;  // its struct module
  Places::value_type* place;
  std::size_t number = 0;  // counts what was acquired
};

struct Owner {
  Places places;
  std::unordered_set<OwnedEntry*> entries;
};

using Key = std::pair<const owned_kind*, const void*>;
struct KeyHash {
  std::size_t operator()(const Key& key) const {
    return std::hash<const void*>()(key.first) * 31 + std::hash<const void*>()(key.second);
  }
};

class List {
 public:
  void add(OwnedEntry entry, const Trace& trace) {
    const std::scoped_lock lock(mutex_);
    Owner& owner = owners_[entry.owner];
    entry.place = &*owner.places.try_emplace(trace).first;
    entry.number = next_++;
    const Key key(entry.kind, entry.thing);
    auto added = entries_.emplace(key, std::make_unique<OwnedEntry>(std::move(entry)));
    owner.entries.insert(added->second.get());
  }

  bool remove(const Key& key) {
    const std::scoped_lock lock(mutex_);
    auto found = entries_.find(key);
    if (found == entries_.end()) return false;
    forget(found);
    return true;
  }

  // What an owner has of one order, as it is now: the last acquired first, as exits give things
  // back.
  std::vector<OwnedEntry> of(const void* owner, owned_order order) {
    const std::scoped_lock lock(mutex_);
    std::vector<OwnedEntry> result;
    auto found = owners_.find(owner);
    if (found == owners_.end()) return result;
    for (const OwnedEntry* entry : found->second.entries) {
      if (entry->kind->order == order) result.push_back(*entry);
    }
    std::ranges::sort(result, std::ranges::greater{}, &OwnedEntry::number);
    return result;
  }

  // The names of the places of an owner that have none yet, from `symbolize`, which may lock.
  template <typename Symbolize>
  void name_places(const void* owner, const Symbolize& symbolize) {
    std::vector<Trace> nameless;
    {
      const std::scoped_lock lock(mutex_);
      auto found = owners_.find(owner);
      if (found == owners_.end()) return;
      for (const auto& [trace, place] : found->second.places) {
        if (place.names.empty()) nameless.push_back(trace);
      }
    }
    for (const Trace& trace : nameless) {
      std::vector<std::string> names;
      for (std::uintptr_t address : trace) {
        if (address != 0) names.push_back(symbolize(address));
      }
      const std::scoped_lock lock(mutex_);
      if (auto found = owners_.find(owner); found != owners_.end())
        found->second.places[trace].names = std::move(names);
    }
  }

  void drop_owner(const void* owner) {
    const std::scoped_lock lock(mutex_);
    auto found = owners_.find(owner);
    if (found == owners_.end()) return;
    while (!found->second.entries.empty()) {
      const OwnedEntry& entry = **found->second.entries.begin();
      auto [at, end] = entries_.equal_range(Key(entry.kind, entry.thing));
      while (at != end && at->second.get() != &entry) ++at;
      forget(at);
    }
    owners_.erase(found);
  }

 private:
  using Entries = std::unordered_multimap<Key, std::unique_ptr<OwnedEntry>, KeyHash>;

  void forget(Entries::iterator entry) {
    owners_[entry->second->owner].entries.erase(entry->second.get());
    entries_.erase(entry);
  }

  std::mutex mutex_;
  std::size_t next_ = 0;
  Entries entries_;
  std::unordered_map<const void*, Owner> owners_;
};

List& list() {
  static List* const the_list = new List;  // threads of modules may outlive main()
  return *the_list;
}

Trace trace_of_modules() {
  std::array<unsigned long, 32> all;
  const int depth = platform_backtrace(all.data(), static_cast<int>(all.size()));
  Trace trace = {};
  auto to = trace.begin();
  for (int index = 0; index < depth && to != trace.end(); ++index) {
    if (const std::uintptr_t address = all[static_cast<std::size_t>(index)]; !is_own_code(address))
      *to++ = address;
  }
  return trace;
}

const void* owner_of(Host& host, const void* code, const Trace& trace, const void* thing) {
  for (std::uintptr_t address : {reinterpret_cast<std::uintptr_t>(code), trace[0],
                                 reinterpret_cast<std::uintptr_t>(thing)}) {
    if (address == 0) continue;
    if (const void* owner = host.module_at(address)) return owner;
  }
  return nullptr;
}

// Things of one kind and name from one place are one line.
struct Group {
  const owned_kind* kind;
  std::string name;
  const Places::value_type* place;
  auto operator<=>(const Group&) const = default;
};
struct Total {
  std::size_t count = 0;
  std::size_t size = 0;
  bool stays = false;
};

Leftover told(const Group& group, const Total& total) {
  const owned_kind& kind = *group.kind;
  Leftover leftover;
  leftover.what = total.count == 1 ? kind.one : fmt::format("{} {}", total.count, kind.many);
  if (!group.name.empty()) leftover.what += " " + group.name;
  if (total.size != 0) leftover.what += fmt::format(" ({} bytes)", total.size);
  leftover.fate = total.stays ? "kept" : kind.fate;
  leftover.acquired = group.place->second.names;
  return leftover;
}

// As the kind's take_away.
long take_away(const OwnedEntry& entry) {
  CallResult result = guarded_call(
      [&entry] { return long{entry.kind->take_away(const_cast<void*>(entry.thing))}; });
  if (!result) host()->oops(result.error());
  return result.value_or(-1);
}

}  // namespace

Leftovers take_away_owned(const void* this_module) {
  name_owned_places(this_module);
  std::map<Group, Total> groups;
  std::string stays;
  for (owned_order order : {OWNED_RUNS, OWNED_CALLS, OWNED_HOLDS}) {
    for (const OwnedEntry& entry : list().of(this_module, order)) {
      const bool keep = !stays.empty() && order == OWNED_HOLDS;
      // What took another thing away may have taken this one, too.
      if (!keep && !list().remove(Key(entry.kind, entry.thing))) continue;
      const long outcome = keep ? -1 : take_away(entry);
      if (outcome > 0) continue;
      const bool taken = outcome == 0;
      Total& total = groups[{entry.kind, entry.name, entry.place}];
      ++total.count;
      total.size += entry.size;
      total.stays |= !taken;
      if (!taken && !keep) stays = entry.kind->one + (entry.name.empty() ? "" : " " + entry.name);
    }
  }
  Leftovers result{.things = {}, .stays = stays};
  for (const auto& [group, total] : groups) result.things.push_back(told(group, total));
  if (stays.empty()) list().drop_owner(this_module);
  return result;
}

void name_owned_places(const void* this_module) {
  list().name_places(this_module,
                     [](std::uintptr_t address) { return host()->symbolize(address); });
}

extern "C" {

int owned_acquire(const owned_kind* kind, const void* thing, const char* name, const void* code,
                  size_t size) {
  const Trace trace = trace_of_modules();
  const PlatformScope scope;
  Host* to = host();
  if (to == nullptr) return 0;
  const void* owner = owner_of(*to, code, trace, thing);
  if (owner == nullptr || owner == thing) return 0;
  list().add({kind, thing, name == nullptr ? "" : name, size, owner, nullptr}, trace);
  return 1;
}

int owned_release(const owned_kind* kind, const void* thing) {
  const PlatformScope scope;
  return list().remove(Key(kind, thing)) ? 1 : 0;
}

}  // extern "C"

}  // namespace kmodern::core
