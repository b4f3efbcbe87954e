#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Where the arrays of a data set stand.
struct NumpyArrays {
  std::filesystem::path file = {};    ///< .npz, or .npy of the features
  std::filesystem::path labels = {};  ///< .npy of the labels; empty: they are an array of the .npz
  std::string features_name = "x";
  std::string labels_name = "y";
};

/// Reads features [examples, ...] and labels [examples] of NumPy files. Features keep their shape; an array of bytes is
/// taken as pixels and divided by 255, anything else as it stands. Labels are integers from 0.
/// Throws Error(data) naming file, array and index on a missing array, numbers of examples that differ, a label that is
/// no integer in [0, classes), or a feature that is not a finite float. `classes` 0: one more than the largest label.
/// For regression labels are real numbers as they stand, [examples] or [examples, targets], and `classes` must be 0.
/// `streamed`: the features, which must be a .npy file in row-major order and not compressed, stay there; they are read
/// once for their bounds, so that what is no finite number is refused here.
Dataset read_numpy(const NumpyArrays& arrays, std::size_t classes, bool regression = false, bool streamed = false);

}  // namespace tacit::datasets
