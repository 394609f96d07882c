#include <cstdint>
#include <cstring>
#include <limits>

#include "core/native_fixture.h"

namespace kmodern::core {

class Memory : public NativeTest {
 protected:
  static constexpr unsigned kernel = 0xcc0;  // GFP_KERNEL
  static void* kmalloc(std::size_t size) {
    return api<void*(std::size_t, unsigned)>("kmalloc")(size, kernel);
  }
  static void kfree(const void* block) { api<void(const void*)>("kfree")(block); }
};

TEST_F(Memory, PowersOfTwoAreAlignedToTheirSize) {
  for (std::size_t size = 8; size <= 4096; size *= 2) {
    void* block = kmalloc(size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % size, 0u) << size;
    kfree(block);
  }
}

TEST_F(Memory, RefusesSizesThatOverflowOrAreTooLarge) {
  auto* kcalloc = api<void*(std::size_t, std::size_t, unsigned)>("kcalloc");
  EXPECT_EQ(kcalloc(std::numeric_limits<std::size_t>::max() / 2, 4, kernel), nullptr);
  EXPECT_EQ(kmalloc((4 << 20) + 1), nullptr);
  EXPECT_EQ(kmalloc(0), reinterpret_cast<void*>(16));
  kfree(reinterpret_cast<void*>(16));
  kfree(nullptr);
}

TEST_F(Memory, KreallocKeepsTheContent) {
  auto* block = static_cast<char*>(kmalloc(4));
  std::strcpy(block, "abc");
  block = static_cast<char*>(
      api<void*(const void*, std::size_t, unsigned)>("krealloc")(block, 5000, kernel));
  EXPECT_STREQ(block, "abc");
  EXPECT_EQ(api<std::size_t(const void*)>("ksize")(block), 5000u);
  kfree(block);
}

TEST_F(Memory, FreeingTwiceIsTheModulesFault) {
  void* block = kmalloc(32);
  kfree(block);
  const CallResult result = core().call([&] {
    kfree(block);
    return 0L;
  });
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().what.find("was freed before"), std::string::npos) << result.error().what;
}

TEST_F(Memory, FreeingWhatWasNeverAllocatedIsTheModulesFault) {
  int local = 0;
  const CallResult result = core().call([&] {
    kfree(&local);
    return 0L;
  });
  EXPECT_FALSE(result.has_value());
}

}  // namespace kmodern::core
