#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/parameters.h"
#include "datasets/dataset.h"

namespace tacit::datasets {

/// An array of unsigned bytes in the IDX format of MNIST (LeCun, Cortes, Burges): big-endian magic 00 00 08 RANK, RANK
/// extents of 32 bits, then the bytes, last index fastest.
struct IdxArray {
  Shape shape;
  std::vector<std::uint8_t> bytes;
};

/// Reads one IDX file, plain or gzip. Throws Error(data) naming the file and what is wrong with it: another magic or
/// rank, or a length that contradicts the extents.
IdxArray read_idx(const std::filesystem::path& file, std::size_t rank);

/// Images [count, height, width] with their labels [count]: features of shape [1, height, width] in [0, 1] (byte /
/// 255). Throws Error(data) if the two files disagree or a label is not below `classes`.
Dataset read_idx_images(const std::filesystem::path& images, const std::filesystem::path& labels, std::size_t classes);
/// The same with the images left in their file, which must not be compressed (Error(data) otherwise).
Dataset stream_idx_images(const std::filesystem::path& images, const std::filesystem::path& labels,
                          std::size_t classes);

}  // namespace tacit::datasets
