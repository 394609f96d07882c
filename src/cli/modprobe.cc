// modprobe: plan first, then act.
#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <latch>
#include <span>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/modprobe_complaints.h"
#include "cli/modprobe_options.h"
#include "cli/modprobe_show.h"
#include "kernel/execute.h"
#include "kernel/record/shared.h"
#include "kerneld/engine.h"
#include "plan/plan.h"

namespace kmodern::cli {
namespace {

using Task = ModprobeOptions::Task;

// DIRECTORY/lib/modules/RELEASE, absolute.
std::string module_directory(const std::string& root, const std::string& release) {
  std::string directory = root;
  if (!root.empty() && !root.starts_with('/')) {
    char* here = ::get_current_dir_name();
    if (here != nullptr) directory = fmt::format("{}/{}", here, root);
    std::free(here);
  }
  return fmt::format("{}/lib/modules/{}", directory, release);
}

// Parameters as the kernel takes them: a value with a blank gets quotes if it has none (n="a b").
std::string joined(std::span<const std::string> parameters) {
  std::string text;
  for (std::string_view parameter : parameters) {
    if (!text.empty()) text += ' ';
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
    if (value.find(' ') != std::string_view::npos && !value.starts_with('"') &&
        !value.starts_with('\''))
      fmt::format_to(std::back_inserter(text), "{}=\"{}\"", parameter.substr(0, equals), value);
    else
      text += parameter;
  }
  return text;
}

class Modprobe {
 public:
  Modprobe(const ModprobeOptions& options, const Messages& messages, config::Config config,
           database::Database database, std::unique_ptr<kernel::Kernel> kernel)
      : options_(options),
        messages_(messages),
        config_(std::move(config)),
        database_(std::move(database)),
        kernel_(std::move(kernel)) {}

  // True if all went well.
  bool run() {
    switch (options_.task) {
      case Task::show_config:
        return show(config_text(config_, database_));
      case Task::unload:
        return read_loaded() && for_each_argument([&](auto& name) { return unload(name); });
      case Task::show_alias:
        if (!options_.all) return show_alias(options_.arguments.front());
        return for_each_argument([&](auto& name) { return show_alias(name); });
      case Task::show_depends:
        return load() && (!options_.json || show(to_json(shown_)));
      default:
        return read_loaded() && load();
    }
  }

 private:
  // With -a a failure is only one among others, else it is the end.
  template <typename Do>
  bool for_each_argument(Do do_one) {
    bool well = true;
    for (const std::string& argument : options_.arguments) {
      well = do_one(argument) && well;
      if (!well && !options_.all) break;
    }
    return well;
  }

  bool show(const Result<std::string>& text) {
    if (text) std::fwrite(text->data(), 1, text->size(), stdout);
    if (!text) messages_.error(text.error());
    return text.has_value();
  }

  bool read_loaded() {
    auto loaded = kernel::loaded_modules(*kernel_);
    if (loaded) {
      loaded_ = std::move(*loaded);
      return true;
    }
    // A kernel that can have no modules has none; and a dry run shall do without /proc.
    if (loaded.error().code == ENOSYS || options_.dry_run) return true;
    messages_.error(loaded.error());
    return false;
  }

  bool load() {
    if (options_.jobs > 1 && options_.task == Task::load && !options_.dry_run &&
        std::ranges::none_of(options_.arguments, is_path))
      return load_at_once();
    if (options_.all) return for_each_argument([&](auto& name) { return load_one(name, ""); });
    return load_one(options_.arguments.front(), joined(std::span(options_.arguments).subspan(1)));
  }

  plan::LoadRequest load_request(const std::string& parameters) const {
    return {.parameters = parameters,
            .ignore_loaded = options_.task == Task::show_depends,
            .ignore_commands = options_.ignore_commands,
            .blacklist_names = options_.use_blacklist};
  }

  // -j: all arguments are asked for together, and what they share is loaded once.
  bool load_at_once() {
    std::optional<kernel::SharedKernel> shared;
    if (kernel_->describe() == "record") {
      shared.emplace(std::move(kernel_));
      kernel_ = shared->share();
    }
    auto engine =
        kerneld::Engine::create({.directory = database_.directory(),
                                 .configure = [this](const database::Database&) { return config_; },
                                 .connect = [&] { return connect(shared); },
                                 .workers = options_.jobs,
                                 .request = load_request(""),
                                 .execute = execute_options()});
    if (!engine) return messages_.error(engine.error()), false;
    const std::size_t count = options_.arguments.size();
    std::vector<kerneld::Answer> answers(count);
    std::latch left(static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = 0; i < count; ++i)
      (*engine)->ask(options_.arguments[i], [&, i](const kerneld::Answer& answer) {
        answers[i] = answer;
        left.count_down();
      });
    left.wait();
    bool well = true;
    for (const kerneld::Answer& answer : answers) well = tell(answer) && well;
    return well;
  }

  // Another connection to the kernel; a recorder has its state in itself.
  Result<std::unique_ptr<kernel::Kernel>> connect(
      const std::optional<kernel::SharedKernel>& shared) const {
    if (shared) return shared->share();
    return open_kernel(options_.kernel);
  }

  // True if the answer is a good one.
  bool tell(const kerneld::Answer& answer) {
    using kerneld::Verdict;
    for (const kerneld::StepReport& report : answer.steps) {
      if (report.failure && !report.step.required)
        complaints_.failed(*kernel_, *report.failure, "insert", Level::info);
    }
    if (answer.verdict == Verdict::unknown) return complaints_.not_found(answer.wanted), false;
    if (answer.verdict == Verdict::blacklisted)
      messages_.info("{} is blacklisted: it is not loaded", answer.wanted);
    if (answer.verdict == Verdict::already_loaded && options_.first_time) {
      messages_.error("could not insert '{}': Module already in kernel", answer.wanted);
      return false;
    }
    if (answer.verdict != Verdict::failed) return true;
    const kernel::Outcome::Failure& failure = *answer.failure;
    if (failure.step.module.empty())
      return complaints_.no_plan(answer.wanted, failure.error), false;
    complaints_.failed(*kernel_, failure, "insert", Level::error);
    if (std::ranges::find(answer.modules, failure.step.module) == answer.modules.end())
      messages_.error("'{}' needs it and was not inserted", answer.wanted);
    return false;
  }

  bool load_one(const std::string& argument, const std::string& parameters) {
    const plan::LoadRequest request = load_request(parameters);
    if (is_path(argument))
      return follow(argument, plan::plan_load_file(argument, request, config_, database_, loaded_));
    auto found = database_.lookup(config_, argument);
    if (!found) return messages_.error(found.error()), false;
    if (found->empty()) return complaints_.not_found(argument), false;
    // An alias may mean several modules: each is tried, and all have to go well.
    bool well = true;
    for (const database::Found& target : *found) {
      auto plan = plan::plan_load(target, request, config_, database_, loaded_);
      well = follow(argument, std::move(plan)) && well;
    }
    return well;
  }

  // Carries out a plan that loads `argument`.
  bool follow(const std::string& argument, Result<plan::Plan> plan) {
    if (!plan) return complaints_.no_plan(argument, plan.error()), false;
    if (plan->nothing == plan::Nothing::already_loaded && options_.first_time) {
      messages_.error("could not insert '{}': Module already in kernel", plan->module);
      return false;
    }
    if (plan->nothing == plan::Nothing::blacklisted)
      messages_.info("{} is blacklisted: it is not loaded", plan->module);
    if (options_.task == Task::show_depends) {
      if (!options_.json) {
        for (const plan::Step& step : plan->steps) fmt::print("{}\n", plan::line(step));
      }
      shown_.push_back(std::move(*plan));
      return true;
    }
    auto outcome = kernel::execute(*kernel_, *plan, execute_options());
    for (const auto& passed : outcome.passed_over)
      complaints_.failed(*kernel_, passed, "insert", Level::info);
    if (!outcome.failure) return note_loaded(*plan), true;
    const plan::Step& step = outcome.failure->step;
    complaints_.failed(*kernel_, *outcome.failure, "insert", Level::error);
    if (step.module != plan->module)
      messages_.error("'{}' needs it and was not inserted", plan->module);
    return false;
  }

  // What the next argument's plan finds there.
  void note_loaded(const plan::Plan& plan) {
    for (const plan::Step& step : plan.steps) {
      if (step.action == plan::Action::insert) loaded_.push_back({step.module, 0, {}});
    }
  }

  bool unload(const std::string& argument) {
    auto found = database_.lookup(config_, argument);
    if (!found) return messages_.error(found.error()), false;
    // What is loaded can be unloaded, whatever became of its file.
    auto normal = normalize_name(argument);
    bool is_loaded = false;
    for (const plan::Loaded& one : loaded_) is_loaded = is_loaded || one.name == normal;
    if (found->empty() && is_loaded) found->push_back({*normal, {}});
    if (found->empty()) return complaints_.not_found_for_removal(argument), false;
    bool well = true;
    for (const database::Found& target : *found) well = unload_one(target.module) && well;
    return well;
  }

  bool unload_one(const std::string& module) {
    plan::UnloadRequest request{.ignore_commands = options_.ignore_commands,
                                .remove_holders = options_.remove_holders,
                                .allow_in_use = options_.wait.has_value() || options_.force_unload};
    auto plan = plan::plan_unload(module, request, config_, database_, loaded_);
    if (!plan) return complaints_.no_plan_for_removal(plan.error()), false;
    if (plan->nothing == plan::Nothing::not_loaded && options_.first_time)
      return complaints_.not_in_kernel(module), false;
    auto outcome = kernel::execute(*kernel_, *plan, execute_options());
    for (const auto& passed : outcome.passed_over)
      complaints_.failed(*kernel_, passed, "remove", Level::info);
    if (outcome.failure) complaints_.failed(*kernel_, *outcome.failure, "remove", Level::error);
    // The next argument's plan starts from what is there now.
    if (!options_.dry_run && options_.arguments.size() > 1) read_loaded();
    return !outcome.failure;
  }

  kernel::ExecuteOptions execute_options() const {
    kernel::ExecuteOptions execute;
    execute.dry_run = options_.dry_run;
    execute.ignore_modversions = options_.force_modversion;
    execute.ignore_vermagic = options_.force_vermagic;
    execute.force_unload = options_.force_unload;
    execute.fail_if_loaded = options_.first_time;
    execute.on_demand = options_.autoclean;
    execute.wait = options_.wait.value_or(std::chrono::milliseconds(0));
    execute.announce = [this](const plan::Step& step) {
      if (options_.dry_run || messages_.shows(Level::notice)) fmt::print("{}\n", plan::line(step));
      if (!options_.dry_run) std::fflush(stdout);  // a command's own output comes behind it
    };
    return execute;
  }

  bool show_alias(const std::string& argument) {
    auto found = database_.lookup(config_, argument);
    if (!found) return messages_.error(found.error()), false;
    if (found->empty()) return complaints_.not_found(argument), false;
    for (const database::Found& target : *found) fmt::print("{}\n", target.module);
    return true;
  }

  const ModprobeOptions& options_;
  const Messages& messages_;
  config::Config config_;
  database::Database database_;
  std::unique_ptr<kernel::Kernel> kernel_;  // none where only files are asked
  const ModprobeComplaints complaints_{messages_, config_, database_, options_.all};
  std::vector<plan::Loaded> loaded_;
  std::vector<plan::Plan> shown_;
};

config::Config read_config(const ModprobeOptions& options, const Messages& messages,
                           const database::Database& database) {
  config::Config config = config::load({.paths = options.config_paths,
                                        .module_files = database.config_files(),
                                        .command_line = read_file("/proc/cmdline").value_or("")});
  // As with kmod, -q does not hide them: a line that has no effect may be a blacklist.
  Messages loud("modprobe");
  for (const config::Notice& notice : config.notices) {
    if (!notice.warning)
      loud.error(notice.what);
    else if (messages.shows(Level::warning))
      loud.say(Level::warning, describe(notice.what));
  }
  return config;
}

int show_file(const ModprobeOptions& options, const Messages& messages) {
  const std::string& path = options.arguments.front();
  const bool exports = options.task == Task::show_exports;
  auto text = exports ? exports_text(path) : modversions_text(path);
  if (text) {
    std::fwrite(text->data(), 1, text->size(), stdout);
    return 0;
  }
  if (text.error().code == ENOENT)
    messages.fatal("Module {} not found.", path);
  else
    messages.fatal("could not get {} of {}: {}", exports ? "symbols" : "modversions", path,
                   ::strerror(text.error().code));
  messages.say(Level::fatal, describe(text.error()));
  return 1;
}

// No kernel is needed to look into files for a release that is given.
bool needs_kernel(const ModprobeOptions& options) {
  return options.release.empty() || options.task == Task::load || options.task == Task::unload;
}

}  // namespace

int modprobe_main(int argc, char** argv) {
  Messages messages("modprobe");
  auto options = parse_modprobe_options(argc, argv, messages);
  if (!options) return 1;
  if (options->task == Task::version) return print_version(), 0;
  if (options->task == Task::help) return print_modprobe_help(), 0;
  if (options->task == Task::show_modversions || options->task == Task::show_exports)
    return show_file(*options, messages);

  std::unique_ptr<kernel::Kernel> kernel;
  if (needs_kernel(*options)) {
    auto opened = open_kernel(options->kernel);
    if (!opened) return messages.error(opened.error()), 1;
    kernel = std::move(*opened);
  }
  std::string release = options->release;
  if (release.empty()) {
    auto running = kernel->release();
    if (!running) return messages.error(running.error()), 1;
    release = *running;
  }
  database::Database database(module_directory(options->root, release));
  config::Config config = read_config(*options, messages, database);
  Modprobe modprobe(*options, messages, std::move(config), std::move(database), std::move(kernel));
  return modprobe.run() ? 0 : 1;
}

}  // namespace kmodern::cli
