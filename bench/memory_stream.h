#pragma once

#include <cstddef>
#include <cstdint>

namespace tacit {

/// Reads `count` floats and reads and writes as many words in each of two arrays, 36 bytes an element, with the least
/// arithmetic that does not let the compiler leave anything out: what memory alone allows a loop of that shape.
void memory_stream(const float* x, std::size_t count, std::uint64_t* first, std::uint64_t* second);

}  // namespace tacit
