// kmodern link: do a kernel's modules link? Without running any of them.
#include <fmt/core.h>
#include <getopt.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "module/installed.h"
#include "ukernel/link/batch.h"

namespace kmodern::cli {
namespace {

namespace fs = std::filesystem;
namespace linker = ukernel::link;

struct Options {
  std::string root;
  std::string release;
  std::string symvers;
  bool all = false;
  bool json = false;
  std::vector<std::string> files;
};

void help(std::FILE* to) {
  fmt::print(to,
             "Usage: kmodern link [options] --all | FILE...\n"
             "Links modules against a kernel and each other without running them: lays out,\n"
             "resolves and relocates each, and says which would not load for their symbols.\n"
             "\n"
             "  -r, --root DIR        where lib/modules, usr/src and boot stand (default /)\n"
             "  -R, --release VER     the kernel's release (default: the running one's)\n"
             "  -s, --symvers FILE    take the kernel's exports from this Module.symvers\n"
             "  -a, --all             every module of DIR/lib/modules/VER\n"
             "  -j, --json            print the result as JSON\n"
             "  -h, --help            print this text\n");
}

// The modules of the tree, by path; with FILEs, the tree counts as loaded but for those.
Result<std::vector<linker::BatchFile>> files_of(const Options& options) {
  std::vector<linker::BatchFile> result;
  std::set<std::string> names;
  for (const std::string& file : options.files) {
    result.push_back({file, true});
    if (auto name = module_name_of_path(file)) names.insert(*name);
  }
  std::string tree = module::modules_folder(options.root, options.release);
  std::error_code code;
  std::vector<std::string> paths;
  for (fs::recursive_directory_iterator entry(tree, code), end; !code && entry != end;
       entry.increment(code)) {
    auto name = module_name_of_path(entry->path().string());
    if (name && !names.contains(*name)) paths.push_back(entry->path().string());
  }
  if (options.all && (code || paths.empty()))
    return fail_errno(code ? code.value() : ENOENT, tree,
                      code ? "cannot list" : "there are no modules in it",
                      "name the right --root and --release");
  std::ranges::sort(paths);
  for (std::string& path : paths) result.push_back({std::move(path), options.all});
  return result;
}

void print_text(const linker::BatchResult& result, const std::string& origin, std::size_t exports,
                double seconds) {
  for (const linker::BatchFailure& failure : result.failures)
    for (const std::string& line : failure.lines)
      fmt::print(stderr, "{}: {}\n", failure.module.empty() ? failure.path : failure.module, line);
  fmt::print("kernel: {} exports, from {}\n", exports, origin);
  fmt::print("linked {} of {} modules in {:.2f} s, {:.1f} MB of addresses below 2 GiB\n",
             result.linked, result.wanted, seconds, static_cast<double>(result.bytes) / 1e6);
  fmt::print("{} relocations, {} references resolved, {} not\n", result.relocations, result.imports,
             result.unresolved);
  fmt::print("{} CRCs equal, {} differ\n", result.versions_checked, result.versions_differ);
}

Result<int> run(const Options& options) {
  auto start = std::chrono::steady_clock::now();
  TRY(auto files, files_of(options));
  TRY(auto kernel, linker::kernel_exports(options.root, options.release, options.symvers));
  std::size_t exports = kernel.symbols.size();
  std::string origin = kernel.origin;
  linker::BatchResult result = linker::link_all(files, std::move(kernel));
  std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  if (options.json)
    fmt::print("{}", to_json(result, origin, exports, taken.count()));
  else
    print_text(result, origin, exports, taken.count());
  if (std::fflush(stdout) != 0) return fail_errno(errno, "stdout", "cannot write");
  return result.failures.empty() ? 0 : 1;
}

}  // namespace

int link_main(int argc, char** argv) {
  static constexpr option long_options[] = {{"root", required_argument, nullptr, 'r'},
                                            {"release", required_argument, nullptr, 'R'},
                                            {"symvers", required_argument, nullptr, 's'},
                                            {"all", no_argument, nullptr, 'a'},
                                            {"json", no_argument, nullptr, 'j'},
                                            {"help", no_argument, nullptr, 'h'},
                                            {nullptr, 0, nullptr, 0}};
  Options options;
  options.release = running_release();
  for (int c; (c = ::getopt_long(argc, argv, "r:R:s:ajh", long_options, nullptr)) != -1;) {
    switch (c) {
      case 'r':
        options.root = ::optarg;
        break;
      case 'R':
        options.release = ::optarg;
        break;
      case 's':
        options.symvers = ::optarg;
        break;
      case 'a':
        options.all = true;
        break;
      case 'j':
        options.json = true;
        break;
      case 'h':
        help(stdout);
        return 0;
      default:
        help(stderr);
        return 1;
    }
  }
  while (options.root.ends_with('/')) options.root.pop_back();
  options.files.assign(argv + ::optind, argv + argc);
  if (options.all == !options.files.empty()) {
    fmt::print(stderr, "kmodern link: name modules' files, or --all; not both\n");
    return 1;
  }
  auto status = run(options);
  if (status) return *status;
  fmt::print(stderr, "kmodern link: {}\n", describe(status.error()));
  return 1;
}

}  // namespace kmodern::cli
