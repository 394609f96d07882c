// JSON for programs that would otherwise take a table apart. The one place that knows the JSON
// library.
#pragma once

#include <span>
#include <string>

#include "cli/overview.h"
#include "cli/record.h"
#include "kernel/kernel.h"
#include "kerneld/event.h"
#include "plan/plan.h"
#include "ukernel/link/batch.h"

namespace kmodern::cli {

// `lsmod --json`: an array of {name, size, refcnt, holders, permanent, state, address, taints,
// taint_words}: a word for each letter.
// address is a string ("0xffffffffc0000000"): numbers of that size do not survive every reader.
std::string to_json(std::span<const kernel::LoadedModule> modules);

// `modinfo --json`: an array of objects, one per module. A key that can come several times (alias,
// author, firmware...) always has an array, every other a string; parm has {name, type,
// description}. Bytes that are not UTF-8 become U+FFFD.
std::string to_json(std::span<const Record> records);

// `modprobe -D --json`: an array of {module, nothing, steps}, one per module that was asked for.
// `nothing` says why there are no steps ("blacklisted"), else it is null. A step is {action,
// module, path, parameters, command, role, of, required}; action and role as name() of plan/plan.h
// has them.
std::string to_json(std::span<const plan::Plan> plans);

// `kmodern link --json`: an object of the counts that the text has, and `failures`, an array of
// {path, module, reasons}. `origin` is where the kernel's exports come from.
std::string to_json(const ukernel::link::BatchResult& result, const std::string& origin,
                    std::size_t exports, double seconds);

// `kmodern requests --json`: an object in one line. Times are ISO 8601 in UTC, durations
// microseconds; uid is null where it is not known.
std::string to_json(const kerneld::Event& event);

// `kmodern status --json`: an object of what Overview holds; `kerneld` is null where none runs,
// else what it says of itself (kerneld/status.h).
std::string to_json(const Overview& seen);

}  // namespace kmodern::cli
