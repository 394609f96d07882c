#include "ukernel/core/native/platform/thread.h"

#include <pthread.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace kmodern::core {

namespace {

thread_local constinit Thread current_thread;
std::atomic<Host*> the_host = nullptr;

// What a reference is noted as that module code takes: the file operation that it is in, or itself.
const Holder& current_holder() {
  static const Holder module_code;
  const Thread& thread = this_thread();
  return thread.holder != nullptr ? *thread.holder : module_code;
}

thread_local std::function<bool()> current_interrupt;

// How many bytes from an address on are the caller's buffer, which is memory of this process.
size_t within_buffer(const void* address, size_t size) {
  const UserRange& user = this_thread().user;
  const auto begin = reinterpret_cast<std::uintptr_t>(address);
  if (begin < user.begin || begin - user.begin > user.size) return 0;
  return std::min(size, user.size - (begin - user.begin));
}

// Between here and another process, page by page, since a part that is not there ends it. Without
// `here`, how far its addresses may go.
size_t copy_pages(decltype(::process_vm_readv)* copy, int pid, void* here, void* there,
                  size_t size) {
  constexpr size_t page = 4096;
  constexpr std::uintptr_t end_of_user_memory = 0x7ffffffff000;
  const auto begin = reinterpret_cast<std::uintptr_t>(there);
  if (begin >= end_of_user_memory) return 0;
  size = std::min<size_t>(size, end_of_user_memory - begin);
  if (here == nullptr) return size;
  for (size_t done = 0; done < size;) {
    const size_t part = std::min(size - done, page - (begin + done) % page);
    iovec ours = {static_cast<char*>(here) + done, part};
    iovec theirs = {static_cast<char*>(there) + done, part};
    if (copy(pid, &ours, 1, &theirs, 1, 0) != static_cast<ssize_t>(part)) return done;
    done += part;
  }
  return size;
}

}  // namespace

void set_interrupt(std::function<bool()> gone) { current_interrupt = std::move(gone); }
Thread& this_thread() { return current_thread; }
void set_host(Host* host) { the_host = host; }
Host* host() { return the_host; }

extern "C" {

void platform_log(int level, const char* text, size_t length, int continuation) {
  PlatformScope scope;
  if (Host* to = host()) to->log(level, std::string_view(text, length), continuation != 0);
}

size_t platform_symbolize(unsigned long address, char* buffer, size_t size) {
  PlatformScope scope;
  Host* from = host();
  if (from == nullptr || size == 0) return 0;
  const std::string name = from->symbolize(address);
  const std::size_t length = std::min(name.size(), size - 1);
  std::copy_n(name.data(), length, buffer);
  buffer[length] = 0;
  return length;
}

// Not in a PlatformScope: a bad address on this side is the module's fault.
size_t platform_user_read(void* here, const void* from, size_t size) {
  if (const int pid = this_thread().user.pid; pid != 0)
    return copy_pages(::process_vm_readv, pid, here, const_cast<void*>(from), size);
  size = within_buffer(from, size);
  if (here != nullptr && size != 0) std::memcpy(here, from, size);
  return size;
}

size_t platform_user_write(void* to, const void* here, size_t size) {
  const UserRange& user = this_thread().user;
  if (user.pid != 0)
    return copy_pages(::process_vm_writev, user.pid, const_cast<void*>(here), to, size);
  size = user.writable ? within_buffer(to, size) : 0;
  if (here != nullptr && size != 0) std::memcpy(to, here, size);
  return size;
}

const platform_task* platform_current(void) {
  platform_task& task = this_thread().task;
  if (task.pid == 0) {
    task.pid = platform_thread_id();
    std::copy_n("kthread", 8, task.comm);
  }
  return &task;
}

int platform_interrupted(void) {
  PlatformScope scope;
  return current_interrupt && current_interrupt() ? 1 : 0;
}

void platform_become(const char* name) {
  platform_task& task = this_thread().task;
  task = {.pid = platform_thread_id(), .comm = {}};
  std::ranges::copy(std::string_view(name).substr(0, sizeof(task.comm) - 1), task.comm);
  ::pthread_setname_np(::pthread_self(), task.comm);
}

int platform_thread_start(const char* name, void (*run)(void*), void* argument) {
  PlatformScope scope;
  try {
    std::thread([own_name = std::string(name), run, argument] {
      platform_become(own_name.c_str());
      run(argument);
    }).detach();
  } catch (const std::system_error&) {
    return -EAGAIN;
  }
  return 0;
}

int* platform_atomic_depth(void) { return &this_thread().atomic_depth; }

void platform_event_signal(int event) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event, &one, sizeof(one));
}

void platform_kill(int pid, int signal) {
  if (pid > 0) ::kill(pid, signal);
}

int platform_module_get(const void* module) {
  PlatformScope scope;
  Host* from = host();
  return from == nullptr || from->module_get(module, current_holder()) ? 1 : 0;
}

void platform_module_put(const void* module) {
  PlatformScope scope;
  if (Host* from = host()) from->module_put(module, current_holder());
}

int platform_module_refcount(const void* module) {
  PlatformScope scope;
  Host* from = host();
  return from == nullptr ? 0 : from->module_refcount(module);
}

}  // extern "C"

}  // namespace kmodern::core
