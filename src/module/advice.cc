#include "module/advice.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace kmodern::module {

namespace {

struct Instead {
  std::string_view name;
  std::string_view use;  // empty: a module has no such thing
};

// C library functions that people write in their first modules, and what the kernel has instead.
constexpr auto library = std::to_array<Instead>({
    {"abort", "BUG() or WARN()"},
    {"assert", "WARN_ON() or BUG_ON()"},
    {"__assert_fail", "WARN_ON() or BUG_ON()"},
    {"atoi", "kstrtoint"},
    {"atol", "kstrtol"},
    {"calloc", "kcalloc"},
    {"clock_gettime", "ktime_get"},
    {"close", ""},
    {"errno", "the function's result: kernel functions return -errno"},
    {"__errno_location", "the function's result: kernel functions return -errno"},
    {"exit", "return from the init function with -errno"},
    {"fclose", ""},
    {"fopen", ""},
    {"fork", ""},
    {"fprintf", "pr_err or printk"},
    {"fputs", "pr_info or printk"},
    {"fread", ""},
    {"free", "kfree"},
    {"fwrite", ""},
    {"getpid", "current->pid"},
    {"gettimeofday", "ktime_get_real_ts64"},
    {"malloc", "kmalloc(size, GFP_KERNEL)"},
    {"nanosleep", "usleep_range"},
    {"open", ""},
    {"perror", "pr_err with %pe"},
    {"printf", "printk"},
    {"pthread_create", "kthread_run"},
    {"pthread_mutex_lock", "mutex_lock"},
    {"pthread_mutex_unlock", "mutex_unlock"},
    {"putchar", "printk"},
    {"puts", "printk"},
    {"qsort", "sort, of linux/sort.h"},
    {"rand", "get_random_u32"},
    {"random", "get_random_u32"},
    {"read", ""},
    {"realloc", "krealloc"},
    {"scanf", "module_param, or a device's write operation"},
    {"sleep", "ssleep or msleep"},
    {"stderr", "printk"},
    {"stdout", "printk"},
    {"strdup", "kstrdup(text, GFP_KERNEL)"},
    {"strerror", "printk with %pe"},
    {"strndup", "kstrndup"},
    {"strtok", "strsep"},
    {"strtol", "kstrtol"},
    {"strtoul", "kstrtoul"},
    {"time", "ktime_get_real_seconds"},
    {"usleep", "usleep_range"},
    {"vprintf", "vprintk"},
    {"write", ""},
});
// What compilers emit for operations that the kernel's code is built without.
bool is_floating_point_helper(std::string_view symbol) {
  constexpr auto helpers = std::to_array<std::string_view>(
      {"__adddf3", "__subdf3", "__muldf3", "__divdf3", "__addsf3", "__subsf3", "__mulsf3",
       "__divsf3", "__floatsidf", "__fixdfsi", "sqrt", "pow", "sin", "cos", "floor"});
  return std::ranges::find(helpers, symbol) != helpers.end();
}

}  // namespace

std::string symbol_advice(std::string_view symbol) {
  const auto found = std::ranges::find(library, symbol, &Instead::name);
  if (found != library.end()) {
    if (found->use.empty()) return "that is a C library function; a module has nothing of the kind";
    return fmt::format("that is a C library function; in a module use {}", found->use);
  }
  if (is_floating_point_helper(symbol))
    return "that is floating point; a module computes with integers";
  if (symbol == "__stack_chk_fail") return "build the module with -fno-stack-protector";
  if (symbol == "__fentry__" || symbol == "mcount") return "build the module without -pg";
  if (symbol == "_GLOBAL_OFFSET_TABLE_")
    return "the module is compiled as position-independent code; build it with -fno-pic";
  if (symbol == "__udivdi3" || symbol == "__divdi3" || symbol == "__umoddi3")
    return "that is a 64-bit division on a 32-bit machine; use div64_u64 or do_div";
  if (symbol == "main" || symbol.starts_with("__libc_"))
    return "that belongs to a program; a module has module_init() and module_exit()";
  if (symbol.starts_with("__x86_") || symbol.starts_with("__tsan_") ||
      symbol.starts_with("__asan_"))
    return "the module was built with options of another kernel; build it with this one's SDK";
  return {};
}

bool in_no_kernel(std::string_view symbol) {
  return std::ranges::find(library, symbol, &Instead::name) != library.end() ||
         is_floating_point_helper(symbol);
}

}  // namespace kmodern::module
