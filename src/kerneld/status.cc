#include "kerneld/status.h"

#include <cerrno>
#include <nlohmann/json.hpp>

namespace kmodern::kerneld {

using Json = nlohmann::json;

// Found by nlohmann-json by their names. What is absent keeps its default.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Status::Requests, total, in_flight, loaded,
                                                already_loaded, unknown, blacklisted, failed,
                                                denied, audited, joined)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Status::PolicyState, mode, rules)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Status::Configuration, file, error)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Status::AutocleanState, idle, keep, sweeps, removed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Status::StoreState, file, error)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Status, pid, kernel, release, uptime, requests,
                                                policy, configuration, autoclean, store)

std::string to_json(const Status& status) {
  // Texts of files and of kernels need not be UTF-8.
  return Json(status).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Status> status_from(std::string_view json) {
  try {
    return Json::parse(json).get<Status>();
  } catch (const Json::exception& error) {
    return fail(EPROTO, "status of kerneld", error.what(),
                "use kerneld and kmodern of one version");
  }
}

}  // namespace kmodern::kerneld
