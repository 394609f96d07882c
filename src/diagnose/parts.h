// The questions of which why_not_loaded() is made; each adds what it finds.
#pragma once

#include "diagnose/diagnose.h"

namespace kmodern::diagnose {

// True if the error says more than the meaning of its number.
bool tells_more(const Error& error);
// "subject: reason".
std::string in_its_words(const Error& error);
// The first finding names the subject, and the error by its name (ENOENT).
void name_error(const Error& error, std::string_view subject, Diagnosis& diagnosis);

// Another machine's module, or no module at all.
void ask_format(const LoadFacts& facts, Diagnosis& diagnosis);
// The vermagic, word by word. True if the findings say all that the kernel's own words say.
bool ask_vermagic(const LoadFacts& facts, Diagnosis& diagnosis);
// Symbols that nobody has, modules that have them but are not loaded, licenses, namespaces. True as
// above.
bool ask_symbols(const LoadFacts& facts, Diagnosis& diagnosis);
// Symbols of which the module was built for another version. True as above.
bool ask_versions(const LoadFacts& facts, Diagnosis& diagnosis);

// Of these imports, those with another version than their provider has.
std::vector<const ImportFact*> other_versions(const ModuleFacts& module,
                                              const SymbolFacts& symbols);

// --- gathering (gather_versions.cc)

// What the user-space kernel that belongs to this program exports.
void add_user_kernel(const KernelFacts& kernel, SymbolFacts& facts);
// What loaded modules, and those that the module depends on, export: by their files beside the
// module's and in the database (may be null).
void add_module_files(const KernelFacts& kernel, const database::Database* database,
                      const ModuleFacts& module, SymbolFacts& facts);
// Compares the types behind versions that differ.
void add_differences(const ModuleFacts& module, SymbolFacts& facts);

// The word that follows `before` in a text; quotes and punctuation around it are taken off. Empty
// if `before` is not there.
std::string word_after(std::string_view text, std::string_view before);

// "x86-64" for EM_X86_64.
std::string machine_name(std::uint16_t machine);

}  // namespace kmodern::diagnose
