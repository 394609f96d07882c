#include "kerneld/policy_file.h"

#include <stdexcept>

// toml++ 3.3 takes some malformed texts ("[[[x]]") for impossible: it asserts, or with NDEBUG lets
// the compiler assume the contrary. Here they are errors as any other; none leaves this file.
namespace {
constexpr void assure(bool condition) {
  if (!condition) throw std::logic_error("malformed");
}
}  // namespace
#undef NDEBUG
#define TOML_EXCEPTIONS 1
#define TOML_ASSERT(condition) assure(static_cast<bool>(condition))

#include <dirent.h>
#include <fmt/core.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/file.h"
#include "base/text.h"

namespace kmodern::kerneld {
namespace {

constexpr std::uint64_t largest_file = 4 << 20;  // bytes

// Reads the tables of one file.
class Reader {
 public:
  Reader(const std::string& file, Policy& policy) : file_(file), policy_(policy) {}

  Result<void> read(const toml::table& document) {
    if (const toml::node* node = document.get("policy")) TRY_OK(read_policy_table(*node));
    const toml::node* rules = document.get("rule");
    if (rules == nullptr) return {};
    const toml::array* array = rules->as_array();
    if (array == nullptr) return wrong(*rules, "rules are written as [[rule]]");
    for (const toml::node& node : *array) {
      const toml::table* table = node.as_table();
      if (table == nullptr) return wrong(node, "rules are written as [[rule]]");
      TRY_OK(read_rule(*table));
    }
    return {};
  }

 private:
  std::unexpected<Error> wrong(const toml::node& node, std::string reason) const {
    return fail(EINVAL, where(node), std::move(reason), "see kmodern-policy(5)");
  }
  std::string where(const toml::node& node) const {
    return fmt::format("{} line {}", file_, node.source().begin.line);
  }

  Result<void> read_policy_table(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong(node, "policy is a table: [policy]");
    for (const auto& [key, value] : *table) {
      if (key.str() != "mode")
        return wrong(value, fmt::format("[policy] has no key '{}'", key.str()));
      TRY(policy_.mode, word(value, "mode", {Mode::open, Mode::audit, Mode::learned}));
    }
    return {};
  }

  Result<void> read_rule(const toml::table& table) {
    Rule rule;
    rule.where = where(table);
    bool has_action = false;
    for (const auto& [key, value] : table) {
      const std::string_view name = key.str();
      if (name == "action") {
        TRY(rule.ruling, word(value, "action", {Ruling::allow, Ruling::deny, Ruling::audit}));
        has_action = true;
      } else if (name == "name") {
        TRY(rule.names, patterns(value));
      } else if (name == "alias") {
        TRY(rule.aliases, patterns(value));
      } else if (name == "class") {
        TRY_OK(each(value, [&](const toml::node& one) -> Result<void> {
          TRY(Trigger trigger, word(one, "class", triggers));
          rule.triggers.push_back(trigger);
          return {};
        }));
      } else if (name == "user") {
        TRY(rule.users, texts(value));
      } else if (name == "cgroup") {
        TRY(rule.cgroups, texts(value));
      } else if (name != "comment") {
        return wrong(value, fmt::format("a rule has no key '{}'", name));
      }
    }
    if (!has_action) return wrong(table, "a rule needs an action: allow, deny or audit");
    policy_.rules.push_back(std::move(rule));
    return {};
  }

  // One of the words that the values of `choices` are called by.
  template <typename Choices>
  auto word(const toml::node& node, std::string_view key, const Choices& choices) const
      -> Result<std::ranges::range_value_t<Choices>> {
    const auto text = node.value<std::string_view>();
    std::string all;
    for (auto choice : choices) {
      if (text && node.is_string() && *text == name(choice)) return choice;
      all += fmt::format("{}{}", all.empty() ? "" : ", ", name(choice));
    }
    return wrong(node, fmt::format("{} is one of: {}", key, all));
  }
  template <typename Choice>
  auto word(const toml::node& node, std::string_view key,
            std::initializer_list<Choice> choices) const -> Result<Choice> {
    return word<std::initializer_list<Choice>>(node, key, choices);
  }

  // A value, or each of a list of them; an empty list would match nothing, and say so nowhere.
  template <typename Take>
  Result<void> each(const toml::node& node, Take take) const {
    const toml::array* array = node.as_array();
    if (array == nullptr) return take(node);
    if (array->empty()) return wrong(node, "the list is empty");
    for (const toml::node& one : *array) TRY_OK(take(one));
    return {};
  }

  Result<std::vector<std::string>> texts(const toml::node& node) const {
    std::vector<std::string> all;
    TRY_OK(each(node, [&](const toml::node& one) -> Result<void> {
      if (one.is_string())
        all.push_back(**one.as_string());
      else if (one.is_integer())  // a user's number
        all.push_back(std::to_string(**one.as_integer()));
      else
        return wrong(one, "a text is needed here");
      if (all.back().empty()) return wrong(one, "the text is empty");
      return {};
    }));
    return all;
  }

  Result<std::vector<std::string>> patterns(const toml::node& node) const {
    TRY(auto all, texts(node));
    for (std::string& text : all) {
      auto normal = normalize_name(text);
      const bool printable =
          std::ranges::all_of(text, [](unsigned char character) { return character > ' '; });
      if (!normal || !printable) return wrong(node, fmt::format("'{}' is no pattern", text));
      text = std::move(*normal);
    }
    return all;
  }

  const std::string& file_;
  Policy& policy_;
};

// The line at which toml++ gives up without saying where: of all beginnings of the text by whole
// lines, the shortest that has the same end.
std::size_t impossible_line(std::string_view text) {
  auto gives_up = [](std::string_view beginning) {
    try {
      (void)toml::parse(beginning);
    } catch (const toml::parse_error&) {
      return false;
    } catch (const std::exception&) {
      return true;
    }
    return false;
  };
  const auto all = lines(text);
  const auto found = std::ranges::partition_point(all, [&](std::string_view line) {
    return !gives_up(
        {text.data(), static_cast<std::size_t>(line.data() + line.size() - text.data())});
  });
  return static_cast<std::size_t>(found - all.begin()) + 1;
}

// The *.toml files of a folder, sorted; none if it is not there.
Result<std::vector<std::string>> rule_files(const std::string& folder) {
  std::vector<std::string> files;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), ::closedir);
  if (!directory && errno == ENOENT) return files;
  if (!directory) return fail_errno(errno, folder, "cannot list the files of rules in it");
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name.ends_with(".toml") && !name.starts_with('.'))
      files.push_back(fmt::format("{}/{}", folder, name));
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

Result<void> parse_policy(std::string_view text, const std::string& file, Policy& policy) {
  auto refused = [&](std::size_t line, std::string reason) {
    return fail(EINVAL, fmt::format("{} line {}", file, line), std::move(reason),
                "see kmodern-policy(5)");
  };
  toml::table document;
  try {
    document = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return refused(error.source().begin.line, std::string(error.description()));
  } catch (const std::exception& error) {
    return refused(impossible_line(text), error.what());
  }
  return Reader(file, policy).read(document);
}

Result<Policy> read_policy(const std::string& path) {
  Policy policy;
  auto text = read_file(path, largest_file);
  if (!text && text.error().code != ENOENT) return std::unexpected(text.error());
  if (text) TRY_OK(parse_policy(*text, path, policy));
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
  TRY(auto files, rule_files(folder + "/policy.d"));
  for (const std::string& file : files) {
    TRY(auto rules, read_file(file, largest_file));
    TRY_OK(parse_policy(rules, file, policy));
  }
  return policy;
}

Result<void> PolicyInForce::reload() {
  TRY(auto fresh, read_policy(path_));
  std::lock_guard lock(mutex_);
  policy_ = std::make_shared<Policy>(std::move(fresh));
  return {};
}

std::shared_ptr<const Policy> PolicyInForce::get() const {
  std::lock_guard lock(mutex_);
  return policy_;
}

}  // namespace kmodern::kerneld
