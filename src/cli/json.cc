#include "cli/json.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/time_text.h"
#include "kernel/taints.h"

namespace kmodern::cli {
namespace {

using Json = nlohmann::ordered_json;

// The keys of .modinfo that the kernel's headers let a module give more than once.
constexpr std::string_view repeated[] = {"alias", "author",   "firmware", "import_ns", "license",
                                         "parm",  "parmtype", "softdep",  "weakdep"};

std::string text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json object_of(const kerneld::Event& event) {
  Json steps = Json::array();
  for (const kerneld::EventStep& step : event.steps) {
    steps.push_back({{"module", step.module},
                     {"action", step.action},
                     {"took_us", step.took.count()},
                     {"joined", step.joined},
                     {"error", step.error == 0 ? "" : errno_name(step.error)},
                     {"reason", step.reason}});
  }
  Json uid;
  if (event.asker.uid >= 0) uid = event.asker.uid;
  return {{"id", event.id},
          {"time", iso_time(event.time)},
          {"name", event.name},
          {"cause", event.cause},
          {"class", name(event.trigger)},
          {"asker",
           {{"pid", event.asker.pid},
            {"comm", event.asker.comm},
            {"command_line", event.asker.command_line},
            {"executable", event.asker.executable},
            {"uid", uid},
            {"user", event.user},
            {"cgroup", event.asker.cgroup}}},
          {"ruling", name(event.ruling)},
          {"rule", event.rule},
          {"result", name(event.verdict)},
          {"error", event.error == 0 ? "" : errno_name(event.error)},
          {"reason", event.reason},
          {"modules", event.modules},
          {"steps", steps},
          {"took_us", event.took.count()},
          {"joined", event.joined},
          {"lost_before", event.lost}};
}

Json words_of(std::string_view taints) {
  Json words = Json::array();
  for (const char letter : taints) words.push_back(kernel::taint_word(letter));
  return words;
}

}  // namespace

std::string to_json(std::span<const kernel::LoadedModule> modules) {
  Json list = Json::array();
  for (const kernel::LoadedModule& module : modules) {
    list.push_back({{"name", module.name},
                    {"size", module.size},
                    {"refcnt", module.refcnt},
                    {"holders", module.holders},
                    {"permanent", module.permanent},
                    {"state", kernel::name(module.state)},
                    {"address", fmt::format("{:#018x}", module.address)},
                    {"taints", module.taints},
                    {"taint_words", words_of(module.taints)}});
  }
  return text(list);
}

std::string to_json(std::span<const Record> records) {
  Json list = Json::array();
  for (const Record& record : records) {
    Json object = Json::object();
    if (!record.name.empty()) object["name"] = record.name;
    object["filename"] = record.filename;
    for (const auto& [key, value] : record.fields) {
      if (std::find(std::begin(repeated), std::end(repeated), key) != std::end(repeated))
        object[key].push_back(value);
      else if (!object.contains(key))  // the kernel, too, takes the first
        object[key] = value;
    }
    for (const ParameterText& parameter : record.parameters) {
      object["parm"].push_back({{"name", parameter.name},
                                {"type", parameter.type},
                                {"description", parameter.description}});
    }
    list.push_back(std::move(object));
  }
  return text(list);
}

std::string to_json(std::span<const plan::Plan> plans) {
  Json list = Json::array();
  for (const plan::Plan& plan : plans) {
    Json steps = Json::array();
    for (const plan::Step& step : plan.steps) {
      steps.push_back({{"action", plan::name(step.action)},
                       {"module", step.module},
                       {"path", step.path},
                       {"parameters", step.parameters},
                       {"command", step.command},
                       {"role", plan::name(step.role)},
                       {"of", step.whose},
                       {"required", step.required}});
    }
    Json nothing;
    if (plan.nothing != plan::Nothing::no) nothing = plan::name(plan.nothing);
    list.push_back({{"module", plan.module}, {"nothing", nothing}, {"steps", steps}});
  }
  return text(list);
}

std::string to_json(const ukernel::link::BatchResult& result, const std::string& origin,
                    std::size_t exports, double seconds) {
  Json failures = Json::array();
  for (const ukernel::link::BatchFailure& failure : result.failures)
    failures.push_back(
        {{"path", failure.path}, {"module", failure.module}, {"reasons", failure.lines}});
  return text({{"kernel_exports", exports},
               {"origin", origin},
               {"modules", result.wanted},
               {"linked", result.linked},
               {"seconds", seconds},
               {"address_bytes", result.bytes},
               {"relocations", result.relocations},
               {"references", result.imports},
               {"unresolved", result.unresolved},
               {"crcs_equal", result.versions_checked},
               {"crcs_differ", result.versions_differ},
               {"failures", failures}});
}

std::string to_json(const kerneld::Event& event) {
  return object_of(event).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_json(const Overview& seen) {
  Json refusals = Json::array();
  for (const kerneld::Event& event : seen.refusals) refusals.push_back(object_of(event));
  Json daemon;
  if (seen.daemon) daemon = Json::parse(kerneld::to_json(*seen.daemon));
  return text({{"kernel", seen.kernel},
               {"release", seen.release},
               {"modules", seen.modules},
               {"modules_error", seen.no_modules},
               {"taints", seen.taints},
               {"taint_words", words_of(seen.taints)},
               {"taints_error", seen.no_taints},
               {"kerneld", daemon},
               {"kerneld_error", seen.no_daemon},
               {"policy", {{"mode", seen.policy.mode}, {"rules", seen.policy.rules}}},
               {"policy_error", seen.no_policy},
               {"record", seen.store},
               {"record_error", seen.no_record},
               {"going_next", seen.going_next},
               {"refusals", refusals}});
}
}  // namespace kmodern::cli
