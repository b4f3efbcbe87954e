#include "datasets/dataset.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::datasets {

void Dataset::copy_example(std::size_t index, std::span<float> to) const {
  if (is_streamed()) return file->read(records.at(index), to);
  const auto row = example(index);
  std::copy(row.begin(), row.end(), to.begin());
}

Dataset Dataset::subset(std::span<const std::size_t> indices) const {
  Dataset part;
  part.name = name;
  part.feature_shape = feature_shape;
  part.classes = classes;
  part.feature_low = feature_low;
  part.feature_high = feature_high;
  part.is_angle = is_angle;
  part.group_names = group_names;
  part.target_size = target_size;
  part.class_names = class_names;
  part.target_names = target_names;
  part.feature_names = feature_names;
  part.file = file;
  if (is_streamed())
    part.records.reserve(indices.size());
  else
    part.features.reserve(indices.size() * feature_size());
  part.labels.reserve(is_regression() ? 0 : indices.size());
  part.targets.reserve(indices.size() * target_size);
  for (const std::size_t index : indices) {
    if (index >= size())
      fail(ErrorKind::usage, "example {} does not exist: data set '{}' has {} examples", index, name, size());
    if (is_streamed()) {
      part.records.push_back(records[index]);
    } else {
      const auto row = example(index);
      part.features.insert(part.features.end(), row.begin(), row.end());
    }
    if (is_regression()) {
      const auto numbers = std::span(targets).subspan(index * target_size, target_size);
      part.targets.insert(part.targets.end(), numbers.begin(), numbers.end());
    } else {
      part.labels.push_back(labels[index]);
    }
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
    if (is_streamed())
      records[k] = records[from];
    else
      std::copy_n(features.begin() + static_cast<std::ptrdiff_t>(from * width), width,
                  features.begin() + static_cast<std::ptrdiff_t>(k * width));
    if (is_regression())
      std::copy_n(targets.begin() + static_cast<std::ptrdiff_t>(from * target_size), target_size,
                  targets.begin() + static_cast<std::ptrdiff_t>(k * target_size));
    else
      labels[k] = labels[from];
    if (!groups.empty()) groups[k] = groups[from];
  }
  if (is_streamed())
    records.resize(ascending.size());
  else
    features.resize(ascending.size() * width);
  if (is_regression())
    targets.resize(ascending.size() * target_size);
  else
    labels.resize(ascending.size());
  if (!groups.empty()) groups.resize(ascending.size());
}

}  // namespace tacit::datasets
