#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace tacit::attacks {

/// Feature vectors of public data, one a line, numbers separated by commas, no header; empty lines are skipped. Returns
/// [rows, features]. Throws Error(io) if the file cannot be read, Error(data) naming file and line on another number of
/// values, one that is not a finite number, or a file without rows.
std::vector<double> read_public_examples(const std::filesystem::path& file, std::size_t features);

}  // namespace tacit::attacks
