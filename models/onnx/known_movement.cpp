#include "models/onnx/known_movement.h"

#include <algorithm>
#include <cmath>

#include "models/onnx/importer.h"

namespace tacit::models::onnx {

namespace {

std::size_t axis_of(const NodeImport& node, std::int64_t axis, const KnownValues& of) {
  return node.full_axis(axis, of.shape.size());
}

KnownValues shape_of(NodeImport& node, const Inputs& inputs) {
  const Shape& shape = inputs[0].shape;
  const auto count = static_cast<std::int64_t>(shape.size());
  const auto place = [&](std::int64_t i) { return std::clamp<std::int64_t>(i < 0 ? i + count : i, 0, count); };
  const std::int64_t begin = place(node.integer("start", 0)), end = place(node.integer("end", count));
  KnownValues result{{std::max<std::int64_t>(end - begin, 0)}, true, {}};
  for (std::int64_t axis = begin; axis < end; ++axis)
    result.values.push_back({static_cast<double>(shape[static_cast<std::size_t>(axis)])});
  return result;
}

KnownValues constant_of_shape(NodeImport& node, const Inputs& inputs) {
  KnownValues result{plain_list(node, inputs[0]), false, {}};
  if (std::any_of(result.shape.begin(), result.shape.end(), [](std::int64_t extent) { return extent < 0; }))
    node.refuse("makes a constant of shape {}", list_in_words(result.shape));
  Number value;
  if (const Tensor* tensor = node.tensor("value")) {
    if (tensor->size() != 1) node.refuse("attribute 'value' has {} elements, expected 1", tensor->size());
    result.whole = !tensor->is_float();
    value.value = result.whole ? static_cast<double>(tensor->integers()[0]) : static_cast<double>(tensor->floats()[0]);
  }
  result.values.assign(count_of(node, result.shape), value);
  return result;
}

KnownValues range(NodeImport& node, const Inputs& inputs) {
  for (const KnownValues& input : inputs)
    if (input.values.size() != 1 || input.values[0].of_batch) node.refuse("counts to no number that is known");
  const double begin = inputs[0].values[0].value, end = inputs[1].values[0].value, step = inputs[2].values[0].value;
  const double count = std::ceil((end - begin) / step);
  if (!(count >= 0 && count <= static_cast<double>(most_elements)))
    node.refuse("counts from {} to {} in steps of {}", begin, end, step);
  KnownValues result{{static_cast<std::int64_t>(count)}, inputs[0].whole, {}};
  for (double i = 0; i < count; ++i) result.values.push_back({begin + i * step});
  return result;
}

KnownValues expand(NodeImport& node, const Inputs& inputs) {
  KnownValues target{plain_list(node, inputs[1]), true, {}};
  if (std::any_of(target.shape.begin(), target.shape.end(), [](std::int64_t extent) { return extent < 0; }))
    node.refuse("repeats a constant to shape {}", list_in_words(target.shape));
  const Shape shape = broadcast(node, {inputs[0], target});
  return picked(node, inputs[0], shape, steps(inputs[0].shape, shape));
}

KnownValues triangle(NodeImport& node, const Inputs& inputs) {
  KnownValues x = inputs[0];
  if (x.shape.size() < 2) node.refuse("takes a triangle of shape {}", to_string(x.shape));
  const bool upper = node.integer("upper", 1) != 0;
  const std::int64_t shift = inputs.size() > 1 && !inputs[1].values.empty() ? plain(node, inputs[1].values[0]) : 0;
  const std::int64_t rows = x.shape[x.shape.size() - 2], columns = x.shape.back();
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    const std::int64_t column = static_cast<std::int64_t>(i) % columns,
                       row = static_cast<std::int64_t>(i) / columns % rows;
    if (upper ? column - row < shift : column - row > shift) x.values[i] = {0};
  }
  return x;
}

KnownValues slice(NodeImport& node, const Inputs& inputs) {
  KnownValues x = inputs[0];
  const std::vector<std::int64_t> begins = plain_list(node, inputs[1]), ends = plain_list(node, inputs[2]);
  std::vector<std::int64_t> axes, strides(begins.size(), 1);
  if (inputs.size() > 3) {
    axes = plain_list(node, inputs[3]);
  } else {
    for (std::size_t axis = 0; axis < begins.size(); ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  }
  if (inputs.size() > 4) strides = plain_list(node, inputs[4]);
  if (ends.size() != begins.size() || axes.size() != begins.size() || strides.size() != begins.size())
    node.refuse("has lists of {}, {}, {} and {} elements, expected as many", begins.size(), ends.size(), axes.size(),
                strides.size());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (strides[i] < 1) node.refuse("cuts in steps of {}, expected 1 or more", strides[i]);
    const std::size_t axis = axis_of(node, axes[i], x);
    const std::int64_t extent = x.shape[axis];
    const auto place = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + extent : at, 0, extent); };
    const std::int64_t begin = place(begins[i]), end = std::max(begin, place(ends[i]));
    std::vector<std::size_t> step = steps(x.shape, x.shape);
    const std::size_t from = static_cast<std::size_t>(begin) * step[axis];
    step[axis] *= static_cast<std::size_t>(strides[i]);
    Shape shape = x.shape;
    shape[axis] = (end - begin + strides[i] - 1) / strides[i];
    x = picked(node, x, shape, step, from);
  }
  return x;
}

KnownValues gather(NodeImport& node, const Inputs& inputs) {
  const KnownValues &from = inputs[0], &at = inputs[1];
  const std::size_t axis = axis_of(node, node.integer("axis", 0), from);
  const auto before = from.shape.begin() + static_cast<std::ptrdiff_t>(axis);
  KnownValues result{{from.shape.begin(), before}, from.whole, {}};
  result.shape.insert(result.shape.end(), at.shape.begin(), at.shape.end());
  result.shape.insert(result.shape.end(), before + 1, from.shape.end());
  const std::size_t total = count_of(node, result.shape);
  const std::int64_t extent = from.shape[axis];
  const std::size_t inner = element_count({before + 1, from.shape.end()}),
                    outer = element_count({from.shape.begin(), before});
  result.values.reserve(total);
  for (std::size_t o = 0; o < outer; ++o)
    for (const Number& number : at.values) {
      const std::int64_t index = plain(node, number);
      if (index < -extent || index >= extent) node.refuse("picks element {} of {}", index, extent);
      const auto begin =
          (o * static_cast<std::size_t>(extent) + static_cast<std::size_t>(index < 0 ? index + extent : index)) * inner;
      const auto values = from.values.begin() + static_cast<std::ptrdiff_t>(begin);
      result.values.insert(result.values.end(), values, values + static_cast<std::ptrdiff_t>(inner));
    }
  return result;
}

KnownValues reshape(NodeImport& node, const Inputs& inputs) {
  KnownValues x = inputs[0];
  Shape shape = plain_list(node, inputs[1]);
  const bool zero_is_extent = node.integer("allowzero", 0) != 0;
  std::size_t open = shape.size();
  double known = 1;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] == 0 && !zero_is_extent && axis < x.shape.size()) shape[axis] = x.shape[axis];
    if (shape[axis] == -1 && open == shape.size()) {
      open = axis;
    } else {
      known *= static_cast<double>(shape[axis]);
    }
  }
  const auto count = static_cast<double>(x.values.size());
  if (open != shape.size() && known > 0 && std::fmod(count, known) == 0) {
    shape[open] = static_cast<std::int64_t>(count / known);
    known = count;
  }
  if (known != count || std::any_of(shape.begin(), shape.end(), [](std::int64_t extent) { return extent < 0; }))
    node.refuse("turns a constant of shape {} into {}", to_string(x.shape), list_in_words(shape));
  x.shape = shape;
  return x;
}

/// The axes that Squeeze and Unsqueeze are given, among `count`; nothing: none are.
std::vector<bool> marked_axes(const NodeImport& node, const Inputs& inputs, std::size_t count) {
  std::vector<bool> marked(count, false);
  for (const std::int64_t axis : plain_list(node, inputs[1])) {
    const std::size_t at = node.full_axis(axis, count);
    if (marked[at]) node.refuse("names axis {} twice", axis);
    marked[at] = true;
  }
  return marked;
}

KnownValues unsqueeze(NodeImport& node, const Inputs& inputs) {
  KnownValues x = inputs[0];
  const std::size_t count = x.shape.size() + inputs[1].values.size();
  if (count > 16) node.refuse("makes {} axes", count);
  Shape shape;
  auto next = x.shape.begin();
  for (const bool is_new : marked_axes(node, inputs, count)) shape.push_back(is_new ? 1 : *next++);
  x.shape = shape;
  return x;
}

KnownValues squeeze(NodeImport& node, const Inputs& inputs) {
  KnownValues x = inputs[0];
  std::vector<bool> dropped(x.shape.size());
  for (std::size_t axis = 0; axis < dropped.size(); ++axis) dropped[axis] = x.shape[axis] == 1;
  if (inputs.size() > 1) dropped = marked_axes(node, inputs, x.shape.size());
  Shape shape;
  for (std::size_t axis = 0; axis < dropped.size(); ++axis) {
    if (dropped[axis] && x.shape[axis] != 1) node.refuse("drops axis {} of shape {}", axis, to_string(x.shape));
    if (!dropped[axis]) shape.push_back(x.shape[axis]);
  }
  x.shape = shape;
  return x;
}

KnownValues transpose(NodeImport& node, const Inputs& inputs) {
  const KnownValues& x = inputs[0];
  const std::vector<std::size_t> order = node.axis_order("perm", x.shape.size()), step = steps(x.shape, x.shape);
  Shape shape;
  std::vector<std::size_t> turned;
  for (const std::size_t axis : order) {
    shape.push_back(x.shape[axis]);
    turned.push_back(step[axis]);
  }
  return picked(node, x, shape, turned);
}

KnownValues concatenate(NodeImport& node, const Inputs& inputs) {
  const std::size_t axis = axis_of(node, node.integer("axis"), inputs[0]);
  KnownValues result{inputs[0].shape, inputs[0].whole, {}};
  result.shape[axis] = 0;
  for (const KnownValues& input : inputs) {
    Shape expected = result.shape;
    if (input.shape.size() == expected.size()) expected[axis] = input.shape[axis];
    if (input.shape != expected)
      node.refuse("joins constants of shapes {} and {}", to_string(inputs[0].shape), to_string(input.shape));
    result.shape[axis] += input.shape[axis];
  }
  const std::size_t outer =
      element_count({result.shape.begin(), result.shape.begin() + static_cast<std::ptrdiff_t>(axis)});
  result.values.reserve(count_of(node, result.shape));
  for (std::size_t o = 0; o < outer; ++o)
    for (const KnownValues& input : inputs) {
      const std::size_t part = input.values.size() / outer;
      const auto begin = input.values.begin() + static_cast<std::ptrdiff_t>(o * part);
      result.values.insert(result.values.end(), begin, begin + static_cast<std::ptrdiff_t>(part));
    }
  return result;
}

constexpr KnownRule rules[] = {
    {"Shape", 1, 1, shape_of},      {"ConstantOfShape", 1, 1, constant_of_shape},
    {"Range", 3, 3, range},         {"Expand", 2, 2, expand},
    {"Trilu", 1, 2, triangle},      {"Slice", 3, 5, slice},
    {"Gather", 2, 2, gather},       {"Reshape", 2, 2, reshape},
    {"Unsqueeze", 2, 2, unsqueeze}, {"Squeeze", 1, 2, squeeze},
    {"Transpose", 1, 1, transpose}, {"Concat", 1, 1000, concatenate},
};

}  // namespace

std::span<const KnownRule> movement_rules() {
  return rules;
}

}  // namespace tacit::models::onnx
