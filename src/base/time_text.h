// Times and durations as people write and read them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kmodern {

using SystemTime = std::chrono::system_clock::time_point;

// "2026-11-21 16:20:13", in the local time zone.
std::string local_time(SystemTime time);
// "2026-11-21T16:20:13.123456Z"
std::string iso_time(SystemTime time);
// Three figures or fewer: "12 us", "1.62 ms", "12.3 s", "5 min", "3 h", "2 d".
std::string duration_text(std::chrono::microseconds duration);

// The time that is meant: so long before `now` ("30s", "10m", "2h", "3d", "1w"), "today",
// "yesterday" (their beginnings), "now", ISO 8601 ("2026-11-21", "2026-11-21 16:20",
// "2026-11-21T16:20:13Z"; without a Z: local), or seconds since 1970 ("@1763740800").
std::optional<SystemTime> parse_time(std::string_view text, SystemTime now);

}  // namespace kmodern
