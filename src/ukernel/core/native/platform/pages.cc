#include "ukernel/core/native/platform/pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "ukernel/core/native/platform/platform.h"
#include "ukernel/core/native/platform/thread.h"

namespace kmodern::core {

namespace {

static_assert(platform_page_size == page_bytes);

constexpr std::size_t page_count = std::size_t{1} << 20;

std::size_t pages_of(std::size_t size) { return (size + page_bytes - 1) / page_bytes; }

class PageFile {
 public:
  PageFile() {
    file_ = ::memfd_create("pages", MFD_CLOEXEC);
    if (file_ < 0 || ::ftruncate(file_, page_count * page_bytes) != 0) return;
    begin_ = map(page_count * page_bytes, PROT_NONE, MAP_SHARED, file_);
    records_ = map(page_count * platform_page_record_size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1);
  }

  std::byte* take(std::size_t size, std::size_t alignment) {
    if (begin_ == nullptr || records_ == nullptr) return nullptr;
    const std::size_t pages = pages_of(size);
    const long first = reserve(pages, alignment / page_bytes);
    if (first < 0) return nullptr;
    std::byte* block = begin_ + static_cast<std::size_t>(first) * page_bytes;
    if (::mprotect(block, pages * page_bytes, PROT_READ | PROT_WRITE) == 0) return block;
    release(static_cast<std::size_t>(first), pages);
    return nullptr;
  }

  void give_back(std::byte* block, std::size_t size) {
    const auto first = static_cast<std::size_t>(number_of(block));
    const std::size_t pages = pages_of(size);
    ::mprotect(block, pages * page_bytes, PROT_NONE);
    ::fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                static_cast<off_t>(first * page_bytes), static_cast<off_t>(pages * page_bytes));
    release(first, pages);
  }

  long number_of(const void* address) const {
    const auto offset = static_cast<const std::byte*>(address) - begin_;
    const bool inside = begin_ != nullptr && offset >= 0 &&
                        static_cast<std::size_t>(offset) < page_count * page_bytes;
    return inside ? static_cast<long>(static_cast<std::size_t>(offset) / page_bytes) : -1;
  }
  std::byte* address_of(std::size_t number) const {
    return begin_ != nullptr && number < page_count ? begin_ + number * page_bytes : nullptr;
  }
  std::byte* record_of(std::size_t number) const {
    return records_ != nullptr && number < page_count
               ? records_ + number * platform_page_record_size
               : nullptr;
  }
  long number_of_record(const void* record) const {
    const auto offset = static_cast<const std::byte*>(record) - records_;
    const bool inside = records_ != nullptr && offset >= 0 &&
                        static_cast<std::size_t>(offset) < page_count * platform_page_record_size;
    return inside ? offset / platform_page_record_size : -1;
  }
  int file() const { return file_; }

 private:
  static std::byte* map(std::size_t size, int protection, int flags, int file) {
    void* at = ::mmap(nullptr, size, protection, flags | MAP_NORESERVE, file, 0);
    return at == MAP_FAILED ? nullptr : static_cast<std::byte*>(at);
  }

  // The first of so many pages that nobody has, at a multiple of `step`; -1: there are none.
  long reserve(std::size_t pages, std::size_t step) {
    const std::scoped_lock lock(mutex_);
    std::size_t first = (first_free_ + step - 1) / step * step;
    while (pages <= page_count && first <= page_count - pages) {
      const auto begin = taken_.begin() + static_cast<long>(first);
      const auto used = std::find(begin, begin + static_cast<long>(pages), true);
      if (used == begin + static_cast<long>(pages)) {
        std::fill_n(begin, pages, true);
        if (first == first_free_) first_free_ += pages;
        return static_cast<long>(first);
      }
      first = (static_cast<std::size_t>(used - taken_.begin()) / step + 1) * step;
    }
    return -1;
  }
  void release(std::size_t first, std::size_t pages) {
    const std::scoped_lock lock(mutex_);
    std::fill_n(taken_.begin() + static_cast<long>(first), pages, false);
    first_free_ = std::min(first_free_, first);
  }

  int file_ = -1;
  std::byte* begin_ = nullptr;
  std::byte* records_ = nullptr;
  std::mutex mutex_;
  std::vector<bool> taken_ = std::vector<bool>(page_count);
  std::size_t first_free_ = 0;  // no page before it is free
};

PageFile& all() {
  static auto& file = *new PageFile;  // threads of modules may outlive main()
  return file;
}

}  // namespace

void* take_pages(std::size_t size, std::size_t alignment) { return all().take(size, alignment); }

void give_pages_back(void* block, std::size_t size) {
  all().give_back(static_cast<std::byte*>(block), size);
}

bool is_page_memory(const void* address) { return all().number_of(address) >= 0; }

int page_file() { return all().file(); }

extern "C" {

long platform_page_number(const void* address) {
  const PlatformScope scope;
  return all().number_of(address);
}

void* platform_page_address(long number) {
  const PlatformScope scope;
  return all().address_of(static_cast<std::size_t>(number));
}

void* platform_page_record(long number) {
  const PlatformScope scope;
  return all().record_of(static_cast<std::size_t>(number));
}

long platform_page_record_number(const void* record) {
  const PlatformScope scope;
  return all().number_of_record(record);
}

}  // extern "C"

}  // namespace kmodern::core
