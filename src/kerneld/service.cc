#include "kerneld/service.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace kmodern::kerneld {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t longest_shown = 100;  // bytes of a name in a line of the log

// A name as people may see it: it can be anything.
std::string shown(std::string_view name) {
  std::string text;
  for (const char character : name.substr(0, longest_shown)) {
    if (character >= ' ' && character <= '~' && character != '\\')
      text += character;
    else
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(character));
  }
  if (name.size() > longest_shown) text += fmt::format("... ({} bytes)", name.size());
  return text;
}

std::string shown(const kernel::Asker& asker) {
  if (asker.pid == 0) return "the kernel";
  return fmt::format("{} (pid {}, uid {})", shown(asker.comm), asker.pid, asker.uid);
}

// As modprobe ends: what the configuration forbids is no failure.
int status_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::loaded:
    case Verdict::already_loaded:
    case Verdict::blacklisted:
      return 0;
    default:
      return 1;
  }
}

// Where the decision could be another one if it were known what the name leads to: a rule for
// modules stands before what has decided.
bool may_change_with_modules(const Policy& policy, const Decision& decision) {
  for (const Rule& rule : policy.rules) {
    if (&rule == decision.rule) return false;
    if (!rule.names.empty()) return true;
  }
  return false;
}

}  // namespace

struct Service::Pending {
  std::shared_ptr<kernel::RequestChannel> channel;  // that it came by
  std::uint64_t id = 0;
  Event event;
  Clock::time_point begun = Clock::now();
};

Service::Service(ServiceOptions options)
    : policy_(std::move(options.policy_file)),
      record_(std::move(options.record)),
      log_(std::move(options.log)),
      users_(std::make_shared<UserNames>(read_user_names())),
      channel_(std::move(options.channel)) {}

Result<std::unique_ptr<Service>> Service::create(ServiceOptions options) {
  EngineOptions engine = std::move(options.engine);
  std::unique_ptr<Service> service(new Service(std::move(options)));
  TRY_OK(service->policy_.reload());
  TRY(service->engine_, Engine::create(std::move(engine)));
  return service;
}

Service::~Service() {
  stopping_ = true;
  engine_.reset();
}

Result<void> Service::take() {
  while (true) {
    TRY(auto request, channel_->next());
    if (!request) return {};
    begin(*request);
  }
}

void Service::go_on_with(std::unique_ptr<kernel::RequestChannel> channel) {
  channel_ = std::move(channel);
}

// Decided by what is in memory: the rules, the names of users and, where a rule speaks of modules,
// the indexes.
Decision Service::decide(Subject subject, const Policy& policy) {
  const Decision decision = policy.decide(subject);
  if (!may_change_with_modules(policy, decision)) return decision;
  subject.modules = engine_->modules_of(subject.wanted).value_or(std::vector<std::string>{});
  return policy.decide(subject);
}

Subject Service::subject_of(const kernel::ModuleRequest& request) {
  Subject subject;
  subject.wanted = request.name;
  subject.cgroup = request.asker.cgroup;
  if (request.asker.uid < 0) return subject;
  subject.uid = static_cast<unsigned>(request.asker.uid);
  std::lock_guard lock(mutex_);
  const auto user = users_->find(request.asker.uid);
  if (user != users_->end()) subject.user = user->second;
  return subject;
}

void Service::begin(const kernel::ModuleRequest& request) {
  auto pending = std::make_shared<Pending>();
  pending->channel = channel_;
  pending->id = request.id;
  pending->event = begin_event(request);
  ++in_flight_;
  Subject subject = subject_of(request);
  pending->event.user = subject.user;
  const auto policy = policy_.get();
  const Decision decision = decide(std::move(subject), *policy);
  add_decision(pending->event, decision, *policy);
  if (decision.ruling == Ruling::deny) {
    log_(fmt::format("{} is denied to {}: {}", shown(request.name), shown(request.asker),
                     explain(decision, *policy)));
    return answer(*pending, 1);
  }
  engine_->ask(request.name, [this, pending](const Answer& given) { finish(*pending, given); });
}

void Service::finish(Pending& pending, const Answer& given) {
  add_answer(pending.event, given);
  if (given.verdict == Verdict::failed) {
    // It is this daemon that ends: the kernel shall ask somebody else.
    if (stopping_ && given.failure->error.code == ECANCELED) return;
    log_(fmt::format("{} for {}: {}", shown(given.wanted), shown(pending.event.asker),
                     describe(given.failure->error)));
  }
  answer(pending, status_of(given.verdict));
}

// Answered first, as somebody waits; then recorded.
void Service::answer(Pending& pending, int status) {
  // An error means that the kernel has gone, or asks somebody else by now: take() will tell.
  [[maybe_unused]] const auto answered = pending.channel->answer(pending.id, status);
  pending.event.took =
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - pending.begun);
  --in_flight_;
  record_(pending.event);
}

void Service::reload() {
  auto users = std::make_shared<UserNames>(read_user_names());
  {
    std::lock_guard lock(mutex_);
    users_ = std::move(users);
  }
  engine_->reload();
}

}  // namespace kmodern::kerneld
