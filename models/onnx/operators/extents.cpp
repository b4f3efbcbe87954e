#include <algorithm>

#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

Extents extents(const NodeImport& node, std::size_t i) {
  if (const auto* computed = std::get_if<Extents>(&node.value(i))) return *computed;
  const std::vector<std::int64_t>& list = node.integers(i);
  return {list.begin(), list.end()};
}

void import_shape(NodeImport& node) {
  node.expect_inputs(1, 1);
  Extents all;
  if (node.is_activation(0)) {
    all.emplace_back();
    for (const std::int64_t extent : node.activation(0).shape) all.emplace_back(extent);
  } else {
    for (const std::int64_t extent : node.constant(0).shape) all.emplace_back(extent);
  }
  // Ends beyond the list mean its ends.
  const auto count = static_cast<std::int64_t>(all.size());
  const auto place = [&](std::int64_t i) {
    if (i < 0) i = i < -count ? 0 : i + count;
    return std::clamp<std::int64_t>(i, 0, count);
  };
  const std::int64_t begin = place(node.integer("start", 0)), end = std::max(begin, place(node.integer("end", count)));
  node.give(Extents(all.begin() + begin, all.begin() + end));
}

void import_gather(NodeImport& node) {
  node.expect_inputs(2, 2);
  const Extents from = extents(node, 0);
  node.expect_integer("axis", 0);
  Extents picked;
  for (const std::int64_t index : node.integers(1)) {
    const auto count = static_cast<std::int64_t>(from.size());
    if (index < -count || index >= count) node.refuse("picks element {} of {}", index, count);
    picked.push_back(from[static_cast<std::size_t>(index < 0 ? index + count : index)]);
  }
  node.give(picked);
}

void import_slice(NodeImport& node) {
  node.expect_inputs(3, 5);
  const Extents from = extents(node, 0);
  const auto one = [&](std::size_t i) {
    const std::vector<std::int64_t>& list = node.integers(i);
    if (list.size() != 1) node.refuse("input {} has {} elements, expected 1", i, list.size());
    return list[0];
  };
  if (node.has_input(3) && one(3) != 0) node.refuse("cuts along axis {}, expected 0", one(3));
  if (node.has_input(4) && one(4) != 1) node.refuse("cuts in steps of {}, expected 1", one(4));
  const auto count = static_cast<std::int64_t>(from.size());
  const auto place = [&](std::int64_t i) {
    if (i < 0) i = i < -count ? 0 : i + count;
    return std::clamp<std::int64_t>(i, 0, count);
  };
  const std::int64_t begin = place(one(1)), end = std::max(begin, place(one(2)));
  node.give(Extents(from.begin() + begin, from.begin() + end));
}

}  // namespace tacit::models::onnx
