#pragma once

#include <cstddef>
#include <filesystem>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Reads a folder with one folder a class, in alphabetical order, each with PNG, JPEG, PGM and PPM pictures, in
/// alphabetical order. Pixels lie in [0, 1]. `channels` 1 or 3: grey is the luminance 0.299 R + 0.587 G + 0.114 B,
/// colour of a grey picture three times the same. Pictures larger than height x width are shrunk to it by area average;
/// with both zero all must have the size of the first one. Other files are refused, hidden ones passed over. Throws
/// Error(data) naming the file or folder, Error(io) if something cannot be read.
Dataset read_picture_folder(const std::filesystem::path& folder, std::size_t channels, std::size_t height,
                            std::size_t width);

}  // namespace tacit::datasets
