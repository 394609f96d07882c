// Which module needs which, in what order they can be loaded, and where that is impossible because
// they go round in a circle. Pure.
#pragma once

#include <cstdint>
#include <vector>

namespace kmodern::database {

// needs[i]: the modules that module i needs, each once, in the order of its symbol table.
using DependencyGraph = std::vector<std::vector<std::uint32_t>>;

// The modules that need each other, one list per knot. In each list every module needs one that is
// in it too; the first is the one of lowest number.
std::vector<std::vector<std::uint32_t>> find_knots(const DependencyGraph& needs);

// A shortest way round inside of a knot, from its first module: a, b, c when a needs b, b needs c
// and c needs a.
std::vector<std::uint32_t> shortest_cycle(const DependencyGraph& needs,
                                          const std::vector<std::uint32_t>& knot);

// position[i]: where module i stands in an order in which every module comes before those that it
// needs. Needs within a knot do not count. The same graph gives the same order, which is also that
// of kmod's depmod.
std::vector<std::uint32_t> topological_positions(
    const DependencyGraph& needs, const std::vector<std::vector<std::uint32_t>>& knots);

// All that module `index` needs, directly or not, itself left out, by position: to be loaded from
// the last to the first.
class Closure {
 public:
  Closure(const DependencyGraph& needs, const std::vector<std::uint32_t>& positions)
      : needs_(needs), positions_(positions), seen_(needs.size(), 0) {}
  // Valid until the next call.
  const std::vector<std::uint32_t>& of(std::uint32_t index);

 private:
  const DependencyGraph& needs_;
  const std::vector<std::uint32_t>& positions_;
  std::vector<std::uint32_t> seen_;  // the call that last met each module
  std::uint32_t call_ = 0;
  std::vector<std::uint32_t> result_;
};

}  // namespace kmodern::database
