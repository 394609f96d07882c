// Requests for modules as `kmodern requests` shows them.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "kerneld/event.h"

namespace kmodern::cli {

// A line for each: time of day, who asked, what for, what became of it, how long it took, what came
// of it. Bytes that a terminal would obey are shown as \x1b.
class RequestTable {
 public:
  // `width`: columns of the terminal, which no line is longer than; 0: nothing is cut.
  explicit RequestTable(std::size_t width) : width_(width) {}

  // Widens its columns for what is to come.
  void fit(const kerneld::Event& event);

  std::string head() const;
  std::string line(const kerneld::Event& event) const;

 private:
  static constexpr std::size_t columns = 6;  // what came is the last, and takes the rest
  using Cells = std::array<std::string, columns + 1>;
  static Cells cells_of(const kerneld::Event& event);
  std::size_t width_of(std::size_t column) const;
  std::string row(const Cells& cells) const;

  std::size_t width_;
  std::array<std::size_t, columns> widest_ = {8, 12, 5, 14, 8, 7};
};

// What else is known of it, in lines that are indented.
std::string request_details(const kerneld::Event& event);

// "loaded", "denied", "loaded (audited)", "loaded (joined)"
std::string result_of(const kerneld::Event& event);

// What came of it: the modules, or the rule that denied it, or why it failed.
std::string outcome_of(const kerneld::Event& event);

}  // namespace kmodern::cli
