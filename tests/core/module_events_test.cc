// register_module_notifier(): who is told what, and who may refuse.
#include <cerrno>
#include <thread>

#include "core/native_fixture.h"

namespace kmodern::core {

// The kernel's layout (include/linux/notifier.h).
struct Block {
  int (*call)(Block*, unsigned long event, void* module);
  Block* next = nullptr;
  int priority = 0;
  int answer = 0;
  std::vector<unsigned long> told = {};
};

int note(Block* block, unsigned long event, void*) {
  block->told.push_back(event);
  return event == static_cast<unsigned long>(ModuleEvent::coming) ? block->answer : 0;
}

class ModuleEvents : public NativeTest {
 protected:
  static int add(Block& block) { return api<int(Block*)>("register_module_notifier")(&block); }
  static int remove(Block& block) { return api<int(Block*)>("unregister_module_notifier")(&block); }
  static long tell(ModuleEvent event) { return *core().tell(event, "a module"); }

  using Told = std::vector<unsigned long>;
};

TEST_F(ModuleEvents, AreToldUntilTheNotifierIsTakenOut) {
  Block block{note};
  EXPECT_EQ(add(block), 0);
  EXPECT_EQ(add(block), -EEXIST);
  for (auto event : {ModuleEvent::coming, ModuleEvent::live, ModuleEvent::going})
    EXPECT_EQ(tell(event), 0);
  EXPECT_EQ(remove(block), 0);
  EXPECT_EQ(remove(block), -ENOENT);
  EXPECT_EQ(tell(ModuleEvent::coming), 0);
  EXPECT_EQ(block.told, (Told{1, 0, 2}));
}

TEST_F(ModuleEvents, ARefusalIsToldToThoseBeforeAndNotToThoseAfter) {
  constexpr int refuses_with_eperm = 0x8000 | (1 + EPERM);  // notifier_from_errno()
  Block first{note, nullptr, 2};
  Block second{note, nullptr, 1, refuses_with_eperm};
  Block third{note};
  for (Block* one : {&third, &second, &first}) EXPECT_EQ(add(*one), 0);
  EXPECT_EQ(tell(ModuleEvent::coming), -EPERM);
  EXPECT_EQ(first.told, (Told{1, 2}));
  EXPECT_EQ(second.told, (Told{1}));
  EXPECT_EQ(third.told, Told{});
  for (Block* one : {&third, &second, &first}) EXPECT_EQ(remove(*one), 0);
}

TEST_F(ModuleEvents, ANotifierThatIsLeftIsUnregistered) {
  Block block{note};
  host().owner = this;
  std::thread([&] { EXPECT_TRUE(core().call([&]() -> long { return add(block); })); }).join();
  const Leftovers left = core().clean_up(this);
  host().owner = nullptr;
  ASSERT_EQ(left.things.size(), 1u);
  EXPECT_EQ(left.things[0].what + ": " + left.things[0].fate, "module notifier: unregistered");
  EXPECT_EQ(remove(block), -ENOENT);
}

}  // namespace kmodern::core
