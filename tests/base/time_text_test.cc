#include "base/time_text.h"

#include <gtest/gtest.h>

#include "base/printable.h"

using namespace kmodern;
using namespace std::chrono_literals;

namespace {
const SystemTime now(1'763'740'800s);  // 2025-11-21 16:00:00 UTC
}

TEST(TimeText, IsSoLongAgo) {
  EXPECT_EQ(parse_time("30s", now), now - 30s);
  EXPECT_EQ(parse_time("10m", now), now - 10min);
  EXPECT_EQ(parse_time("2h", now), now - 2h);
  EXPECT_EQ(parse_time("1w", now), now - 168h);
  EXPECT_EQ(parse_time("now", now), now);
}

TEST(TimeText, IsADay) {
  const SystemTime today = *parse_time("today", now);
  EXPECT_EQ(local_time(today).substr(11), "00:00:00");
  EXPECT_EQ(local_time(today).substr(0, 10), local_time(now).substr(0, 10));
  EXPECT_EQ(parse_time("yesterday", now), parse_time("yesterday", today));
  EXPECT_LT(parse_time("yesterday", now), today);
}

TEST(TimeText, IsOfIso8601) {
  EXPECT_EQ(parse_time("2025-11-21T16:00:00Z", now), now);
  EXPECT_EQ(parse_time("2025-11-21 16:00Z", now), now);
  EXPECT_EQ(parse_time(local_time(now), now), now);
  EXPECT_EQ(parse_time("@1763740800", now), now);
  EXPECT_EQ(iso_time(now + 5us), "2025-11-21T16:00:00.000005Z");
}

TEST(TimeText, IsNoneForWhatIsNone) {
  for (const char* text : {"", "m", "10", "10x", "-5m", "2025-13-01", "2025-11-21x", "@", "@-1",
                           "99999999999999999999s", "9223372036854775807w", "soon"})
    EXPECT_FALSE(parse_time(text, now)) << text;
}

TEST(TimeText, OfDurationsHasThreeFigures) {
  EXPECT_EQ(duration_text(12us), "12 us");
  EXPECT_EQ(duration_text(1620us), "1.62 ms");
  EXPECT_EQ(duration_text(99'960us), "100 ms");
  EXPECT_EQ(duration_text(999'600us), "1.00 s");
  EXPECT_EQ(duration_text(12'345ms), "12.3 s");
  EXPECT_EQ(duration_text(300s), "5 min");
  EXPECT_EQ(duration_text(72h), "3 d");
}

TEST(Printable, ShowsWhatWouldMoveACursorOrEndALine) {
  EXPECT_EQ(printable("plain text"), "plain text");
  EXPECT_EQ(printable(std::string("a\n\x1b[2J\0\xc3", 8)), "a\\x0a\\x1b[2J\\x00\\xc3");
}
