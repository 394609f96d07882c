// The directives of modules.conf.
#include "config/modules_conf.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <optional>

#include "base/file.h"
#include "base/text.h"

namespace kmodern::config {
namespace {

constexpr unsigned most_files = 64;              // that a file includes, also in turn
constexpr unsigned longest_chain = 16;           // of aliases
constexpr std::uint64_t largest_file = 1 << 20;  // bytes

// Understood, and without effect: modules are found by the indexes that depmod made, and loaded by
// the kernel.
constexpr std::array<std::string_view, 14> idle_directives = {
    "depfile",         "generic_stringfile",
    "ieee1394mapfile", "insmod_opt",
    "isapnpmapfile",   "keep",
    "parportmapfile",  "path",
    "pcimapfile",      "persistdir",
    "pnpbiosmapfile",  "prune",
    "usbmapfile",      "ksymoops_file"};

// The commands around the loading or the removing of one module.
struct Hooks {
  std::string before;
  std::string instead;
  std::string after;
};

// A list that lines without `add` replace and lines with it extend.
struct List {
  std::string name;
  std::vector<std::string> words;
};

// "path[net]=/lib" has the directive "path" and the rest "/lib".
struct Directive {
  std::string name;
  std::string_view rest;
};

Directive split_directive(std::string_view line) {
  line = trim(line);
  std::size_t end = std::min(line.find_first_of(" \t=["), line.size());
  Directive directive{std::string(line.substr(0, end)), line.substr(end)};
  if (directive.rest.starts_with('['))
    directive.rest.remove_prefix(std::min(directive.rest.find(']'), directive.rest.size() - 1) + 1);
  directive.rest = trim(directive.rest);
  if (directive.rest.starts_with('=')) directive.rest = trim(directive.rest.substr(1));
  return directive;
}

// The name of a module, an alias or a pattern; nullopt for what no line of modprobe.d could hold.
std::optional<std::string> name_of(std::string_view word) {
  const bool printable =
      std::ranges::all_of(word, [](unsigned char character) { return character > ' '; });
  if (word.empty() || !printable || word == "pre:" || word == "post:") return std::nullopt;
  return normalize_name(word);
}

std::unexpected<Error> no_module_name(std::string_view word) {
  return fail(EINVAL, "", fmt::format("'{}' is no name of a module", word));
}

// A name that a command line can hold as it is.
bool plain(std::string_view name) {
  constexpr std::string_view others = "_-.:,+@";
  return !name.empty() && !name.starts_with('-') && std::ranges::all_of(name, [&](char character) {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
           (character >= 'A' && character <= 'Z') || others.find(character) != others.npos;
  });
}

// name=a b, as a shell would have handed it over, becomes name="a b", as the kernel takes it.
std::string parameter(const std::string& word) {
  if (word.find_first_of(blanks) == std::string::npos) return word;
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos) return '"' + word + '"';
  return word.substr(0, equals + 1) + '"' + word.substr(equals + 1) + '"';
}

// The command that stands for the hooks. What a command before it says counts, as with modutils;
// what one behind it says comes too late.
std::string command_of(const Hooks& hooks, const std::string& usual) {
  std::string text;
  if (!hooks.before.empty()) text = fmt::format("( {} ) && ", hooks.before);
  if (hooks.before.empty() && hooks.after.empty()) return hooks.instead;
  text += hooks.instead.empty() ? usual : fmt::format("( {} )", hooks.instead);
  if (!hooks.after.empty()) text += fmt::format(" && {{ ( {} ); true; }}", hooks.after);
  return text;
}

class Parser {
 public:
  explicit Parser(const ClassicReader& reader) : reader_(reader) {}

  void parse(std::string_view text, const std::string& file);
  ModulesConf finish() &&;

 private:
  // One `if` that is open.
  struct Condition {
    ClassicLine line;
    bool reachable = true;  // what stands around it holds
    bool decided = false;   // a branch held already, or the condition could not be told
    bool holds = false;     // this branch does
  };

  bool active(const std::vector<Condition>& open) const {
    return open.empty() || (open.back().reachable && open.back().holds);
  }
  // True if the line was one of if, elseif, else, endif.
  bool conditional(const Directive& directive, const ClassicLine& line,
                   std::vector<Condition>& open);
  bool decide(const Directive& directive, const ClassicLine& line, Condition& condition);
  Result<void> obey(Directive directive, const ClassicLine& line);
  Result<void> obey_list(const std::string& directive, bool add, std::vector<std::string> words);
  Result<void> obey_command(std::string_view directive, std::string_view rest);
  Result<void> include(const std::string& file);
  void resolve_aliases();
  void refuse(const ClassicLine& line, Error why) {
    result_.refused.push_back({line, std::move(why)});
  }

  const ClassicReader& reader_;
  ModulesConf result_;
  Variables variables_;
  unsigned included_ = 0;
  std::vector<std::pair<Alias, ClassicLine>> aliases_;
  std::map<std::string, std::vector<List>, std::less<>> lists_;  // above, below, options, probe...
  std::vector<std::pair<std::string, Hooks>> install_, remove_;
};

void Parser::parse(std::string_view text, const std::string& file) {
  std::vector<Condition> open;
  unsigned number = 0;
  std::optional<ClassicLine> joined;
  const std::vector<std::string_view> all = lines(text);
  for (std::string_view physical : all) {
    ++number;
    if (physical.ends_with('\r')) physical.remove_suffix(1);
    if (!joined) joined = ClassicLine{file, number, {}};
    const bool goes_on = physical.ends_with('\\') && number < all.size();
    if (physical.ends_with('\\')) physical.remove_suffix(1);
    joined->text += physical;
    if (goes_on) continue;
    ClassicLine line = *std::exchange(joined, std::nullopt);
    line.text = trim(without_comment(line.text));
    if (line.text.empty()) continue;
    const Directive directive = split_directive(line.text);
    if (conditional(directive, line, open) || !active(open)) continue;
    if (auto done = obey(directive, line); !done) refuse(line, done.error());
  }
  for (const Condition& condition : open)
    refuse(condition.line, fail(EINVAL, "", "this if has no endif", "add one").error());
}

bool Parser::conditional(const Directive& directive, const ClassicLine& line,
                         std::vector<Condition>& open) {
  const std::string& name = directive.name;
  if (name == "if") {
    Condition condition{.line = line, .reachable = active(open)};
    condition.holds = condition.reachable && decide(directive, line, condition);
    open.push_back(std::move(condition));
    return true;
  }
  if (name != "elseif" && name != "else" && name != "endif") return false;
  if (open.empty()) {
    refuse(line, fail(EINVAL, "", fmt::format("{} without an if", name), "").error());
    return true;
  }
  Condition& condition = open.back();
  if (name == "endif") {
    open.pop_back();
  } else {
    condition.holds = condition.reachable && !condition.decided &&
                      (name == "else" || decide(directive, line, condition));
    condition.decided = condition.decided || condition.holds;
  }
  return true;
}

// Whether the condition holds. One that cannot be told decides against every branch: none of them
// is known to be meant.
bool Parser::decide(const Directive& directive, const ClassicLine& line, Condition& condition) {
  auto value = classic_condition(directive.rest, variables_, reader_.surroundings);
  if (!value) {
    value.error().cure += "; up to its endif, no line counts";
    refuse(line, value.error());
  }
  condition.decided = !value || *value;
  return value.value_or(false);
}

Result<void> Parser::obey(Directive directive, const ClassicLine& line) {
  const bool add = directive.name == "add";
  if (add) directive = split_directive(directive.rest);
  const std::string& name = directive.name;
  if (!add && (name == "install" || name == "remove" || name.starts_with("pre-") ||
               name.starts_with("post-")))
    return obey_command(name, directive.rest);

  TRY(auto words, classic_words(directive.rest, variables_));
  if (name == "above" || name == "below" || name == "options" || name == "probe" ||
      name == "probeall")
    return obey_list(name, add, std::move(words));
  if (!add && name == "alias") {
    if (words.size() != 2) return fail(EINVAL, "", "an alias needs a name and a result");
    const auto pattern = name_of(words[0]);
    const auto module = name_of(words[1]);
    if (!pattern || !module) return no_module_name(words[pattern ? 1 : 0]);
    aliases_.push_back({{*pattern, *module}, line});
    return {};
  }
  if (!add && name == "define") {
    if (words.size() != 2) return fail(EINVAL, "", "define needs a name and one word");
    variables_[words[0]] = words[1];
    return {};
  }
  if (!add && name == "include") {
    if (words.size() != 1) return fail(EINVAL, "", "include needs one file");
    return include(words[0]);
  }
  if (!add && std::ranges::find(idle_directives, name) != idle_directives.end()) {
    result_.idle.push_back({line, fail(0, "", fmt::format("{} has no effect any more", name),
                                       "modules are found by the indexes that depmod makes")
                                      .error()});
    return {};
  }
  return fail(EINVAL, "", fmt::format("'{}' is no directive of modules.conf", name),
              "see kmodern-config(1)");
}

Result<void> Parser::obey_list(const std::string& directive, bool add,
                               std::vector<std::string> words) {
  if (words.size() < 2)
    return fail(EINVAL, "", fmt::format("{} needs a module and something behind it", directive));
  auto name = name_of(words.front());
  if (!name) return no_module_name(words.front());
  words.erase(words.begin());
  for (const std::string& word : words) {
    if (directive == "options") break;
    if (directive.starts_with("probe") ? !plain(word) : !name_of(word)) return no_module_name(word);
  }
  std::vector<List>& lists = lists_[directive];
  auto at = std::ranges::find(lists, *name, &List::name);
  if (at == lists.end())
    lists.push_back({*name, std::move(words)});
  else if (add)
    at->words.insert(at->words.end(), words.begin(), words.end());
  else
    at->words = std::move(words);
  return {};
}

// Commands are /bin/sh's when they are run, as those of modprobe.d: only the name is read here.
Result<void> Parser::obey_command(std::string_view directive, std::string_view rest) {
  const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
  const auto name = name_of(rest.substr(0, end));
  const std::string command(trim(rest.substr(end)));
  if (!name || command.empty())
    return fail(EINVAL, "", fmt::format("{} needs a module and a command", directive));
  const bool loading = directive.ends_with("install");
  if (!loading && !directive.ends_with("remove"))
    return fail(EINVAL, "", fmt::format("'{}' is no directive of modules.conf", directive));
  if (!plain(*name)) return fail(EINVAL, "", "a command needs the name of one module");
  auto& all = loading ? install_ : remove_;
  auto at = std::ranges::find(all, *name, &std::pair<std::string, Hooks>::first);
  if (at == all.end()) at = all.insert(all.end(), {*name, {}});
  Hooks& hooks = at->second;
  (directive.starts_with("pre-")    ? hooks.before
   : directive.starts_with("post-") ? hooks.after
                                    : hooks.instead) = command;
  return {};
}

Result<void> Parser::include(const std::string& file) {
  if (included_ == most_files)
    return fail(ELOOP, "", fmt::format("more than {} files are included", most_files),
                "do they include each other?");
  ++included_;
  auto text = reader_.read(file);
  if (!text) return fail(text.error().code, "", "cannot include it: " + describe(text.error()));
  parse(*text, file);
  return {};
}

// The last line for a name counts; its result may be an alias again.
void Parser::resolve_aliases() {
  std::map<std::string_view, const Alias*> last;
  for (const auto& [alias, line] : aliases_) last[alias.pattern] = &alias;
  for (const auto& [alias, line] : aliases_) {
    if (last[alias.pattern] != &alias || alias.module == alias.pattern) continue;
    std::string target = alias.module;
    unsigned steps = 0;
    for (auto next = last.find(target);
         steps < longest_chain && next != last.end() && next->second->module != target;
         next = last.find(target)) {
      target = next->second->module;
      ++steps;
    }
    if (steps == longest_chain)
      refuse(line, fail(ELOOP, "", fmt::format("this alias leads through {} others", steps),
                        "give it a module; does it lead to itself?")
                       .error());
    else if (target == "off")
      result_.install.push_back({alias.pattern, "/bin/false"});
    else if (target == "null")
      result_.install.push_back({alias.pattern, "/bin/true"});
    else
      result_.aliases.push_back({alias.pattern, target});
  }
}

ModulesConf Parser::finish() && {
  resolve_aliases();
  for (const List& list : lists_["options"]) {
    std::vector<std::string> parameters;
    std::ranges::transform(list.words, std::back_inserter(parameters), parameter);
    result_.options.push_back({list.name, fmt::format("{}", fmt::join(parameters, " "))});
  }
  for (const List& list : lists_["below"]) result_.softdeps.push_back({list.name, list.words, {}});
  for (const List& list : lists_["above"]) result_.softdeps.push_back({list.name, {}, list.words});
  // The first that loads; all, of which one has to load.
  for (const List& list : lists_["probe"])
    result_.install.push_back(
        {list.name, fmt::format("modprobe -q {}", fmt::join(list.words, " || modprobe -q "))});
  for (const List& list : lists_["probeall"])
    result_.install.push_back(
        {list.name, fmt::format("loaded=1; modprobe -q {} && loaded=0; exit $loaded",
                                fmt::join(list.words, " && loaded=0; modprobe -q "))});
  for (const auto& [name, hooks] : install_)
    result_.install.push_back(
        {name, command_of(hooks, fmt::format("modprobe --ignore-install {} $CMDLINE_OPTS", name))});
  for (const auto& [name, hooks] : remove_)
    result_.remove.push_back(
        {name, command_of(hooks, fmt::format("modprobe -r --ignore-remove {}", name))});
  return std::move(result_);
}

}  // namespace

ClassicReader file_reader() {
  return {.read = [](const std::string& path) { return read_file(path, largest_file); },
          .surroundings = {.exists = [](const std::string& path) {
            struct stat status;
            return ::stat(path.c_str(), &status) == 0;
          }}};
}

ModulesConf parse_modules_conf(std::string_view text, const std::string& file,
                               const ClassicReader& reader) {
  Parser parser(reader);
  parser.parse(text, file);
  return std::move(parser).finish();
}

}  // namespace kmodern::config
