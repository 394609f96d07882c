#include "database/dependency_graph.h"

#include <algorithm>

namespace kmodern::database {

namespace {

// Tarjan's strongly connected components, with a stack of its own: a chain of modules may be long.
class Components {
 public:
  explicit Components(const DependencyGraph& needs)
      : needs_(needs),
        number_(needs.size(), 0),
        low_(needs.size(), 0),
        open_(needs.size(), false) {}

  std::vector<std::vector<std::uint32_t>> find() {
    for (std::uint32_t module = 0; module < needs_.size(); ++module) {
      if (number_[module] == 0) explore(module);
    }
    return std::move(knots_);
  }

 private:
  struct Step {
    std::uint32_t module;
    std::size_t next = 0;  // which of its needs comes next
  };

  void explore(std::uint32_t start) {
    std::vector<Step> path;
    enter(start, path);
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next < needs_[step.module].size()) {
        const std::uint32_t needed = needs_[step.module][step.next++];
        if (number_[needed] == 0) {
          enter(needed, path);
        } else if (open_[needed]) {
          low_[step.module] = std::min(low_[step.module], number_[needed]);
        }
        continue;
      }
      const std::uint32_t done = step.module;
      path.pop_back();
      if (!path.empty()) low_[path.back().module] = std::min(low_[path.back().module], low_[done]);
      if (low_[done] == number_[done]) close(done);
    }
  }

  void enter(std::uint32_t module, std::vector<Step>& path) {
    number_[module] = low_[module] = ++count_;
    open_[module] = true;
    stack_.push_back(module);
    path.push_back({module});
  }

  void close(std::uint32_t root) {
    const auto begin = std::ranges::find(stack_.rbegin(), stack_.rend(), root).base() - 1;
    std::vector<std::uint32_t> component(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    for (std::uint32_t module : component) open_[module] = false;
    if (component.size() < 2) return;
    std::ranges::sort(component);
    knots_.push_back(std::move(component));
  }

  const DependencyGraph& needs_;
  std::vector<std::uint32_t> number_;  // in order of discovery, from 1
  std::vector<std::uint32_t> low_;
  std::vector<bool> open_;
  std::vector<std::uint32_t> stack_;
  std::uint32_t count_ = 0;
  std::vector<std::vector<std::uint32_t>> knots_;
};

}  // namespace

std::vector<std::vector<std::uint32_t>> find_knots(const DependencyGraph& needs) {
  auto knots = Components(needs).find();
  std::ranges::sort(knots);
  return knots;
}

std::vector<std::uint32_t> shortest_cycle(const DependencyGraph& needs,
                                          const std::vector<std::uint32_t>& knot) {
  const std::uint32_t start = knot.front();
  std::vector<std::uint32_t> from(needs.size(), UINT32_MAX);
  std::vector<std::uint32_t> queue = {start};
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const std::uint32_t module = queue[next];
    for (std::uint32_t needed : needs[module]) {
      if (needed == start) {
        std::vector<std::uint32_t> cycle;
        for (std::uint32_t at = module; at != start; at = from[at]) cycle.push_back(at);
        cycle.push_back(start);
        std::ranges::reverse(cycle);
        return cycle;
      }
      if (from[needed] != UINT32_MAX || !std::ranges::binary_search(knot, needed)) continue;
      from[needed] = module;
      queue.push_back(needed);
    }
  }
  return {start};
}

std::vector<std::uint32_t> topological_positions(
    const DependencyGraph& needs, const std::vector<std::vector<std::uint32_t>>& knots) {
  std::vector<std::uint32_t> knot_of(needs.size(), UINT32_MAX);
  for (std::uint32_t knot = 0; knot < knots.size(); ++knot) {
    for (std::uint32_t module : knots[knot]) knot_of[module] = knot;
  }
  const auto counts = [&](std::uint32_t module, std::uint32_t needed) {
    return knot_of[module] == UINT32_MAX || knot_of[module] != knot_of[needed];
  };

  std::vector<std::uint32_t> users(needs.size(), 0);
  for (std::uint32_t module = 0; module < needs.size(); ++module) {
    for (std::uint32_t needed : needs[module]) users[needed] += counts(module, needed) ? 1 : 0;
  }
  std::vector<std::uint32_t> ready;
  for (std::uint32_t module = 0; module < needs.size(); ++module) {
    if (users[module] == 0) ready.push_back(module);
  }
  // Always the one that became ready last: this is what makes the order kmod's.
  std::vector<std::uint32_t> position(needs.size(), 0);
  std::uint32_t next_position = 0;
  while (!ready.empty()) {
    const std::uint32_t module = ready.back();
    ready.pop_back();
    position[module] = next_position++;
    for (std::uint32_t needed : needs[module]) {
      if (counts(module, needed) && --users[needed] == 0) ready.push_back(needed);
    }
  }
  return position;
}

const std::vector<std::uint32_t>& Closure::of(std::uint32_t index) {
  ++call_;
  result_.clear();
  seen_[index] = call_;
  const auto add = [&](std::uint32_t module) {
    for (std::uint32_t needed : needs_[module]) {
      if (seen_[needed] == call_) continue;
      seen_[needed] = call_;
      result_.push_back(needed);
    }
  };
  add(index);
  // It grows while it is walked.
  // NOLINTNEXTLINE(modernize-loop-convert)
  for (std::size_t next = 0; next < result_.size(); ++next) add(result_[next]);
  std::ranges::sort(result_, {}, [&](std::uint32_t module) { return positions_[module]; });
  return result_;
}

}  // namespace kmodern::database
