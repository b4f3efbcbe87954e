#pragma once

#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// For each class, the indices of its examples, ascending. Real-valued targets are one class.
inline std::vector<std::vector<std::size_t>> indices_by_class(const Dataset& data) {
  std::vector<std::vector<std::size_t>> indices(data.is_regression() ? 1 : data.classes);
  for (std::size_t i = 0; i < data.size(); ++i)
    indices.at(data.is_regression() ? 0 : static_cast<std::size_t>(data.labels[i])).push_back(i);
  return indices;
}

}  // namespace tacit::datasets
