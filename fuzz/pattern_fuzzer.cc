// Alias patterns: the matcher ends, and says what fnmatch(3) says where patterns are those of
// aliases: stars, question marks and literal characters.
#include <fnmatch.h>

#include <string>

#include "config/pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::size_t middle = input.find('\n');
  if (middle == input.npos) return 0;
  std::string pattern(input.substr(0, middle)), text(input.substr(middle + 1));
  bool matched = kmodern::config::pattern_matches(pattern, text);
  bool plain = size < 64 && pattern.find_first_of("[\\") == pattern.npos;
  for (char character : input) plain = plain && character > 0;
  if (plain && matched != (::fnmatch(pattern.c_str(), text.c_str(), 0) == 0)) __builtin_trap();
  return 0;
}
