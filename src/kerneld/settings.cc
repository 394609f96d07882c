#include "kerneld/settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "config/pattern.h"
#include "kerneld/event_store.h"
#include "kerneld/toml.h"

namespace kmodern::kerneld {
namespace {

constexpr std::int64_t mebibyte = 1 << 20;

// A whole number between the two.
Result<std::int64_t> number(const TomlFile& file, const toml::node& node, std::string_view key,
                            std::int64_t least, std::int64_t most) {
  const auto value = node.is_integer() ? node.value<std::int64_t>() : std::nullopt;
  if (!value || *value < least || *value > most)
    return file.wrong(node, fmt::format("{} is a whole number from {} to {}", key, least, most));
  return *value;
}

// The path of a file, the same wherever the reader stands.
Result<std::string> absolute_path(const TomlFile& file, const toml::node& node,
                                  std::string_view key) {
  const auto value = node.value<std::string>();
  if (!node.is_string() || (!value->empty() && !value->starts_with('/')))
    return file.wrong(node, fmt::format("{} is the path of a file, from / on", key));
  return *value;
}

Result<void> read_key(const TomlFile& file, std::string_view key, const toml::node& value,
                      Settings& settings) {
  if (key == "workers") {
    TRY(const std::int64_t workers, number(file, value, key, 1, 128));
    settings.workers = static_cast<unsigned>(workers);
  } else if (key == "idle") {
    TRY(const std::int64_t seconds, number(file, value, key, 0, 1'000'000'000));
    settings.idle = std::chrono::seconds(seconds);
  } else if (key == "keep") {
    TRY(settings.keep, file.patterns(value));
  } else if (key == "store") {
    TRY(settings.store, absolute_path(file, value, key));
  } else if (key == "socket") {
    TRY(settings.socket, absolute_path(file, value, key));
  } else if (key == "store_limit") {
    TRY(const std::int64_t size, number(file, value, key, 1, 1 << 20));
    settings.store_limit = static_cast<std::uint64_t>(size * mebibyte);
  } else if (key == "metrics_port") {
    TRY(const std::int64_t port, number(file, value, key, 0, 65535));
    settings.metrics_port = static_cast<std::uint16_t>(port);
  } else {
    return file.wrong(value, fmt::format("[daemon] has no key '{}'", key));
  }
  return {};
}

}  // namespace

std::string config_path() {
  const char* path = std::getenv("KMODERN_CONFIG");
  return path != nullptr && *path != '\0' ? path : "/etc/kmodern/kerneld.toml";
}

Result<std::string> Settings::store_of(std::string_view kernel) const {
  return store ? *store : default_store(kernel);
}

bool Settings::keeps(std::string_view module) const {
  return std::ranges::any_of(
      keep, [&](const std::string& one) { return config::pattern_matches(one, module); });
}

Result<Settings> parse_settings(std::string_view text, const std::string& file) {
  static constexpr std::array tables = {"daemon", "policy", "rule"};
  const TomlFile toml{file, "see kerneld.toml(5)"};
  TRY(const toml::table document, toml.parse(text));
  for (const auto& [key, value] : document) {
    if (std::ranges::find(tables, key.str()) == tables.end())
      return toml.wrong(value, fmt::format("there is no '{}' in this file", key.str()));
  }
  Settings settings;
  const toml::node* node = document.get("daemon");
  if (node == nullptr) return settings;
  const toml::table* daemon = node->as_table();
  if (daemon == nullptr) return toml.wrong(*node, "daemon is a table: [daemon]");
  for (const auto& [key, value] : *daemon) TRY_OK(read_key(toml, key.str(), value, settings));
  return settings;
}

Result<Settings> read_settings(const std::string& path) {
  auto text = read_file(path, largest_toml_file);
  if (!text && text.error().code == ENOENT) return Settings{};
  if (!text) return std::unexpected(std::move(text).error());
  return parse_settings(*text, path);
}

Result<std::string> recorded_in(const std::string& config, std::string_view kernel) {
  TRY(const Settings settings, read_settings(config));
  TRY(std::string store, settings.store_of(kernel));
  if (store.empty())
    return fail(ENOENT, config, "it has requests recorded nowhere (store is empty)",
                "take `store` out, or name a record with --store");
  return store;
}

}  // namespace kmodern::kerneld
