#pragma once

#include <filesystem>

namespace tacit::datasets {

/// Throws Error(io) if `file` does not exist, is a folder, or is a pipe, socket or device, which could keep a reader
/// waiting for ever.
void require_regular_file(const std::filesystem::path& file);

}  // namespace tacit::datasets
