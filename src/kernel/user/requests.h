// A daemon's end of a user-space kernel's channel of requests.
#pragma once

#include <memory>
#include <mutex>

#include "kernel/requests.h"
#include "kernel/user/user.h"

namespace kmodern::kernel {

// One thread takes requests; any thread may answer.
class UserRequests final : public RequestChannel {
 public:
  // Takes a connection over on which the kernel has said yes to "requests".
  explicit UserRequests(std::unique_ptr<UserKernel> connection)
      : connection_(std::move(connection)) {}

  int descriptor() const override { return connection_->socket(); }
  Result<std::optional<ModuleRequest>> next() override;
  Result<void> answer(std::uint64_t id, int status) override;

 private:
  Result<void> say(std::string_view call, std::uint64_t id, int status);
  std::unexpected<Error> gone(const std::string& reason) const;

  std::unique_ptr<UserKernel> connection_;
  std::mutex mutex_;  // of what is sent
};

}  // namespace kmodern::kernel
