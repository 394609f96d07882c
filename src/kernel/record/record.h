// A kernel that does nothing but notes what it was asked to do: for dry runs and tests.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/kernel.h"

namespace kmodern::kernel {

// One thing that a real kernel would have done.
struct Action {
  enum class Kind { load, unload } kind = Kind::load;
  std::string subject;     // load: the file's path; unload: the module's name
  std::string parameters;  // load
  bool force = false;      // a force flag of any kind was given

  // "insmod /path/x.ko n=1" and "rmmod x": the command that does the same.
  std::string command() const;
};

class RecordKernel : public Kernel {
 public:
  // Starts from `loaded`. `listener`, if there is one, hears of each action as it is asked for.
  explicit RecordKernel(std::vector<LoadedModule> loaded = {},
                        std::function<void(const Action&)> listener = {})
      : loaded_(std::move(loaded)), listener_(std::move(listener)) {}

  const std::vector<Action>& actions() const { return actions_; }
  void set_release(std::string release) { release_ = std::move(release); }

  std::string describe() const override { return "record"; }
  Result<std::string> release() override;
  // The module is named by its file's name; the file is not read. EEXIST if it is loaded already.
  Result<void> load(const std::string& path, const LoadOptions& options) override;
  // ENOENT not loaded, EWOULDBLOCK in use.
  Result<void> unload(const std::string& name, const UnloadOptions& options) override;
  Result<std::vector<LoadedModule>> modules() override { return loaded_; }
  Result<std::optional<LoadedModule>> module(const std::string& name) override;
  Result<bool> builtin(const std::string&) override { return false; }
  Result<std::uint64_t> tainted() override { return 0; }

 private:
  void note(Action action);

  std::vector<LoadedModule> loaded_;  // newest first
  std::vector<Action> actions_;
  std::function<void(const Action&)> listener_;
  std::string release_;  // empty: the running kernel's
};

}  // namespace kmodern::kernel
