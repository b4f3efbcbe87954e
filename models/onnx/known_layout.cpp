#include "models/onnx/known_layout.h"

#include <algorithm>
#include <cmath>

#include "models/onnx/importer.h"

namespace tacit::models::onnx {

std::size_t count_of(const NodeImport& node, const Shape& shape) {
  double elements = 1;
  for (const std::int64_t extent : shape) elements *= static_cast<double>(std::max<std::int64_t>(extent, 0));
  if (shape.size() > 16 || elements > static_cast<double>(most_elements))
    node.refuse("computes a constant of {} axes and {:.0f} elements, expected at most {}", shape.size(), elements,
                most_elements);
  return element_count(shape);
}

std::int64_t whole(const Number& number) {
  constexpr double most = 4e18;
  return static_cast<std::int64_t>(std::clamp(number.value, -most, most));
}

std::int64_t plain(const NodeImport& node, const Number& number) {
  if (number.of_batch || std::isnan(number.value))
    node.refuse("computes with the size of the batch, expected a number");
  return whole(number);
}

std::vector<std::int64_t> plain_list(const NodeImport& node, const KnownValues& list) {
  std::vector<std::int64_t> result;
  for (const Number& number : list.values) result.push_back(plain(node, number));
  return result;
}

std::vector<std::size_t> steps(const Shape& own, const Shape& shape) {
  std::vector<std::size_t> result(shape.size(), 0);
  std::size_t step = 1;
  for (std::size_t axis = own.size(); axis-- > 0;) {
    if (own[axis] != 1) result[axis + shape.size() - own.size()] = step;
    step *= static_cast<std::size_t>(own[axis]);
  }
  return result;
}

KnownValues picked(const NodeImport& node, const KnownValues& from, Shape shape, const std::vector<std::size_t>& step,
                   std::size_t begin) {
  KnownValues result{std::move(shape), from.whole, {}};
  result.values.resize(count_of(node, result.shape));
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    std::size_t rest = i, at = begin;
    for (std::size_t axis = result.shape.size(); axis-- > 0;) {
      const auto extent = static_cast<std::size_t>(result.shape[axis]);
      at += rest % extent * step[axis];
      rest /= extent;
    }
    result.values[i] = from.values[at];
  }
  return result;
}

Shape broadcast(const NodeImport& node, const Inputs& inputs) {
  Shape shape;
  for (const KnownValues& input : inputs)
    if (input.shape.size() > shape.size()) shape.insert(shape.begin(), input.shape.size() - shape.size(), 1);
  for (const KnownValues& input : inputs)
    for (std::size_t axis = 0; axis < input.shape.size(); ++axis) {
      std::int64_t& extent = shape[axis + shape.size() - input.shape.size()];
      const std::int64_t own = input.shape[axis];
      if (own != extent && own != 1 && extent != 1)
        node.refuse("combines shapes {} and {}", to_string(inputs[0].shape), to_string(input.shape));
      if (own != 1) extent = own;
    }
  return shape;
}

}  // namespace tacit::models::onnx
