#pragma once

#include <cstdint>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

struct SplitIndices {
  std::vector<std::size_t> train, test;  ///< each ascending; together every index once
};

/// Splits so that each class gives the share `test_fraction` of its examples, rounded to the nearest number, to the
/// test part. Real-valued targets are split like one class. A class keeps one example in training at least. Seeded by
/// RandomKey{seed, data_split, stream, class}, so that a second split of the same data draws other numbers. Throws
/// Error(usage) unless 0 <= test_fraction < 1.
SplitIndices stratified_split(const Dataset& data, double test_fraction, std::uint64_t seed, std::uint32_t stream = 0);

}  // namespace tacit::datasets
