// The file of requests as its writer has it: with a size limit, which is kept by removing the
// oldest.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/error.h"
#include "kerneld/event_table.h"

namespace kmodern::kerneld {

class EventFile {
 public:
  // Makes the file (mode 0640, as it tells what people do) and its folder if they are not there,
  // and checks what is. Errors: sqlite::damaged, and those of files.
  static Result<EventFile> open(const std::string& path, std::uint64_t limit,
                                std::chrono::milliseconds patience);

  // False if another file has its name now, or none.
  bool in_place() const;

  // All of them or none.
  Result<void> write(std::span<const Event> events);

 private:
  Result<void> prepare();
  Result<void> insert_all(std::span<const Event> events);
  Result<void> make_room();
  Result<void> bound_log();

  std::string path_;
  std::uint64_t inode_ = 0;
  std::int64_t most_pages_ = 0, most_log_ = 0;
  sqlite::Connection connection_;
  EventInserter inserter_;
  sqlite::Statement pages_, free_;
};

}  // namespace kmodern::kerneld
