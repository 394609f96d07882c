#include "kerneld/event.h"

#include <fmt/core.h>

namespace kmodern::kerneld {

Event begin_event(const kernel::ModuleRequest& request) {
  Event event;
  event.time = std::chrono::system_clock::now();
  event.asker = request.asker;
  event.name = request.name;
  event.cause = request.cause;
  event.trigger = trigger_of(request.name);
  return event;
}

void add_decision(Event& event, const Decision& decision, const Policy& policy) {
  event.ruling = decision.ruling;
  event.rule =
      decision.rule != nullptr ? decision.rule->where : fmt::format("mode {}", name(policy.mode));
  if (decision.ruling == Ruling::deny) event.verdict = Verdict::denied;
}

void add_answer(Event& event, const Answer& answer) {
  event.verdict = answer.verdict;
  event.modules = answer.modules;
  event.joined = answer.joined;
  if (answer.failure) {
    event.error = answer.failure->error.code;
    event.reason = describe(answer.failure->error);
  }
  event.steps.clear();
  for (const StepReport& report : answer.steps) {
    EventStep& step = event.steps.emplace_back();
    step.module = report.step.module;
    step.action = plan::name(report.step.action);
    step.took = report.took;
    step.joined = report.joined;
    if (report.failure) {
      step.error = report.failure->error.code;
      step.reason = describe(report.failure->error);
    }
  }
}

}  // namespace kmodern::kerneld
