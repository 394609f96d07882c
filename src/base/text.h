// Small pure functions on text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kmodern {

inline constexpr std::string_view blanks = " \t\r\n\v\f";

std::string_view trim(std::string_view text);

// Pieces between runs of characters of `separators`; no empty pieces.
std::vector<std::string_view> split(std::string_view text, std::string_view separators = blanks);

// The lines of a text without their ends; a last line without "\n" counts.
std::vector<std::string_view> lines(std::string_view text);

// The whole of text as a number: base 10, or 16 and 8 by prefix 0x and 0. nullopt for anything
// else.
std::optional<std::uint64_t> parse_number(std::string_view text);

// A module's name as the kernel holds it: '-' becomes '_', except between '[' and ']' of a pattern.
// nullopt for an unbalanced bracket.
std::optional<std::string> normalize_name(std::string_view name);

// The module that a path names: "kernel/fs/ext4/ext4.ko.xz" and "snd-pcm.ko" give "ext4" and
// "snd_pcm". nullopt if the last part does not end in .ko, .ko.gz, .ko.xz or .ko.zst.
std::optional<std::string> module_name_of_path(std::string_view path);

}  // namespace kmodern
