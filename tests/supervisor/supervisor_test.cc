// Unmodified programs against a kernel that only these tests know.
#include "supervisor/supervisor.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include "support/files.h"

namespace kmodern::supervisor {
namespace {

// Two modules, as a kernel would show them, and a note of every call.
class TestKernel : public Served, public ukernel::View {
 public:
  std::map<std::string, std::string> files = {
      {"/proc/modules",
       "hello 16384 1 user, Live 0x0000000000000000\nuser 8192 0 - Live 0x0000000000000000\n"},
      {"/proc/sys/kernel/modprobe", "/sbin/modprobe\n"},
      {"/sys/module/hello/refcnt", "1\n"},
      {"/sys/module/hello/coresize", "16384\n"},
      {"/sys/module/hello/initstate", "live\n"},
      {"/sys/module/user/refcnt", "0\n"},
      {"/sys/module/user/coresize", "8192\n"},
      {"/sys/module/user/holders/.", ""},
  };
  std::map<std::string, std::string> links = {{"/sys/module/hello/holders/user", "../../user"}};
  std::vector<std::string> calls;
  std::chrono::milliseconds init_takes{0};

  ukernel::View& view() override { return *this; }
  std::string release() override { return "6.1.0-test"; }

  long finit_module(const Caller&, const unique_fd& file, std::string_view parameters,
                    int flags) override {
    if (!file) return note("finit_module(bad fd)"), -EBADF;
    note("finit_module(" + std::string(parameters) + ", " + std::to_string(flags) + ")");
    std::this_thread::sleep_for(init_takes);
    return 0;
  }
  long init_module(const Caller&, ByteView image, std::string_view parameters) override {
    note("init_module(" + std::to_string(image.size()) + ", " + std::string(parameters) + ")");
    return -EEXIST;
  }
  long delete_module(const Caller&, const std::string& name, unsigned) override {
    note("delete_module(" + name + ")");
    return name == "hello" ? -EWOULDBLOCK : -ENOENT;
  }

  bool covers(std::string_view path) const override {
    return path == "/proc/modules" || path == "/proc/sys/kernel/modprobe" ||
           path == "/sys/module" || path.starts_with("/sys/module/");
  }
  std::optional<ukernel::Node> find(std::string_view path) override {
    std::lock_guard guard(mutex_);
    if (auto link = links.find(std::string(path)); link != links.end()) {
      return ukernel::Node{ukernel::Node::Kind::link, 0777, link->second};
    }
    if (files.contains(std::string(path))) {
      return ukernel::Node{.mode = path.starts_with("/proc/sys") ? 0644u : 0444u,
                           .size = path.starts_with("/sys/") ? 4096u : 0u};
    }
    if (!names_below(path).empty() || files.contains(std::string(path) + "/."))
      return ukernel::Node{ukernel::Node::Kind::folder, 0755, {}};
    return std::nullopt;
  }
  Result<std::string> read(std::string_view path) override {
    std::lock_guard guard(mutex_);
    return files.at(std::string(path));
  }
  Result<void> write(std::string_view path, std::string_view text) override {
    std::lock_guard guard(mutex_);
    files[std::string(path)] = text;
    return {};
  }
  std::vector<std::string> list(std::string_view path) override { return names_below(path); }

 private:
  void note(std::string call) {
    std::lock_guard guard(mutex_);
    calls.push_back(std::move(call));
  }
  std::vector<std::string> names_below(std::string_view path) const {
    std::vector<std::string> names;
    const std::string prefix = std::string(path) + "/";
    auto add = [&](const std::string& known) {
      if (!known.starts_with(prefix)) return;
      std::string name =
          known.substr(prefix.size(), known.find('/', prefix.size()) - prefix.size());
      if (name != "." && std::ranges::find(names, name) == names.end()) names.push_back(name);
    };
    for (const auto& [known, text] : files) add(known);
    for (const auto& [known, target] : links) add(known);
    return names;
  }
  std::mutex mutex_;
};

class Supervisor : public ::testing::Test {
 protected:
  TestKernel kernel;
  TemporaryDirectory directory = kmodern::testing::temporary_directory();
  int status = -1;

  // What the shell command printed; `status` is its exit status.
  std::string run(const std::string& command, const Options& options = {}) {
    const std::string output = directory.path() + "/output";
    auto program = Program::start({"sh", "-c", "exec >'" + output + "' 2>&1; " + command});
    if (!program) {
      ADD_FAILURE() << describe(program.error());
      return {};
    }
    program->release();
    auto supervised = supervise(program->listener(), kernel, options);
    EXPECT_TRUE(supervised);
    status = *program->wait();
    return *read_file(output);
  }
};

TEST_F(Supervisor, ShowsTheKernelsFilesToAnyProgram) {
  EXPECT_EQ(run("cat /proc/modules"), kernel.files["/proc/modules"]);
  EXPECT_EQ(run("busybox cat /proc/modules"), kernel.files["/proc/modules"]) << "a static program";
  EXPECT_EQ(run("cd /proc && cat modules"), kernel.files["/proc/modules"]) << "a relative path";
  EXPECT_EQ(run("cat /sys/module/hello/holders/user/refcnt"), "0\n") << "through a link";
}

TEST_F(Supervisor, ShowsFoldersLinksAndModes) {
  EXPECT_EQ(run("ls /sys/module"), "hello\nuser\n");
  EXPECT_EQ(run("readlink /sys/module/hello/holders/user"), "../../user\n");
  EXPECT_EQ(run("stat -c '%a %F' /sys/module/hello/refcnt"), "444 regular file\n");
  EXPECT_EQ(run("ls -d /sys/module/nosuch; test -e /sys/module/hello && echo there"),
            "ls: cannot access '/sys/module/nosuch': No such file or directory\nthere\n");
}

TEST_F(Supervisor, LeavesEverythingElseAlone) {
  EXPECT_EQ(
      run("echo text > '" + directory.path() + "/f' && cat '" + directory.path() + "/f'; exit 7"),
      "text\n");
  EXPECT_EQ(status, 7);
  run("kill -9 $$");
  EXPECT_EQ(status, 137);
  EXPECT_EQ(run("nosuchcommand 2>/dev/null"), "");
  EXPECT_EQ(status, 127);
}

TEST_F(Supervisor, SaysTheKernelsRelease) {
  EXPECT_EQ(run("uname -r; busybox uname -r"), "6.1.0-test\n6.1.0-test\n");
}

TEST_F(Supervisor, DebiansLsmodListsTheKernelsModules) {
  if (!std::filesystem::exists("/sbin/lsmod")) GTEST_SKIP() << "Debian's kmod is not installed";
  EXPECT_EQ(run("/sbin/lsmod"),
            "Module                  Size  Used by\n"
            "hello                  16384  1 user\n"
            "user                    8192  0\n");
}

TEST_F(Supervisor, ModuleCallsReachTheKernelWithTheirArguments) {
  const std::string module = directory.path() + "/m.ko";
  kmodern::testing::write_file(module, "not a module");
  run("busybox insmod '" + module + "' n=1 text=abc");
  EXPECT_EQ(kernel.calls, (std::vector<std::string>{"finit_module(n=1 text=abc , 0)"}));
  EXPECT_NE(run("busybox rmmod hello").find("Resource temporarily unavailable"), std::string::npos);
  EXPECT_EQ(kernel.calls.back(), "delete_module(hello)");
}

TEST_F(Supervisor, ASlowInitDoesNotHoldUpOthers) {
  const std::string module = directory.path() + "/m.ko";
  kmodern::testing::write_file(module, "not a module");
  kernel.init_takes = std::chrono::milliseconds(300);
  // Were they served one after the other, the 20 loads would take 6 seconds, and `timeout` would
  // end them.
  const std::string load = "timeout 4 busybox insmod '" + module + "' & ";
  std::string all;
  for (int count = 0; count < 20; ++count) all += load;
  EXPECT_EQ(run(all + "cat /proc/modules; wait"), kernel.files["/proc/modules"]);
  EXPECT_EQ(kernel.calls.size(), 20u);
}

TEST_F(Supervisor, AWriteToASettingIsSeenByTheNextReader) {
  EXPECT_EQ(run("echo /bin/helper > /proc/sys/kernel/modprobe; cat /proc/sys/kernel/modprobe"),
            "/bin/helper\n");
  EXPECT_NE(run("echo x > /sys/module/hello/refcnt").find("ermission denied"), std::string::npos);
}

TEST_F(Supervisor, OpensRedirectedFoldersElsewhere) {
  kmodern::testing::write_file(directory.path() + "/root/6.1.0-test/modules.dep", "a.ko:\n");
  const Options options{.redirects = {{"/lib/modules", directory.path() + "/root"}}};
  EXPECT_EQ(run("cat /lib/modules/$(uname -r)/modules.dep; ls /lib/modules", options),
            "a.ko:\n6.1.0-test\n");
  run("echo new > /lib/modules/6.1.0-test/added", options);
  EXPECT_TRUE(std::filesystem::exists(directory.path() + "/root/6.1.0-test/added"));
}

TEST_F(Supervisor, GoesIntoFoldersOfTheView) {
  EXPECT_EQ(run("cd /sys/module/hello && /bin/pwd && cat refcnt && ls -d holders"),
            "/sys/module/hello\n1\nholders\n");
  EXPECT_EQ(run("cd /sys/module/hello/holders && cat ../coresize && cd .. && /bin/pwd"),
            "16384\n/sys/module/hello\n");
  EXPECT_EQ(run("cd /sys/module/hello && cd '" + directory.path() + "' && /bin/pwd"),
            directory.path() + "\n");
  EXPECT_EQ(run("(cd /sys/module/hello; (cat refcnt)); /bin/pwd"),
            "1\n" + std::filesystem::current_path().string() + "\n")
      << "children inherit it, parents do not";
  EXPECT_EQ(run("cd /sys/module/nosuch 2>/dev/null || echo none"), "none\n");
}

TEST_F(Supervisor, ShowsTheSameFactsByPathAndByDescriptor) {
  const std::string copy = directory.path() + "/copy";
  EXPECT_EQ(run("cp /proc/modules '" + copy + "'"), "") << "cp compares them";
  EXPECT_EQ(*read_file(copy), kernel.files["/proc/modules"]);
  EXPECT_EQ(run("find /sys/module/hello -printf '%y %m %s %P\\n' | sort"),
            "d 755 0 \nd 755 0 holders\nf 444 4096 coresize\nf 444 4096 initstate\n"
            "f 444 4096 refcnt\nl 777 0 holders/user\n");
  EXPECT_EQ(run("realpath /sys/module/hello/holders/user; stat -f -c %T /sys/module/hello"),
            "/sys/module/user\nsysfs\n");
}

TEST_F(Supervisor, ChangesRedirectedFilesAndNothingInTheView) {
  const std::string root = directory.path() + "/root";
  kmodern::testing::write_file(root + "/old", "text");
  const Options options{.redirects = {{"/lib/modules", root}}};
  EXPECT_EQ(run("cd /lib/modules && mv old new && mkdir folder && cat new", options), "text");
  EXPECT_TRUE(std::filesystem::is_directory(root + "/folder"));
  EXPECT_EQ(run("rm /lib/modules/new; ls /lib/modules", options), "folder\n");
  EXPECT_NE(run("mkdir /sys/module/new").find("not permitted"), std::string::npos);
}

TEST_F(Supervisor, RunsRedirectedPrograms) {
  const std::string root = directory.path() + "/root";
  kmodern::testing::write_file(root + "/tool/script", "#!/bin/sh\necho ran \"$@\"\n");
  std::filesystem::permissions(root + "/tool/script", std::filesystem::perms::owner_all);
  std::filesystem::copy("/bin/echo", root + "/tool/binary");
  const Options options{.redirects = {{"/lib/modules", root}}};
  EXPECT_EQ(run("/lib/modules/tool/script a; /lib/modules/tool/binary b", options), "ran a\nb\n");
  EXPECT_NE(run("/lib/modules/nosuch", options).find("not found"), std::string::npos);
}

TEST_F(Supervisor, ServesPipelinesAndManyChildren) {
  EXPECT_EQ(run("for i in 1 2 3 4 5 6 7 8; do cat /proc/modules | grep -c Live; done | sort -u"),
            "2\n");
}

}  // namespace
}  // namespace kmodern::supervisor
