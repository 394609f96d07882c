// The module interface of Linux 2.1.18 to 2.4, as insmod and a kernel agree on it: the program
// links the module itself, and hands over a flat image that begins with a struct module. Source:
// include/linux/module.h and kernel/module.c of Linux 2.4; x86-64, little endian.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace kmodern::kernel::classic {

// Bits of a struct module's flags.
inline constexpr std::uint64_t running = 1;
inline constexpr std::uint64_t deleted = 2;
inline constexpr std::uint64_t autoclean = 4;   // the sweep may take it
inline constexpr std::uint64_t visited = 8;     // used since the last sweep
inline constexpr std::uint64_t used_once = 16;  // used at all: before that the sweep leaves it
inline constexpr std::uint64_t just_freed = 32;
inline constexpr std::uint64_t initializing = 64;

// Where the members of struct module are, in bytes. All pointers are addresses in the kernel.
namespace at {
inline constexpr std::uint64_t size_of_struct = 0, next = 8, name = 16, size = 24;
inline constexpr std::uint64_t usecount = 32;  // 32 bits
inline constexpr std::uint64_t flags = 40;
inline constexpr std::uint64_t nsyms = 48, ndeps = 52;  // 32 bits each
inline constexpr std::uint64_t syms = 56, deps = 64, refs = 72, init = 80, cleanup = 88;
inline constexpr std::uint64_t ex_table_start = 96, ex_table_end = 104;
// Absent where size_of_struct says so.
inline constexpr std::uint64_t persist_start = 112, persist_end = 120, can_unload = 128,
                               runsize = 136, kallsyms_start = 144, kallsyms_end = 152,
                               archdata_start = 160, archdata_end = 168, kernel_data = 176;
}  // namespace at
inline constexpr std::uint64_t smallest_header = at::persist_start;
inline constexpr std::uint64_t header_size = 184;
inline constexpr std::uint64_t largest_header = header_size + 16 * 8;
inline constexpr std::uint64_t symbol_size = 16;     // of syms: {value, address of the name}
inline constexpr std::uint64_t reference_size = 24;  // of deps: {address of a struct module, 0, 0}

// archdata is this project's: Linux mapped a module's memory writable and executable as a whole,
// this kernel none. It is an array of page ranges; what is in none of them is data.
struct PageRange {
  std::uint64_t offset = 0;      // from the struct module, a multiple of the page size
  std::uint64_t size = 0;        // bytes, a multiple of the page size
  std::uint64_t protection = 0;  // elf::Protection as a number
};
inline constexpr std::uint64_t page_range_size = 24;

// The kinds of query_module(2).
enum class Query : int { probe = 0, modules = 1, deps = 2, refs = 3, symbols = 4, info = 5 };

// What a query puts into the caller's buffer, and what into its `ret`.
struct Answer {
  std::string bytes;
  std::uint64_t result = 0;
};

struct Symbol {
  std::uint64_t value = 0;
  std::string name;
};

// QM_INFO.
struct Info {
  std::uint64_t address = 0;  // of its struct module
  std::uint64_t size = 0;     // bytes
  std::uint64_t flags = 0;
  std::int64_t usecount = 0;  // -1: it has a can_unload
};

// Answers in memory: written by a kernel, read by a program. Reading gives EPROTO for what is
// shorter than it says.
Answer names_answer(const std::vector<std::string>& names);
Answer symbols_answer(const std::vector<Symbol>& symbols);
Answer info_answer(const Info& info);
Result<std::vector<std::string>> read_names(const Answer& answer);
Result<std::vector<Symbol>> read_symbols(const Answer& answer);
Result<Info> read_info(const Answer& answer);

// A table of get_kernel_syms(2): entries {u64 value, char name[60]} padded to 8; longer names are
// cut off.
inline constexpr std::uint64_t kernel_symbol_size = 72;
Answer kernel_symbols_answer(const std::vector<Symbol>& symbols);

// "printk_R1b7d4074" is printk in the version 0x1b7d4074; also with smp_, 2gig_ or 64gig_ before
// the digits.
struct VersionedName {
  std::string_view base;
  std::optional<std::string_view> version;  // the text after "_R"
};
VersionedName split_version(std::string_view name);
// The number in such a version.
std::uint32_t crc_of(std::string_view version);

// The kernel exports it if its symbols' names have versions.
inline constexpr std::string_view using_versions = "Using_Versions";
// Before the name of a symbol that is for modules with a GPL-compatible license.
inline constexpr std::string_view gpl_only = "GPLONLY_";

// The system calls. Errors: their errno.
class Calls {
 public:
  virtual ~Calls() = default;

  // Reserves a name and memory; gives its address. EEXIST, EINVAL, ENAMETOOLONG, ENOMEM.
  virtual Result<std::uint64_t> create_module(const std::string& name, std::uint64_t size) = 0;
  // Hands over the linked image and runs its init. ENOENT, EINVAL with the member that is wrong,
  // EBUSY, EFAULT, what init returned.
  virtual Result<void> init_module(const std::string& name, ByteView image) = 0;
  // No name: the kernel itself. ENOENT; EINVAL for deps, refs and info of the kernel.
  virtual Result<Answer> query_module(const std::optional<std::string>& name, Query query) = 0;
  virtual Result<Answer> get_kernel_syms() = 0;
  // delete_module(NULL): takes away the modules that are marked AUTOCLEAN and idle; their names, in
  // the order in which they went.
  virtual Result<std::vector<std::string>> remove_idle() = 0;
  // The text of /proc/modules as it was.
  virtual Result<std::string> modules_text() = 0;
  // Bits for /proc/sys/kernel/tainted: the kernel sees no license in an image, insmod does.
  virtual Result<void> taint(std::uint64_t mask) = 0;
};

}  // namespace kmodern::kernel::classic
