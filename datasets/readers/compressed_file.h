#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace tacit::datasets {

/// Content of a file, decompressed if it is gzip (RFC 1952), as it stands otherwise. Throws Error(io) if it cannot be
/// opened or read, Error(data) if the compressed stream is corrupt or ends early, or if the content exceeds `limit`
/// bytes.
std::string read_maybe_compressed(const std::filesystem::path& file, std::size_t limit = std::size_t{1} << 31);

}  // namespace tacit::datasets
