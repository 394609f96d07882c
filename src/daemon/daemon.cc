#include "daemon/daemon.h"

#include <fmt/format.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "config/config.h"
#include "daemon/loop.h"
#include "daemon/notify.h"
#include "daemon/watch.h"
#include "kernel/kernel.h"
#include "kerneld/autoclean.h"
#include "kerneld/control.h"
#include "kerneld/event_store.h"
#include "kerneld/http_server.h"
#include "kerneld/metrics.h"
#include "kerneld/service.h"
#include "kerneld/settings.h"
#include "kerneld/status.h"

namespace kmodern::daemon {
namespace {

using Clock = std::chrono::steady_clock;

// The settings, as the workers may look at them while they change.
class SettingsInForce {
 public:
  explicit SettingsInForce(kerneld::Settings settings) { set(std::move(settings)); }
  void set(kerneld::Settings settings) {
    auto fresh = std::make_shared<const kerneld::Settings>(std::move(settings));
    std::lock_guard lock(mutex_);
    settings_ = std::move(fresh);
  }
  std::shared_ptr<const kerneld::Settings> get() const {
    std::lock_guard lock(mutex_);
    return settings_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const kerneld::Settings> settings_;
};

void notice(const std::string& line) { log(LOG_NOTICE, line); }

// Where configuration is read from: kerneld's own, and modprobe's.
std::vector<Watched> watched_places(const Options& options) {
  const std::filesystem::path config(options.config);
  const std::string folder = config.has_parent_path() ? config.parent_path().string() : ".";
  std::vector<Watched> places = {
      {folder, config.filename().string()}, {folder, "policy.d"}, {folder + "/policy.d", ".toml"}};
  if (options.modprobe_config_paths.empty()) {
    for (const char* base : {"/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"})
      places.push_back({fmt::format("{}/modprobe.d", base), ".conf"});
    places.push_back({"/etc", "modules.conf"});
  }
  for (const std::string& path : options.modprobe_config_paths) places.push_back({path, ".conf"});
  return places;
}

class Daemon {
 public:
  static Result<std::unique_ptr<Daemon>> start(const Options& options) {
    std::unique_ptr<Daemon> daemon(new Daemon(options));
    TRY(auto settings, kerneld::read_settings(options.config));
    daemon->settings_ = std::make_unique<SettingsInForce>(std::move(settings));
    TRY(daemon->kernel_, kernel::open(options.kernel));
    TRY(daemon->release_, daemon->kernel_->release());
    // Before any thread is made: they leave the signals to the loop, and read the environment. What
    // install commands start shall speak to the same kernel.
    TRY(daemon->loop_, Loop::create());
    ::setenv("KMODERN_KERNEL", daemon->kernel_->describe().c_str(), 1);
    // Only one daemon gets it: before anything is touched that two would share.
    TRY(auto channel, daemon->kernel_->requests());
    TRY_OK(daemon->start_store());
    TRY_OK(daemon->start_service(std::move(channel)));
    TRY_OK(daemon->start_autoclean());
    TRY_OK(daemon->start_control());
    TRY_OK(daemon->watch_all());
    return daemon;
  }

  Result<void> run() {
    const std::string what = fmt::format("serves {}, Linux {}", kernel_->describe(), release_);
    notice(what);
    tell_ready(what);
    auto ended = loop_->run();
    tell_stopping();
    return ended;
  }

  ~Daemon() {
    if (!control_path_.empty()) ::unlink(control_path_.c_str());
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

 private:
  explicit Daemon(const Options& options) : options_(options) {}

  Result<void> start_store() {
    const auto settings = settings_->get();
    TRY(const std::string path, settings->store_of(kernel_->describe()));
    if (path.empty()) return {};
    store_file_ = path;
    store_ = std::make_unique<kerneld::EventStore>(
        kerneld::StoreOptions{.path = path, .limit = settings->store_limit, .notice = notice});
    return {};
  }

  Result<void> start_service(std::unique_ptr<kernel::RequestChannel> channel) {
    kerneld::ServiceOptions service;
    service.engine = engine_options();
    service.policy_file = options_.config;
    service.channel = std::move(channel);
    service.record = [this](const kerneld::Event& event) {
      metrics_.count(event);
      if (store_) store_->record(event);
    };
    service.log = notice;
    TRY(service_, kerneld::Service::create(std::move(service)));
    return {};
  }

  kerneld::EngineOptions engine_options() {
    kerneld::EngineOptions engine;
    engine.directory = fmt::format("{}/lib/modules/{}", options_.root, release_);
    engine.configure = [paths = options_.modprobe_config_paths](const database::Database& from) {
      return config::load({.paths = paths,
                           .module_files = from.config_files(),
                           .command_line = read_file("/proc/cmdline").value_or("")});
    };
    engine.connect = [which = kernel_->describe()] { return kernel::open(which); };
    engine.workers = settings_->get()->workers;
    if (engine.workers == 0) engine.workers = std::max(2U, std::thread::hardware_concurrency());
    engine.may_go = [this](const std::string& module) { return !settings_->get()->keeps(module); };
    return engine;
  }

  Result<void> start_autoclean() {
    if (kernel_->classic() == nullptr) return {};  // this kernel marks no module
    TRY(auto connection, kernel::open(kernel_->describe()));
    autoclean_ = std::make_unique<kerneld::Autoclean>(std::move(connection), settings_->get()->idle,
                                                      [this](const auto& gone) { swept(gone); });
    return {};
  }

  void swept(const Result<std::vector<std::string>>& gone) {
    ++sweeps_;
    if (!gone) return log(LOG_ERR, "cannot take idle modules away: " + describe(gone.error()));
    if (gone->empty()) return;
    notice(fmt::format("took away what was idle: {}", fmt::join(*gone, " ")));
    metrics_.count_autocleaned(gone->size());
  }

  Result<void> start_control() {
    kerneld::HttpServerOptions server;
    auto serve = [&](unique_fd socket) {
      server.listeners.push_back(
          {std::move(socket), [this](std::string_view path) { return content_at(path); }});
    };
    TRY(auto sockets, activation_sockets());
    if (sockets.empty()) {
      std::string path = options_.socket.empty() ? settings_->get()->socket : options_.socket;
      if (path.empty()) {
        TRY(path, kerneld::control_path(kernel_->describe()));
      }
      TRY(sockets.emplace_back(), kerneld::listen_on_path(path));
      control_path_ = std::move(path);
    }
    if (const std::uint16_t port = settings_->get()->metrics_port; port != 0) {
      TRY(sockets.emplace_back(), kerneld::listen_on_loopback(port));
    }
    for (unique_fd& socket : sockets) serve(std::move(socket));
    TRY(control_, kerneld::HttpServer::start(std::move(server)));
    return {};
  }

  Result<void> watch_all() {
    auto stop = [this]() -> Result<void> {
      loop_->stop();
      return {};
    };
    auto reload_now = [this]() -> Result<void> {
      watch_->look_again();
      reload();
      return {};
    };
    TRY(auto watch, ConfigWatch::create(watched_places(options_)));
    watch_ = std::make_unique<ConfigWatch>(std::move(watch));
    auto look = [this]() -> Result<void> {
      if (watch_->changed()) reload();
      return {};
    };
    TRY(sources_.emplace_back(), loop_->on_signal(SIGTERM, stop));
    TRY(sources_.emplace_back(), loop_->on_signal(SIGINT, stop));
    TRY(sources_.emplace_back(), loop_->on_signal(SIGHUP, reload_now));
    TRY(sources_.emplace_back(), loop_->on_readable(watch_->descriptor(), look));
    TRY(sources_.emplace_back(),
        loop_->on_readable(service_->descriptor(), [this] { return service_->take(); }));
    return {};
  }

  void reload() {
    tell_reloading();
    service_->reload();
    auto read = reload_own();
    const std::string error = read ? "" : describe(read.error());
    set_config_error(error);
    if (read)
      notice("read the configuration anew");
    else
      log(LOG_ERR, error + ": what was read before stays in force");
    tell_ready(read ? "serves requests" : error);
  }

  // kerneld.toml and what is beside it: all of it, or nothing.
  Result<void> reload_own() {
    TRY(const auto settings, kerneld::read_settings(options_.config));
    TRY_OK(service_->reload_policy());
    const auto former = settings_->get();
    if (settings.workers != former->workers || settings.store != former->store ||
        settings.store_limit != former->store_limit ||
        settings.metrics_port != former->metrics_port)
      notice(
          "workers, store and metrics_port change when kerneld is started "
          "anew");
    settings_->set(settings);
    if (autoclean_) autoclean_->set_idle(settings.idle);
    return {};
  }

  // Called by the server's thread.
  std::optional<kerneld::HttpContent> content_at(std::string_view path) {
    if (path == "/status")
      return kerneld::HttpContent{"application/json", kerneld::to_json(status())};
    if (path == "/metrics")
      return kerneld::HttpContent{std::string(kerneld::metrics_content_type),
                                  metrics_.text({service_->in_flight(), store_status()})};
    return std::nullopt;
  }

  kerneld::EventStore::Status store_status() const {
    return store_ ? store_->status() : kerneld::EventStore::Status{};
  }

  kerneld::Status status() const {
    kerneld::Status status;
    status.pid = ::getpid();
    status.kernel = kernel_->describe();
    status.release = release_;
    status.uptime = std::chrono::duration<double>(Clock::now() - begun_).count();
    const kerneld::Metrics::Counts counts = metrics_.counts();
    auto of = [&](kerneld::Verdict verdict) {
      return counts.requests[static_cast<std::size_t>(verdict)];
    };
    status.requests = {.total = counts.all(),
                       .in_flight = service_->in_flight(),
                       .loaded = of(kerneld::Verdict::loaded),
                       .already_loaded = of(kerneld::Verdict::already_loaded),
                       .unknown = of(kerneld::Verdict::unknown),
                       .blacklisted = of(kerneld::Verdict::blacklisted),
                       .failed = of(kerneld::Verdict::failed),
                       .denied = of(kerneld::Verdict::denied),
                       .audited = counts.audited,
                       .joined = counts.joined};
    const auto policy = service_->policy();
    status.policy = {std::string(kerneld::name(policy->mode)), policy->rules.size()};
    status.configuration = {options_.config, config_error()};
    status.autoclean.keep = settings_->get()->keep;
    if (autoclean_) {
      status.autoclean.idle = static_cast<std::uint64_t>(settings_->get()->idle.count());
      status.autoclean.sweeps = sweeps_;
      status.autoclean.removed = counts.autocleaned;
    }
    status.store.file = store_file_;
    if (const auto trouble = store_status().trouble) status.store.error = describe(*trouble);
    return status;
  }

  std::string config_error() const {
    std::lock_guard lock(mutex_);
    return config_error_;
  }
  void set_config_error(std::string error) {
    std::lock_guard lock(mutex_);
    config_error_ = std::move(error);
  }

  const Options options_;
  const Clock::time_point begun_ = Clock::now();
  std::string release_;
  std::string store_file_;
  std::string control_path_;  // of a socket that is this daemon's to remove
  mutable std::mutex mutex_;
  std::string config_error_;  // under the mutex
  kerneld::Metrics metrics_;
  std::atomic<std::uint64_t> sweeps_ = 0;
  std::unique_ptr<SettingsInForce> settings_;
  std::unique_ptr<kernel::Kernel> kernel_;
  // They go in the opposite order: what calls before what is called.
  std::unique_ptr<kerneld::EventStore> store_;
  std::unique_ptr<kerneld::Service> service_;
  std::unique_ptr<kerneld::Autoclean> autoclean_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<kerneld::HttpServer> control_;
  std::unique_ptr<ConfigWatch> watch_;
  std::vector<SourcePointer> sources_;
};

}  // namespace

Result<void> run(const Options& options) {
  TRY(auto daemon, Daemon::start(options));
  return daemon->run();
}

}  // namespace kmodern::daemon
