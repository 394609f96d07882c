#include "base/fail_point.h"

namespace kmodern {

namespace {

std::atomic<std::size_t> steps_left = 0;
std::atomic<const char*> failed = nullptr;

}  // namespace

bool fail_points::reached(const char* name) noexcept {
  if (steps_left.fetch_sub(1) != 0) return false;
  armed = false;
  failed = name;
  return true;
}

FailNth::FailNth(std::size_t nth) {
  failed = nullptr;
  steps_left = nth;
  fail_points::armed = true;
}

FailNth::~FailNth() { fail_points::armed = false; }

const char* FailNth::fired() const { return failed; }

}  // namespace kmodern
