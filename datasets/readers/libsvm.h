#pragma once

#include <cstddef>
#include <filesystem>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Reads the sparse text format of LIBSVM, plain or gzip: a line an example, "label index:value ...", indices from 1,
/// ascending; what is not named is zero, "#" begins a comment. `features` is their number, 0 for the highest index that
/// occurs. For regression labels are real numbers as they stand; else labels, sorted as numbers, are numbered 0, 1, ...
/// (so -1 and +1 become 0 and 1). Throws Error(data) of the form "FILE:LINE:COLUMN: ..." (COLUMN counts words from 1)
/// on anything else.
Dataset read_libsvm(const std::filesystem::path& file, std::size_t features, bool regression = false);

}  // namespace tacit::datasets
