// The record of one request for a module: who asked, what was decided and why, what came of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/requests.h"
#include "kerneld/engine.h"
#include "kerneld/policy.h"
#include "kerneld/trigger.h"

namespace kmodern::kerneld {

// One step of what was done for it.
struct EventStep {
  std::string module;
  std::string action;  // as name(plan::Action) has it
  std::chrono::microseconds took{0};
  bool joined = false;  // another request had it in work already
  int error = 0;        // errno; 0: it went well
  std::string reason;   // describe() of the error
};

struct Event {
  std::int64_t id = 0;                         // given by the store, growing
  std::chrono::system_clock::time_point time;  // when it came; microseconds are kept
  kernel::Asker asker;
  std::string user;  // the name of the asker's user, where it has one
  std::string name;  // what was asked for: not to be trusted
  std::string cause;

  Ruling ruling = Ruling::allow;
  std::string rule;  // that decided: "FILE line N", or "mode open"
  Trigger trigger = Trigger::other;

  Verdict verdict = Verdict::failed;
  int error = 0;  // errno; 0: it went well
  std::string reason;
  std::vector<std::string> modules;  // that the name led to
  std::vector<EventStep> steps;
  std::chrono::microseconds took{0};  // until it was answered
  bool joined = false;                // a request for the same name was in work already

  std::uint64_t lost = 0;  // requests just before this one that could not be recorded
};

// What is known when a request has come: all but what came of it, and the user's name.
Event begin_event(const kernel::ModuleRequest& request);

// Adds what the policy said. A request that is denied has its verdict by that.
void add_decision(Event& event, const Decision& decision, const Policy& policy);

// Adds what came of it.
void add_answer(Event& event, const Answer& answer);

}  // namespace kmodern::kerneld
