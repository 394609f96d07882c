// Requests for modules as `kmodern requests` shows them.
#pragma once

#include <cstddef>
#include <string>

#include "kerneld/event.h"

namespace kmodern::cli {

// The line above the table. `width`: columns of the terminal; 0: nothing is cut.
std::string request_head(std::size_t width);

// A line: time of day, who asked, what for, what became of it, how long it took, what came of it.
// Bytes that a terminal would obey are shown as \x1b.
std::string request_line(const kerneld::Event& event, std::size_t width);

// What else is known of it, in lines that are indented.
std::string request_details(const kerneld::Event& event);

// "loaded", "denied", "loaded (audited)", "loaded (joined)"
std::string result_of(const kerneld::Event& event);

// What came of it: the modules, or the rule that denied it, or why it failed.
std::string outcome_of(const kerneld::Event& event);

}  // namespace kmodern::cli
