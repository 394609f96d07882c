#include "cli/commands.h"

namespace kmodern::cli {

// One function per file of its command's name in this folder.
int cat_main(int argc, char** argv);
int config_main(int argc, char** argv);
int depmod_main(int argc, char** argv);
int dmesg_main(int argc, char** argv);
int insmod_main(int argc, char** argv);
int kernel_main(int argc, char** argv);
int link_main(int argc, char** argv);
int ls_main(int argc, char** argv);
int lsmod_main(int argc, char** argv);
int modinfo_main(int argc, char** argv);
int modpost_main(int argc, char** argv);
int open_main(int argc, char** argv);
int mount_main(int argc, char** argv);
int policy_main(int argc, char** argv);
int modprobe_main(int argc, char** argv);
int requests_main(int argc, char** argv);
int rmmod_main(int argc, char** argv);
int run_main(int argc, char** argv);
int static_nodes_main(int argc, char** argv);
int status_main(int argc, char** argv);
int use_main(int argc, char** argv);
int why_main(int argc, char** argv);

std::span<const Command> commands() {
  static constexpr Command all[] = {
      {"modprobe", modprobe_main, "load and unload modules by name, with all that they need", true},
      {"insmod", insmod_main, "load a module file", true},
      {"rmmod", rmmod_main, "unload modules", true},
      {"lsmod", lsmod_main, "list the modules that are loaded", true},
      {"depmod", depmod_main, "make the indexes by which modules are found", true},
      {"modinfo", modinfo_main, "show what a module says of itself", true},
      {"static-nodes", static_nodes_main, "print the device nodes that load their module", false},
      {"why", why_main, "say why a module is loaded, or not", false},
      {"config", config_main, "turn a classic modules.conf into modprobe.d lines", false},
      {"status", status_main, "show kernel, daemon, policy and what happens on demand", false},
      {"requests", requests_main, "show who asked for modules, and what came of it", false},
      {"policy", policy_main, "say what the policy of demand loading would do, or learn it", false},
      {"kernel", kernel_main, "start, stop and list user-space kernels", false},
      {"run", run_main, "run a program whose module calls reach a user-space kernel", false},
      {"cat", cat_main, "print a file of a user-space kernel's /proc or /sys/module", false},
      {"ls", ls_main, "list a folder of a user-space kernel's /sys/module", false},
      {"mount", mount_main, "mount the files of a user-space kernel (FUSE)", false},
      {"dmesg", dmesg_main, "show the log of a user-space kernel", false},
      {"open", open_main, "read and write a device of a user-space kernel", false},
      {"use", use_main, "use what modules serve in a user-space kernel: filesystems and more",
       false},
      {"link", link_main, "link modules against a kernel without running them", false},
      {"modpost", modpost_main, "the last step of building modules, for the SDK's makefile", false},
  };
  return all;
}

}  // namespace kmodern::cli
