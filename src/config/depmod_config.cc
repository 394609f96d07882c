#include "config/depmod_config.h"

#include <fmt/core.h>
#include <re2/re2.h>

#include <cerrno>

#include "base/file.h"
#include "base/text.h"
#include "config/config_files.h"

namespace kmodern::config {

namespace {

using Words = std::vector<std::string_view>;

std::string without_slashes_at_end(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

// "*" or an extended regular expression that is found anywhere in the release. EINVAL: it is none.
// RE2 and not regcomp(), which takes memory without bound for nested repetitions.
Result<bool> kernel_matches(std::string_view pattern, const std::string& release) {
  if (pattern == "*") return true;
  RE2::Options options(RE2::POSIX);
  options.set_log_errors(false);
  RE2 expression({pattern.data(), pattern.size()}, options);
  if (!expression.ok())
    return fail(EINVAL, std::string(pattern),
                fmt::format("is no regular expression: {}", expression.error()));
  return RE2::PartialMatch(release, expression);
}

Result<void> parse_search(const Words& words, DepmodConfig& config) {
  for (std::string_view word : std::span(words).subspan(1)) {
    SearchPlace place;
    if (word == "built-in") {
      place.kind = SearchPlace::Kind::built_in;
    } else if (word == "external") {
      place.kind = SearchPlace::Kind::external;
    } else {
      place.directory = without_slashes_at_end(word);
    }
    config.search.push_back(std::move(place));
  }
  return {};
}

Result<void> parse_override(const Words& words, const std::string& release, DepmodConfig& config) {
  if (words.size() != 4)
    return fail(EINVAL, {}, "needs three words: override MODULE KERNEL DIRECTORY");
  TRY(bool matches, kernel_matches(words[2], release));
  std::optional<std::string> name = normalize_name(words[1]);
  if (!name) return fail(EINVAL, {}, fmt::format("'{}' is no module name", words[1]));
  if (matches) config.overrides.push_back({std::move(*name), without_slashes_at_end(words[3])});
  return {};
}

Result<void> parse_external(const Words& words, const std::string& release, DepmodConfig& config) {
  if (words.size() < 3) return fail(EINVAL, {}, "needs two words: external KERNEL DIRECTORY...");
  TRY(bool matches, kernel_matches(words[1], release));
  for (std::string_view directory : std::span(words).subspan(2)) {
    if (!directory.starts_with('/'))
      return fail(EINVAL, {}, fmt::format("'{}' is not an absolute directory", directory));
  }
  if (!matches) return {};
  for (std::string_view directory : std::span(words).subspan(2))
    config.external.push_back(without_slashes_at_end(directory));
  return {};
}

Result<void> parse_line(const Words& words, const std::string& release, DepmodConfig& config) {
  std::string_view command = words.front();
  if (command == "search") return parse_search(words, config);
  if (command == "override") return parse_override(words, release, config);
  if (command == "external") return parse_external(words, release, config);
  if (command == "exclude") {
    config.excluded.insert(config.excluded.end(), words.begin() + 1, words.end());
    return {};
  }
  // Of module-init-tools; long without effect anywhere.
  if (command == "include" || command == "make_map_files") return {};
  return fail(EINVAL, {}, fmt::format("'{}' is no command of depmod.d", command));
}

}  // namespace

void parse_depmod_config(std::string_view text, const std::string& path, const std::string& release,
                         DepmodConfig& config) {
  for (const ConfigLine& line : config_lines(text)) {
    Words words = split(line.text);
    if (auto parsed = parse_line(words, release, config); !parsed) {
      const Error& error = parsed.error();
      std::string reason = error.subject.empty()
                               ? error.reason
                               : fmt::format("'{}' {}", error.subject, error.reason);
      config.warnings.push_back(
          {EINVAL,
           fmt::format("{}:{}", path, line.number),
           fmt::format("ignoring bad line starting with '{}': {}", words.front(), reason),
           {}});
    }
  }
}

Result<DepmodConfig> load_depmod_config(std::span<const std::string> paths,
                                        const std::string& release) {
  DepmodConfig config;
  TRY(std::vector<std::string> files, config_files("depmod.d", paths));
  for (const std::string& file : files) {
    TRY(std::string text, read_file(file));
    parse_depmod_config(text, file, release, config);
  }
  if (config.search.empty()) config.search.push_back({SearchPlace::Kind::directory, "updates"});
  return config;
}

}  // namespace kmodern::config
