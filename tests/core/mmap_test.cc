// Memory that modules give to be mapped: this process maps it as another one would.
#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "core/mmap_module.h"
#include "core/native_fixture.h"
#include "kernel/user/device_memory.h"

namespace kmodern::core {

constexpr std::size_t page = 4096;

class Mmap : public NativeTest {
 protected:
  Mmap() {
    host().owner = &test_pages;
    EXPECT_EQ(test_mmap_add(), 0);
    test_closed_areas = 0;
  }
  ~Mmap() override {
    file_.reset();
    test_mmap_remove();
  }

  void open(const std::string& path, int flags = O_RDWR) {
    auto file = core().open(path, flags, {.what = "open file " + path, .pid = 4711});
    ASSERT_TRUE(file.has_value()) << describe(file.error());
    file_ = std::move(*file);
  }
  // What map() gives, or fails with.
  long map(std::size_t size, std::uint64_t offset = 0, int protection = PROT_READ | PROT_WRITE) {
    return file_->map(offset, size, protection, shared_).value_or(-9999);
  }
  // The same as memory of a program.
  kernel::DeviceMemory mapped(std::size_t size, std::uint64_t offset = 0) {
    EXPECT_EQ(map(size, offset), 0);
    std::vector<kernel::DeviceMemory::Piece> pieces;
    for (const SharedMemory::Piece& piece : shared_.pieces)
      pieces.push_back({piece.offset, piece.size});
    auto memory = kernel::DeviceMemory::map(shared_.file.get(), pieces, PROT_READ | PROT_WRITE);
    EXPECT_TRUE(memory) << describe(memory.error());
    return std::move(*memory);
  }
  static char* text(const kernel::DeviceMemory& memory, std::size_t at = 0) {
    return reinterpret_cast<char*>(memory.bytes().data() + at);
  }

  std::unique_ptr<OpenFile> file_;
  SharedMemory shared_;
};

TEST_F(Mmap, SharesPagesBothWays) {
  open("/dev/test_pages");
  const auto memory = mapped(2 * page);
  std::strcpy(test_pages + page, "of the module");
  EXPECT_STREQ(text(memory, page), "of the module");
  std::strcpy(text(memory), "of the program");
  EXPECT_STREQ(test_pages, "of the program");
}

TEST_F(Mmap, BeginsAtTheOffsetInTheFile) {
  open("/dev/test_pages");
  const auto memory = mapped(page, page);
  std::strcpy(test_pages + page, "second page");
  EXPECT_STREQ(text(memory), "second page");
  EXPECT_EQ(map(2 * page, page), -EINVAL) << "the module's answer";
}

TEST_F(Mmap, SharesWhatKmallocAndVmallocGave) {
  open("/dev/test_kmalloc");
  std::strcpy(test_kmalloc + page, "kmalloc");
  EXPECT_STREQ(text(mapped(2 * page), page), "kmalloc");
  open("/dev/test_vmalloc");
  std::strcpy(test_vmalloc + page, "vmalloc");
  EXPECT_STREQ(text(mapped(page, page)), "vmalloc");
  EXPECT_EQ(map(3 * page), -EINVAL) << "more than the block has";
}

TEST_F(Mmap, AsksTheFaultHandlerForEachPage) {
  open("/dev/test_faults");
  const auto memory = mapped(5 * page);
  EXPECT_EQ(memory.backed(), 3 * page) << "the handler's SIGBUS";
  EXPECT_EQ(shared_.pieces.size(), 4u) << "pages that do not lie side by side";
  for (int i = 0; i < test_fault_pages; ++i) test_scattered[i][0] = static_cast<char>('a' + i);
  EXPECT_EQ(text(memory)[0], 'a');
  EXPECT_EQ(text(memory)[2 * page], 'c');
}

TEST_F(Mmap, HoldsItsPagesUntilTheFileIsClosed) {
  open("/dev/test_faults");
  EXPECT_EQ(map(2 * page), 0);
  EXPECT_EQ(test_page_refcount(0), 2);
  EXPECT_EQ(test_page_refcount(2), 1);
  EXPECT_EQ(test_closed_areas, 0);
  EXPECT_EQ(file_->close(), 0);
  EXPECT_EQ(test_closed_areas, 1);
  EXPECT_EQ(test_page_refcount(0), 1);
}

TEST_F(Mmap, IsRefusedAsLinuxRefusesIt) {
  open("/dev/test_unmapped");
  EXPECT_EQ(map(page), -ENODEV);
  open("/dev/test_pages", O_RDONLY);
  EXPECT_EQ(map(page), -EACCES);
  EXPECT_EQ(map(page, 0, PROT_READ), 0);
  EXPECT_EQ(map(page, 1, PROT_READ), -EINVAL);
  EXPECT_EQ(map(page + 1, 0, PROT_READ), -EINVAL);
  open("/dev/test_pages", O_WRONLY);
  EXPECT_EQ(map(page), -EACCES);
}

TEST_F(Mmap, PagesThatAreLeftBehindAreFreed) {
  host().owner = &test_vmalloc;  // as if another module did it
  EXPECT_EQ(test_leave_pages(), 0);
  const Leftovers left = core().clean_up(&test_vmalloc);
  ASSERT_EQ(left.things.size(), 1u);
  EXPECT_EQ(left.things[0].what, "allocation of pages (16384 bytes)");
  EXPECT_EQ(left.things[0].fate, "freed");
}

TEST_F(Mmap, PagesAreFreedOnce) {
  const CallResult result = core().call([] { return long{test_free_twice()}; });
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().what.find("was freed before"), std::string::npos) << result.error().what;
}

}  // namespace kmodern::core
