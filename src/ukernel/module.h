// The record of one module in the kernel, from the reservation of its name to the return of its
// memory.
//
//                 reserve          form            init returned 0        exit
//     (no record) -------> unformed ----> coming ------------------> live ----> going -> (none)
//                             |             |  |                      |           |
//                             +-- failed ---+  +------ fault ---------+-- fault --+--> faulted
//
// A faulted module is pinned: its code was abandoned in the middle, locks may be held and memory
// may be in use, so it is neither entered again nor freed.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ukernel/classic/marks.h"
#include "ukernel/classic/record.h"
#include "ukernel/core/core.h"
#include "ukernel/facts.h"
#include "ukernel/link/link.h"
#include "ukernel/parameters.h"
#include "ukernel/taint.h"

namespace kmodern::ukernel {

// The kernel's module names are shorter than this (MODULE_NAME_LEN).
inline constexpr std::size_t name_limit = 56;

enum class State : std::uint8_t {
  unformed,  // the name is taken; not shown to anyone
  coming,    // linked, its init has not returned
  live,
  going,  // its exit is running, or its init has failed
  faulted,
};

// Who holds references, and how many.
struct Use {
  core::Holder holder;
  long count = 0;
};

// A module whose symbols another one uses, and where it names that one among its holders.
struct Tie {
  std::string owner;
  std::list<std::string>::iterator holder;
};

struct Module {
  explicit Module(std::string its_name) : name(std::move(its_name)) {}

  // Set by the thread that loads it, before the state is coming; constant from then on, but for the
  // init area that goes when init has run.
  const std::string name;
  link::Image image;
  std::uintptr_t init = 0;  // addresses of its functions; 0: it has none
  std::uintptr_t exit = 0;
  ParameterTable parameters;
  std::vector<VisibleParameter> visible_parameters;
  Facts facts;
  Taints taints;

  // Under the lock of the ModuleList.
  const void* this_module = nullptr;  // its struct module, in the image; null while unformed
  State state = State::unformed;
  State faulted_in = State::live;  // the state that it was in when it faulted
  std::uint64_t address = 0;       // of the core area
  std::uint64_t core_size = 0;     // bytes
  std::uint64_t init_size = 0;     // 0 when init has run
  std::vector<Use> users;          // references of module code and of open files
  std::list<std::string> holders;  // modules that use its symbols, the newest first
  std::list<Tie> uses;             // modules whose symbols it uses

  Marks marks;                               // any thread, at any time
  std::unique_ptr<classic::Record> classic;  // constant; null unless create_module(2) made it

  // Held shared while a parameter is read or written through sysfs; closed before the memory goes.
  std::shared_mutex attributes;
  bool attributes_closed = false;

  bool permanent() const { return classic == nullptr && init != 0 && exit == 0; }
};

}  // namespace kmodern::ukernel
