#include "datasets/transforms/keep_classes.h"

#include "core/error.h"

namespace tacit::datasets {

Dataset keep_classes(const Dataset& data, std::span<const std::int64_t> kept) {
  constexpr std::int32_t dropped = -1;
  if (data.is_regression())
    fail(ErrorKind::usage, "data set '{}' has real-valued targets, and so no classes to choose from", data.name);
  if (kept.size() < 2) fail(ErrorKind::usage, "{} classes kept, expected two at least", kept.size());
  std::vector<std::int32_t> renumbered(data.classes, dropped);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] < 0 || static_cast<std::size_t>(kept[i]) >= data.classes)
      fail(ErrorKind::usage, "class {} does not exist: data set '{}' has classes 0..{}", kept[i], data.name,
           data.classes - 1);
    std::int32_t& place = renumbered[static_cast<std::size_t>(kept[i])];
    if (place != dropped) fail(ErrorKind::usage, "class {} stands twice", kept[i]);
    place = static_cast<std::int32_t>(i);
  }

  std::vector<std::size_t> indices, examples_of(kept.size());
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::int32_t label = renumbered[static_cast<std::size_t>(data.labels[i])];
    if (label == dropped) continue;
    indices.push_back(i);
    ++examples_of[static_cast<std::size_t>(label)];
  }
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (examples_of[i] == 0) fail(ErrorKind::data, "data set '{}' has no example of class {}", data.name, kept[i]);

  Dataset part = data.subset(indices);
  for (std::int32_t& label : part.labels) label = renumbered[static_cast<std::size_t>(label)];
  part.classes = kept.size();
  if (!data.class_names.empty()) {
    part.class_names.clear();
    for (const std::int64_t label : kept) part.class_names.push_back(data.class_names[static_cast<std::size_t>(label)]);
  }
  return part;
}

}  // namespace tacit::datasets
