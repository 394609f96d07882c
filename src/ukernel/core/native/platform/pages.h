// Memory of whole pages that other processes can map: a part of one file of memory, all of which is
// reserved addresses here. What is not taken cannot be accessed, and is the system's.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kmodern::core {

inline constexpr std::size_t page_bytes = 4096;

// Zero; null if there is none. alignment: a power of two, from a page on. Any thread may call.
void* take_pages(std::size_t size, std::size_t alignment);
// `size` as it was taken with.
void give_pages_back(void* block, std::size_t size);
bool is_page_memory(const void* address);

// The file; a page stands in it at its number times page_bytes. -1: there is none.
int page_file();

}  // namespace kmodern::core
