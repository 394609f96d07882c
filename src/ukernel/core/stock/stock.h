// The stock core stands for a distribution's kernel: it exports what that kernel exports, with its
// CRCs, so that the distribution's modules link fully; their code is not run. Programs that load
// and unload modules can be tried on any machine with it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "ukernel/core/core.h"

namespace kmodern::core {

struct StockKernel {
  std::string release;                // "6.1.0-56-amd64"
  std::string vermagic;               // as its modules have it
  std::vector<Export> exports;        // addresses are ignored
  std::unique_ptr<std::string> text;  // that the exports' names are in
  std::string image;                  // the file of the kernel itself; may be missing
  // What modules.builtin.modinfo says of the parts in it, by name: those with parameters or a
  // version have a folder in /sys/module, if one of the parameters has a file, which the image
  // tells.
  struct Part {
    bool parameters = false;
    std::string version;  // empty: none
  };
  std::map<std::string, Part, std::less<>> built_in;
  // Whom it trusts to sign modules, X.509 in DER; nullopt if its image had not to be unpacked.
  std::optional<std::vector<std::string>> certificates;
};

// What is installed below `root`: its exports from the headers package's Module.symvers, else from
// its image itself; its vermagic from any of its modules. Errors: ENOENT with what was
// looked for.
Result<StockKernel> read_stock_kernel(const std::string& root, const std::string& release);

// `native`: a core whose functions for the standard kinds of parameters are real, so that
// parameters are parsed, shown and changed; they run in it, which catches what a damaged module
// makes them do. Errors: ENOMEM where no addresses below 2 GiB are left.
Result<std::unique_ptr<Core>> make_stock_core(StockKernel kernel, std::unique_ptr<Core> native);

}  // namespace kmodern::core
