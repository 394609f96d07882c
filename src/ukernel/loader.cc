#include "ukernel/loader.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "ukernel/attributes.h"
#include "ukernel/checks.h"
#include "ukernel/imports.h"
#include "ukernel/left_behind.h"
#include "ukernel/module_thread.h"
#include "ukernel/oops.h"
#include "ukernel/signature_check.h"
#include "ukernel/validity.h"

namespace kmodern::ukernel {

namespace {

// A load that is under way. What its steps have done is undone by its end, unless the module went
// live or is pinned.
class Load {
 public:
  Load(Context& context, const LoadRequest& request)
      : context_(context), request_(request), subject_(request.path) {}
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;
  ~Load();

  Result<void> admit();
  Result<void> read();
  Result<void> check();
  Result<void> lay_out();
  Result<void> reserve_name();
  Result<void> check_late();
  Result<void> allocate();
  Result<void> import();
  Result<void> relocate();
  Result<void> complete_formation();
  Result<void> tell_coming();
  Result<void> set_parameters();
  Result<void> take_folder();
  Result<void> run_init();
  void go_live();

 private:
  void say(int level, std::string_view text) {
    context_.log.write(level, fmt::format("{}: {}", subject_, text));
  }
  // The step's error; the kernel's log has it too.
  std::unexpected<Error> logged(Error error) {
    say(level::error, error.reason);
    return std::unexpected(std::move(error));
  }
  void taint();
  std::unexpected<Error> faulted(const core::Fault& fault, std::string_view where);
  Result<void> find_functions();
  std::vector<void (*)()> constructors() const;
  Result<void> protect(bool init_done);
  void publish_symbols(elf::Area area);

  Context& context_;
  const LoadRequest& request_;
  std::string subject_;  // the file's path until the module's name is known

  Bytes image_;          // decompressed
  bool trusted_ = true;  // its signature is good, or not asked for
  std::optional<module::ModuleFile> file_;
  link::Source source_;
  module::Modinfo modinfo_;
  Verdict verdict_;
  elf::Layout layout_;
  link::Resolved resolved_;
  std::shared_ptr<Module> module_;     // its name is reserved
  const void* this_module_ = nullptr;  // it has a struct module in memory
  bool formed_ = false;                // it is shown, its symbols can be found
  bool told_coming_ = false;           // the notifiers know of it
  bool parameters_set_ = false;
  bool done_ = false;  // live, or pinned: nothing is undone
};

Load::~Load() {
  if (done_ || module_ == nullptr) return;
  if (formed_ && !context_.modules.go_down(*module_)) return;
  if (told_coming_) context_.notifiers.going(*module_);
  if (formed_ && !clean_up(context_, *module_, nullptr).empty()) {
    context_.modules.pin(*module_);
    return;
  }
  close_attributes(*module_);
  if (parameters_set_) {
    if (auto fault = free_parameters(context_.core, module_->parameters)) {
      record_oops(context_, *fault, module_->name);
      context_.modules.pin(*module_);
      return;
    }
  }
  module_->image.each_piece([&](const link::Piece& piece) {
    if (formed_) context_.core.module_gone(this_module_, piece.bytes);
    context_.kallsyms.remove_range(piece.address);
  });
  context_.symbols.remove(module_->name);
  context_.modules.remove(*module_);
}

Result<void> Load::admit() {
  TRY(image_,
      module::decompress(module::compression_of(request_.image), request_.image, request_.path));
  TRY(const SignedImage checked,
      check_signature(context_, image_, request_.path, request_.options));
  trusted_ = checked.trusted;
  const std::string invalid = invalid_elf(checked.image);
  if (!invalid.empty()) context_.log.write(level::error, invalid);
  TRY(file_, module::ModuleFile::from_memory(checked.image, request_.path));
  if (!invalid.empty()) return fail(ENOEXEC, request_.path, invalid, "build the module anew");
  return {};
}

// setup_load_info()
Result<void> Load::read() {
  const elf::Object& object = file_->object();
  TRY(modinfo_, file_->modinfo());
  subject_ = modinfo_.first("name").value_or("(missing .modinfo section or name field)");
  if (object.find_type(SHT_SYMTAB) == nullptr) {
    return logged({ENOEXEC, request_.path, "module has no symbols (stripped?)",
                   "install it again, or strip it with --strip-debug only"});
  }
  if (object.find(this_module_section) == nullptr) {
    return logged({ENOEXEC, request_.path, "No module found in object",
                   fmt::format("it has no {} section: build it with kbuild or the SDK",
                               this_module_section)});
  }
  TRY(source_, link::read(*file_));
  subject_ = source_.name;
  return {};
}

Result<void> Load::check() {
  auto checked = ukernel::check(context_, source_, modinfo_, request_.options, verdict_);
  taint();
  if (!verdict_.log.empty()) context_.log.write(level::error, verdict_.log);
  return checked;
}

Result<void> Load::lay_out() {
  auto layout = elf::lay_out(*source_.object);
  if (!layout) return logged(layout.error());
  layout_ = std::move(*layout);
  return {};
}

// Linux allocates first and notices a duplicate afterwards; here it costs no memory.
Result<void> Load::reserve_name() {
  TRY(module_, context_.modules.reserve(source_.name, request_.interrupted));
  if (request_.options.autoclean) module_->marks.set(kernel::classic::autoclean);
  if (request_.options.on_demand)
    module_->marks.set(kernel::classic::visited | kernel::classic::used_once);
  if (!trusted_) {
    verdict_.taints.push_back({.taint = Taint::unsigned_module,
                               .level = level::notice,
                               .text = "module verification failed: signature and/or required key "
                                       "missing - tainting kernel",
                               .only_first = true});
    taint();
  }
  module_->taints.add(verdict_.module_taints);
  return {};
}

Result<void> Load::check_late() {
  auto checked = ukernel::check_late(context_, source_, verdict_);
  taint();
  module_->taints.add(verdict_.module_taints);
  if (!verdict_.log.empty()) context_.log.write(level::error, verdict_.log);
  return checked;
}

// What the verdict has to say since it was asked last. As in Linux 6.1 the kernel stays tainted
// though a later step fails.
void Load::taint() {
  for (const TaintNote& note : std::exchange(verdict_.taints, {})) {
    if (!note.of_kernel) verdict_.module_taints |= mask_of(note.taint);
    if (!note.only_first || !context_.taints.has(note.taint)) say(note.level, note.text);
    add_taint(context_, note.taint);
  }
}

Result<void> Load::allocate() {
  auto image = link::place(source_, std::move(layout_), context_.memory);
  if (!image) return logged(image.error());
  module_->image = std::move(*image);
  return {};
}

Result<void> Load::import() {
  TRY(resolved_, resolve_imports(context_, *module_, source_, verdict_, request_.interrupted));
  return {};
}

Result<void> Load::relocate() {
  auto relocated = link::relocate(source_, module_->image, resolved_);
  if (!relocated) return logged(relocated.error());
  return find_functions();
}

// struct module's pointers are right only when it is relocated.
Result<void> Load::find_functions() {
  core::ThisModuleLayout place = context_.core.this_module_layout();
  auto section = link::section(source_, module_->image, this_module_section);
  ByteView bytes(section.bytes);
  auto parameters = link::section(source_, module_->image, "__param");
  module_->parameters = ParameterTable(parameters.bytes);
  this_module_ = section.bytes.data();
  if (place.size == 0) {
    module_->init = link::address_of(source_, module_->image, "init_module").value_or(0);
    module_->exit = link::address_of(source_, module_->image, "cleanup_module").value_or(0);
    return {};
  }
  auto name = bytes.slice(place.name, name_limit);
  auto init = bytes.number<std::uint64_t>(place.init);
  auto exit = bytes.number<std::uint64_t>(place.exit);
  if (!name || !init || !exit || !name->c_string(0)) {
    return fail(ENOEXEC, subject_, "its struct module is damaged", "build the module anew");
  }
  module_->init = *init;
  module_->exit = *exit;
  return {};
}

Result<void> Load::protect(bool init_done) {
  for (const auto& area : module_->image.areas) {
    if (area != nullptr) TRY_OK(static_cast<LowArea&>(*area).protect(init_done));
  }
  return {};
}

void Load::publish_symbols(elf::Area area) {
  const link::Allocation* memory = module_->image.area(area);
  if (memory == nullptr) return;
  auto known = link::known_symbols(source_, module_->image, area);
  for (std::size_t kind = 0; kind < elf::protection_count; ++kind) {
    const link::Piece& piece = memory->pieces()[kind];
    if (piece.bytes.empty()) continue;
    context_.kallsyms.add(module_->name, piece.address, piece.address + piece.bytes.size(),
                          std::move(known[kind]));
  }
}

// From here on others see the module, and can use its symbols as soon as its init has returned.
Result<void> Load::complete_formation() {
  bool proprietary = module_->taints.has(Taint::proprietary);
  TRY_OK(protect(false));
  if (auto added = context_.symbols.add(link::exports(source_, module_->image, proprietary));
      !added)
    return logged(added.error());
  publish_symbols(elf::Area::core);
  publish_symbols(elf::Area::init);
  module_->facts = facts_of(source_, modinfo_, module_->image);
  module_->visible_parameters = visible_parameters(context_.core, module_->parameters);
  const elf::Layout& layout = module_->image.layout;
  for (const link::Piece& piece : module_->image.area(elf::Area::core)->pieces()) {
    if (module_->address == 0 && !piece.bytes.empty()) module_->address = piece.address;
  }
  module_->core_size = layout.area(elf::Area::core).size + module_->facts.symbols.core_size;
  module_->init_size = layout.area(elf::Area::init).size + module_->facts.symbols.init_size;
  context_.modules.form(*module_, this_module_);
  formed_ = true;
  return {};
}

Result<void> Load::tell_coming() {
  TRY_OK(context_.notifiers.coming(*module_));
  told_coming_ = true;
  return {};
}

Result<void> Load::set_parameters() {
  parameters_set_ = true;
  auto outcome = ukernel::set_parameters(context_.core, module_->parameters,
                                         split_arguments(request_.options.parameters));
  for (const ParameterNote& note : outcome.notes) {
    // Of a dangerous option Linux doesn't name the module.
    if (note.level == level::notice)
      context_.log.write(note.level, note.text);
    else
      say(note.level, note.text);
  }
  if (outcome.unsafe) context_.taints.set(Taint::unsafe_parameter);
  if (outcome.fault)
    return faulted(*outcome.fault, fmt::format("setting its parameter {}", outcome.refused));
  if (outcome.code == 0) return {};
  std::string wanted;
  std::string_view name = std::string_view(outcome.refused).substr(0, outcome.refused.find('='));
  for (const module::Parameter& parameter : module::parameters(modinfo_)) {
    if (same_parameter(parameter.name, name) && !parameter.type.empty())
      wanted = fmt::format(", which is of type {}", parameter.type);
  }
  return fail(outcome.code, subject_,
              fmt::format("'{}' is no value for its parameter{}", outcome.refused, wanted),
              fmt::format("`modinfo -p {}` lists its parameters", subject_));
}

// mod_sysfs_setup(): a folder of that name in /sys/module belongs to what is built in.
Result<void> Load::take_folder() {
  if (context_.core.built_in(subject_) == nullptr) return {};
  return logged({EINVAL, subject_, "module is already loaded",
                 "it is a part of this kernel: it needs no loading"});
}

std::vector<void (*)()> Load::constructors() const {
  std::vector<void (*)()> all;
  for (const char* name : {".ctors", ".init_array"}) {
    const ByteView bytes(link::section(source_, module_->image, name).bytes);
    for (std::size_t at = 0; auto address = bytes.number<std::uint64_t>(at); at += sizeof *address)
      all.push_back(reinterpret_cast<void (*)()>(*address));
  }
  return all;
}

Result<void> Load::run_init() {
  if (!runs_code(context_.core)) return {};
  const auto first = constructors();
  if (module_->init == 0 && first.empty()) return {};
  auto init = reinterpret_cast<int (*)()>(module_->init);
  const auto code = [&]() -> long {
    for (auto construct : first) construct();
    return init == nullptr ? 0 : init();
  };
  TRY(core::CallResult result, run_in_thread(context_.core, code, request_.interrupted));
  if (!result) return faulted(result.error(), "its init");
  if (*result < 0) {
    const int error = static_cast<int>(-*result);
    return fail(error, subject_,
                fmt::format("its init returned {} ({})", *result, errno_name(error)),
                "`kmodern dmesg` may tell what it found missing");
  }
  if (*result > 0) {
    context_.log.write(level::warning,
                       fmt::format("do_init_module: '{}'->init suspiciously returned {}, it should "
                                   "follow 0/-E convention",
                                   subject_, *result));
    context_.log.write(level::warning, "do_init_module: loading module anyway...");
    dump_stack(context_);
  }
  return {};
}

void Load::go_live() {
  done_ = true;
  if (auto hardened = protect(true); !hardened) say(level::error, hardened.error().reason);
  context_.modules.go_live(*module_);
  context_.notifiers.live(*module_);
  context_.modules.init_freed(*module_);
  auto& init = module_->image.areas[static_cast<std::size_t>(elf::Area::init)];
  if (init == nullptr) return;
  context_.core.init_gone(this_module_);
  for (const link::Piece& piece : init->pieces())
    if (!piece.bytes.empty()) context_.kallsyms.remove_range(piece.address);
  init.reset();
}

std::unexpected<Error> Load::faulted(const core::Fault& fault, std::string_view where) {
  record_oops(context_, fault, module_->name);
  context_.modules.pin(*module_);
  done_ = true;
  return fail(EFAULT, subject_,
              fmt::format("{} faulted at {}: {}", where, blame(context_, fault), headline(fault)),
              "`kmodern dmesg` has the backtrace; the module stays, pinned, until the kernel is "
              "stopped");
}

}  // namespace

Result<void> load(Context& context, const LoadRequest& request) {
  Load load(context, request);
  TRY_OK(load.admit());
  TRY_OK(load.read());
  TRY_OK(load.check());
  TRY_OK(load.lay_out());
  TRY_OK(load.reserve_name());
  TRY_OK(load.check_late());
  TRY_OK(load.allocate());
  TRY_OK(load.import());
  TRY_OK(load.relocate());
  TRY_OK(load.complete_formation());
  TRY_OK(load.tell_coming());
  TRY_OK(load.set_parameters());
  TRY_OK(load.take_folder());
  TRY_OK(load.run_init());
  load.go_live();
  return {};
}

}  // namespace kmodern::ukernel
