#include "datasets/dataset.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::datasets {

Dataset Dataset::subset(std::span<const std::size_t> indices) const {
  Dataset part;
  part.name = name;
  part.feature_shape = feature_shape;
  part.classes = classes;
  part.feature_low = feature_low;
  part.feature_high = feature_high;
  part.is_angle = is_angle;
  part.group_names = group_names;
  part.class_names = class_names;
  part.feature_names = feature_names;
  part.features.reserve(indices.size() * feature_size());
  part.labels.reserve(indices.size());
  for (const std::size_t index : indices) {
    if (index >= size())
      fail(ErrorKind::usage, "example {} does not exist: data set '{}' has {} examples", index, name, size());
    const auto row = example(index);
    part.features.insert(part.features.end(), row.begin(), row.end());
    part.labels.push_back(labels[index]);
    if (!groups.empty()) part.groups.push_back(groups[index]);
  }
  return part;
}

void Dataset::keep(std::span<const std::size_t> ascending) {
  for (std::size_t k = 0; k < ascending.size(); ++k)
    if (ascending[k] >= size() || (k > 0 && ascending[k] <= ascending[k - 1]))
      fail(ErrorKind::usage, "index {} is out of order or beyond the {} examples of data set '{}'", ascending[k],
           size(), name);
  const std::size_t width = feature_size();
  for (std::size_t k = 0; k < ascending.size(); ++k) {
    // No example moves to the right, so none is overwritten before it has moved.
    const std::size_t from = ascending[k];
    std::copy_n(features.begin() + static_cast<std::ptrdiff_t>(from * width), width,
                features.begin() + static_cast<std::ptrdiff_t>(k * width));
    labels[k] = labels[from];
    if (!groups.empty()) groups[k] = groups[from];
  }
  features.resize(ascending.size() * width);
  labels.resize(ascending.size());
  if (!groups.empty()) groups.resize(ascending.size());
}

}  // namespace tacit::datasets
