#include "datasets/dataset.h"

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

}  // namespace tacit::datasets
