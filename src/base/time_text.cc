#include "base/time_text.h"

#include <fmt/core.h>

#include <charconv>
#include <ctime>

#include "base/text.h"

namespace kmodern {
namespace {

using namespace std::chrono;

// Seconds: a century, as a clock of nanoseconds has 292 years each way.
constexpr std::int64_t longest = 100ll * 366 * 24 * 3600;

std::tm local(SystemTime time) {
  const std::time_t seconds = system_clock::to_time_t(time);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return parts;
}

// The beginning of the day that is `days` before.
SystemTime midnight(SystemTime now, int days) {
  std::tm parts = local(now);
  parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
  parts.tm_mday -= days;
  parts.tm_isdst = -1;
  return system_clock::from_time_t(std::mktime(&parts));
}

// A number of seconds at most, so that no clock comes to its end.
std::optional<std::int64_t> decimal(std::string_view text, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number >= 0 && number <= most ? std::optional(number) : std::nullopt;
}

std::optional<seconds> unit(char letter) {
  switch (letter) {
    case 's':
      return 1s;
    case 'm':
      return 1min;
    case 'h':
      return 1h;
    case 'd':
      return 24h;
    case 'w':
      return 24h * 7;
    default:
      return std::nullopt;
  }
}

std::optional<SystemTime> before(std::string_view text, SystemTime now) {
  const auto each = unit(text.back());
  if (!each) return std::nullopt;
  const auto number = decimal(text.substr(0, text.size() - 1), longest / each->count());
  if (!number) return std::nullopt;
  return now - *each * *number;
}

std::optional<SystemTime> date(std::string_view text) {
  const bool utc = text.ends_with('Z');
  if (utc) text.remove_suffix(1);
  std::string copy(text);
  for (const char* form :
       {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    std::tm parts{};
    parts.tm_isdst = -1;
    const char* end = ::strptime(copy.c_str(), form, &parts);
    if (end == nullptr || *end != '\0' || parts.tm_year < 0 || parts.tm_year > 200) continue;
    return system_clock::from_time_t(utc ? ::timegm(&parts) : std::mktime(&parts));
  }
  return std::nullopt;
}

}  // namespace

std::string local_time(SystemTime time) {
  const std::tm parts = local(time);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string iso_time(SystemTime time) {
  const auto whole = floor<seconds>(time);
  const std::time_t since_1970 = system_clock::to_time_t(whole);
  std::tm parts{};
  ::gmtime_r(&since_1970, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     duration_cast<microseconds>(time - whole).count());
}

std::string duration_text(microseconds duration) {
  const auto count = static_cast<double>(duration.count());
  auto in = [&](double size, std::string_view name) {
    const double value = count / size;
    return fmt::format("{:.{}f} {}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0, name);
  };
  if (duration < 1ms) return fmt::format("{} us", duration.count());
  if (duration < 999'500us) return in(1e3, "ms");
  if (duration < 2min) return in(1e6, "s");
  if (duration < 2h) return fmt::format("{} min", floor<minutes>(duration).count());
  if (duration < 48h) return fmt::format("{} h", floor<hours>(duration).count());
  return fmt::format("{} d", floor<hours>(duration).count() / 24);
}

std::optional<SystemTime> parse_time(std::string_view text, SystemTime now) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  if (text == "now") return now;
  if (text == "today") return midnight(now, 0);
  if (text == "yesterday") return midnight(now, 1);
  if (text.starts_with('@')) {
    const auto number = decimal(text.substr(1), longest);
    if (!number) return std::nullopt;
    return SystemTime(seconds(*number));
  }
  if (const auto time = before(text, now)) return time;
  return date(text);
}

}  // namespace kmodern
