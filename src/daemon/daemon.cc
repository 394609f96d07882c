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
#include "daemon/listeners.h"
#include "daemon/loop.h"
#include "daemon/notify.h"
#include "daemon/watch.h"
#include "kernel/kernel.h"
#include "kerneld/autoclean.h"
#include "kerneld/control.h"
#include "kerneld/event_store.h"
#include "kerneld/metrics.h"
#include "kerneld/service.h"
#include "kerneld/settings.h"
#include "kerneld/status.h"

namespace kmodern::daemon {
namespace {

using Clock = std::chrono::steady_clock;

// What other threads use while it changes: they finish with the one that they have.
template <typename T>
class InForce {
 public:
  void set(std::shared_ptr<T> fresh) {
    std::lock_guard lock(mutex_);
    now_.swap(fresh);  // the former one ends after the lock
  }
  std::shared_ptr<T> get() const {
    std::lock_guard lock(mutex_);
    return now_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<T> now_;
};

// One that is given up sooner than this after it was made is not worth another one.
constexpr auto shortest_channel = std::chrono::seconds(1);
constexpr auto longest_wait_for_room = std::chrono::seconds(5);
constexpr auto longest_wait_for_channel = std::chrono::seconds(2);

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
    // First: from here on signals are the loop's, also for the threads that are made.
    TRY(daemon->loop_, Loop::create());
    TRY(auto settings, kerneld::read_settings(options.config));
    daemon->settings_.set(std::make_shared<const kerneld::Settings>(std::move(settings)));
    TRY(daemon->kernel_, kernel::open(options.kernel));
    TRY(daemon->release_, daemon->kernel_->release());
    // Before any thread is made: they read the environment. What install commands start shall speak
    // to the same kernel.
    ::setenv("KMODERN_KERNEL", daemon->kernel_->describe().c_str(), 1);
    // Only one daemon gets it: before anything is touched that two would share.
    TRY(auto channel, daemon->kernel_->requests());
    TRY(auto store, daemon->open_store(*daemon->settings_.get()));
    daemon->store_.set(std::move(store));
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

  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

 private:
  explicit Daemon(const Options& options) : options_(options) {}

  // Null: requests are not recorded.
  Result<std::shared_ptr<kerneld::EventStore>> open_store(const kerneld::Settings& settings) {
    TRY(const std::string path, settings.store_of(kernel_->describe()));
    if (path.empty()) return nullptr;
    return std::make_shared<kerneld::EventStore>(
        kerneld::StoreOptions{.path = path, .limit = settings.store_limit, .notice = notice});
  }

  Result<void> start_service(std::unique_ptr<kernel::RequestChannel> channel) {
    kerneld::ServiceOptions service;
    service.engine = engine_options();
    service.policy_file = options_.config;
    service.channel = std::move(channel);
    service.record = [this](const kerneld::Event& event) {
      metrics_.count(event);
      if (const auto store = store_.get()) store->record(event);
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
    engine.workers = workers_of(*settings_.get());
    engine.may_go = [this](const std::string& module) { return !settings_.get()->keeps(module); };
    return engine;
  }

  static unsigned workers_of(const kerneld::Settings& settings) {
    if (settings.workers != 0) return settings.workers;
    return std::max(2U, std::thread::hardware_concurrency());
  }

  Result<void> start_autoclean() {
    if (kernel_->classic() == nullptr) return {};  // this kernel marks no module
    TRY(auto connection, kernel::open(kernel_->describe()));
    autoclean_ = std::make_unique<kerneld::Autoclean>(std::move(connection), settings_.get()->idle,
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
    TRY(auto sockets, activation_sockets());
    if (!sockets.empty()) TRY_OK(listeners_->take_over(std::move(sockets)));
    return listen(*settings_.get());
  }

  Result<void> listen(const kerneld::Settings& settings) {
    std::string path = options_.socket.empty() ? settings.socket : options_.socket;
    if (path.empty()) {
      TRY(path, kerneld::control_path(kernel_->describe()));
    }
    return listeners_->listen(path, settings.metrics_port);
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
    return watch_channel();
  }

  Result<void> watch_channel() {
    TRY(channel_source_, loop_->on_readable(service_->descriptor(), [this] { return take(); }));
    return {};
  }

  Result<void> take() {
    auto taken = service_->take();
    if (taken || taken.error().code != ECONNRESET) return taken;
    return take_channel_again(taken.error());
  }

  // The kernel has given the channel up, as this process was not run for some seconds perhaps. If
  // it is still there itself, its requests come here again; those in between modprobe gets.
  Result<void> take_channel_again(const Error& why) {
    if (Clock::now() - channel_begun_ < shortest_channel || !kernel_->modules())
      return std::unexpected(why);
    channel_source_.reset();
    TRY(auto channel, kernel_->requests());
    service_->go_on_with(std::move(channel));
    channel_begun_ = Clock::now();
    log(LOG_WARNING,
        "the kernel had given this daemon up and run modprobe, which is what it does "
        "when no request is read for 5 seconds; it asks here again");
    return watch_channel();
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
    TRY(auto settings, kerneld::read_settings(options_.config));
    TRY_OK(kerneld::read_policy(options_.config));
    TRY_OK(service_->set_workers(workers_of(settings)));
    TRY_OK(listen(settings));
    TRY_OK(service_->reload_policy());
    const auto former = settings_.get();
    if (settings.store != former->store || settings.store_limit != former->store_limit) {
      TRY(auto store, open_store(settings));
      store_.set(std::move(store));
    }
    if (autoclean_) autoclean_->set_idle(settings.idle);
    settings_.set(std::make_shared<const kerneld::Settings>(std::move(settings)));
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
    const auto store = store_.get();
    return store ? store->status() : kerneld::EventStore::Status{};
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
    status.autoclean.keep = settings_.get()->keep;
    if (autoclean_) {
      status.autoclean.idle = static_cast<std::uint64_t>(settings_.get()->idle.count());
      status.autoclean.sweeps = sweeps_;
      status.autoclean.removed = counts.autocleaned;
    }
    if (const auto store = store_.get()) {
      status.store.file = store->path();
      if (const auto trouble = store->status().trouble) status.store.error = describe(*trouble);
    }
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
  mutable std::mutex mutex_;
  std::string config_error_;  // under the mutex
  kerneld::Metrics metrics_;
  std::atomic<std::uint64_t> sweeps_ = 0;
  InForce<const kerneld::Settings> settings_;
  std::unique_ptr<kernel::Kernel> kernel_;
  // They go in the opposite order: what calls before what is called.
  InForce<kerneld::EventStore> store_;
  std::unique_ptr<kerneld::Service> service_;
  std::unique_ptr<kerneld::Autoclean> autoclean_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<Listeners> listeners_ =
      std::make_unique<Listeners>([this](std::string_view path) { return content_at(path); });
  std::unique_ptr<ConfigWatch> watch_;
  std::vector<SourcePointer> sources_;
  Clock::time_point channel_begun_ = Clock::now();
  SourcePointer channel_source_;
};

}  // namespace

Result<void> run(const Options& options) {
  // A kernel whose clients are as many as it takes, all of whom ask perhaps, soon has room again;
  // and soon notices that the daemon is gone that was killed just now.
  const auto begun = Clock::now();
  const auto may_pass = [&](const Error& error) {
    const auto waited = Clock::now() - begun;
    return (error.code == EAGAIN && waited < longest_wait_for_room) ||
           (error.code == EBUSY && waited < longest_wait_for_channel);
  };
  auto daemon = Daemon::start(options);
  while (!daemon && may_pass(daemon.error())) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    daemon = Daemon::start(options);
  }
  if (!daemon) return std::unexpected(std::move(daemon).error());
  return (*daemon)->run();
}

}  // namespace kmodern::daemon
