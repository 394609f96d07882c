// How long the engine takes for a tree of 500 modules whose inits sleep 1 to 20 ms, beside its
// critical path: the longest chain of sleeps that no order can make shorter.
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <latch>

#include "base/file.h"
#include "database/index_writer.h"
#include "kerneld/engine.h"
#include "kerneld/sleepy_kernel.h"

using namespace kmodern;
using std::chrono::milliseconds;

namespace {

constexpr unsigned modules = 500;
constexpr unsigned workers = 128;  // they sleep: more than processors

milliseconds sleep_of(const std::string& module) {
  return milliseconds(1 + (std::stoul(module.substr(1)) * 7919) % 20);
}

Result<void> write_indexes(const std::string& directory, const testing::ModuleForest& forest) {
  std::vector<std::string> values;  // the entries are views
  for (const auto& [name, line] : forest.lines) {
    values.push_back("kernel/" + name + ".ko:");
    for (std::string_view need : split(line)) values.back() += fmt::format(" kernel/{}.ko", need);
  }
  std::vector<database::IndexEntry> entries;
  for (std::size_t i = 0; i < values.size(); ++i)
    entries.push_back({forest.lines[i].first, values[i], 0});
  TRY(auto bytes, database::write_index(entries, "modules.dep.bin"));
  TRY(auto file, AtomicFile::create(directory + "/modules.dep.bin"));
  TRY_OK(file.write(bytes));
  return file.commit();
}

milliseconds critical_path(const testing::ModuleForest& forest) {
  std::map<std::string, milliseconds> end;
  milliseconds longest{0};
  for (const auto& [name, line] : forest.lines) {  // what is needed stands before
    milliseconds begin{0};
    for (std::string_view need : split(line)) begin = std::max(begin, end[std::string(need)]);
    end[name] = begin + sleep_of(name);
    longest = std::max(longest, end[name]);
  }
  return longest;
}

Result<milliseconds> load_all(const testing::ModuleForest& forest, const std::string& directory) {
  auto state = std::make_shared<testing::SleepyState>();
  state->set_init([](const std::string& module) { std::this_thread::sleep_for(sleep_of(module)); });
  TRY(auto engine, kerneld::Engine::create(
                       {.directory = directory,
                        .configure = [](const database::Database&) { return config::Config{}; },
                        .connect = [&]() -> Result<std::unique_ptr<kernel::Kernel>> {
                          return std::make_unique<testing::SleepyKernel>(state);
                        },
                        .workers = workers}));
  std::latch left(modules);
  const auto begun = std::chrono::steady_clock::now();
  for (const auto& [name, line] : forest.lines)
    engine->ask(name, [&](const kerneld::Answer&) { left.count_down(); });
  left.wait();
  const auto took = std::chrono::ceil<milliseconds>(std::chrono::steady_clock::now() - begun);
  if (state->live.size() != modules) return fail(EIO, directory, "not all modules were loaded");
  return took;
}

Result<void> measure() {
  const testing::ModuleForest forest(modules);
  TRY(auto directory, TemporaryDirectory::create());
  TRY_OK(write_indexes(directory.path(), forest));
  const milliseconds critical = critical_path(forest);
  milliseconds sum{0};
  for (const auto& [name, line] : forest.lines) sum += sleep_of(name);
  std::vector<milliseconds> rounds;
  for (int i = 0; i < 5; ++i) {
    TRY(milliseconds took, load_all(forest, directory.path()));
    rounds.push_back(took);
  }
  std::ranges::sort(rounds);
  fmt::print("critical path {} ms, one after the other {} ms\n", critical.count(), sum.count());
  fmt::print("engine, {} at once: {} ms, {:.2f} times the critical path\n", workers,
             rounds[2].count(),
             static_cast<double>(rounds[2].count()) / static_cast<double>(critical.count()));
  return {};
}

}  // namespace

int main() {
  if (auto done = measure(); !done) {
    fmt::print(stderr, "load_tree: {}\n", describe(done.error()));
    return 1;
  }
  return 0;
}
