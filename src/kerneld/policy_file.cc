#include "kerneld/policy_file.h"

#include <dirent.h>
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "kerneld/toml.h"

namespace kmodern::kerneld {
namespace {

// Reads the tables of one file.
class Reader {
 public:
  Reader(const TomlFile& file, Policy& policy) : file_(file), policy_(policy) {}

  Result<void> read(const toml::table& document) {
    if (const toml::node* node = document.get("policy")) TRY_OK(read_policy_table(*node));
    const toml::node* rules = document.get("rule");
    if (rules == nullptr) return {};
    const toml::array* array = rules->as_array();
    if (array == nullptr) return file_.wrong(*rules, "rules are written as [[rule]]");
    for (const toml::node& node : *array) {
      const toml::table* table = node.as_table();
      if (table == nullptr) return file_.wrong(node, "rules are written as [[rule]]");
      TRY_OK(read_rule(*table));
    }
    return {};
  }

 private:
  Result<void> read_policy_table(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return file_.wrong(node, "policy is a table: [policy]");
    for (const auto& [key, value] : *table) {
      if (key.str() != "mode")
        return file_.wrong(value, fmt::format("[policy] has no key '{}'", key.str()));
      TRY(policy_.mode, word(value, "mode", {Mode::open, Mode::audit, Mode::learned}));
    }
    return {};
  }

  Result<void> read_rule(const toml::table& table) {
    Rule rule;
    rule.where = file_.where(table);
    bool has_action = false;
    for (const auto& [key, value] : table) {
      const std::string_view name = key.str();
      if (name == "action") {
        TRY(rule.ruling, word(value, "action", {Ruling::allow, Ruling::deny, Ruling::audit}));
        has_action = true;
      } else if (name == "name") {
        TRY(rule.names, file_.patterns(value));
      } else if (name == "alias") {
        TRY(rule.aliases, file_.patterns(value));
      } else if (name == "class") {
        TRY_OK(file_.each(value, [&](const toml::node& one) -> Result<void> {
          TRY(Trigger trigger, word(one, "class", triggers));
          rule.triggers.push_back(trigger);
          return {};
        }));
      } else if (name == "user") {
        TRY(rule.users, file_.texts(value));
      } else if (name == "cgroup") {
        TRY(rule.cgroups, file_.texts(value));
      } else if (name != "comment") {
        return file_.wrong(value, fmt::format("a rule has no key '{}'", name));
      }
    }
    if (!has_action) return file_.wrong(table, "a rule needs an action: allow, deny or audit");
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
    return file_.wrong(node, fmt::format("{} is one of: {}", key, all));
  }
  template <typename Choice>
  auto word(const toml::node& node, std::string_view key,
            std::initializer_list<Choice> choices) const -> Result<Choice> {
    return word<std::initializer_list<Choice>>(node, key, choices);
  }

  const TomlFile& file_;
  Policy& policy_;
};

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
  const TomlFile toml{file, "see kmodern-policy(5)"};
  TRY(const toml::table document, toml.parse(text));
  return Reader(toml, policy).read(document);
}

Result<Policy> read_policy(const std::string& path) {
  Policy policy;
  auto text = read_file(path, largest_toml_file);
  if (!text && text.error().code != ENOENT) return std::unexpected(text.error());
  if (text) TRY_OK(parse_policy(*text, path, policy));
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
  TRY(auto files, rule_files(folder + "/policy.d"));
  for (const std::string& file : files) {
    TRY(auto rules, read_file(file, largest_toml_file));
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
