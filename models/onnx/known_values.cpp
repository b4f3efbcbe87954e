#include "models/onnx/known_values.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "models/onnx/importer.h"

namespace tacit::models::onnx {

namespace {

// Shapes have few elements and masks tokens^2; larger constants are weights, which nothing computes with.
constexpr std::size_t most_elements = std::size_t{1} << 22;

using Inputs = std::vector<KnownValues>;

std::size_t count_of(const NodeImport& node, const Shape& shape) {
  double elements = 1;
  for (const std::int64_t extent : shape) elements *= static_cast<double>(std::max<std::int64_t>(extent, 0));
  if (shape.size() > 16 || elements > static_cast<double>(most_elements))
    node.refuse("computes a constant of {} axes and {:.0f} elements, expected at most {}", shape.size(), elements,
                most_elements);
  return element_count(shape);
}

/// Ends of slices may be the largest integers, which are no doubles.
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

std::size_t axis_of(const NodeImport& node, std::int64_t axis, const KnownValues& of) {
  return node.full_axis(axis, of.shape.size());
}

/// How far apart in the values neighbours along each axis are; 0 along axes that are repeated to `shape`.
std::vector<std::size_t> steps(const Shape& own, const Shape& shape) {
  std::vector<std::size_t> result(shape.size(), 0);
  std::size_t step = 1;
  for (std::size_t axis = own.size(); axis-- > 0;) {
    if (own[axis] != 1) result[axis + shape.size() - own.size()] = step;
    step *= static_cast<std::size_t>(own[axis]);
  }
  return result;
}

/// Values of `from` where result element i lies `steps` along the axes of `shape`, from `begin` on.
KnownValues picked(const NodeImport& node, const KnownValues& from, Shape shape, const std::vector<std::size_t>& step,
                   std::size_t begin = 0) {
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

// Numbers. What is computed in floats is rounded to float32 as it would be.

Number product(const NodeImport& node, const Number& a, const Number& b) {
  if (a.of_batch && b.of_batch) node.refuse("multiplies the size of the batch by itself");
  const double value = a.value * b.value;
  return {value, (a.of_batch || b.of_batch) && value != 0};
}

Number quotient(const NodeImport& node, const Number& a, const Number& b, bool whole) {
  if (b.of_batch && !a.of_batch) node.refuse("divides by the size of the batch");
  if (whole && b.value == 0) node.refuse("divides by 0");
  const bool of_batch = a.of_batch && !b.of_batch;
  if (of_batch && std::fmod(a.value, b.value) != 0) node.refuse("divides the size of the batch by {}", b.value);
  const double value = a.value / b.value;
  return {whole ? std::trunc(value) : value, of_batch};
}

Number sum(const NodeImport& node, const Number& a, const Number& b, double sign) {
  if (a.of_batch != b.of_batch && a.value != 0 && b.value != 0)
    node.refuse("adds {} to a multiple of the size of the batch", a.of_batch ? b.value : a.value);
  const double value = a.value + sign * b.value;
  return {value, (a.of_batch || b.of_batch) && value != 0};
}

/// The batch has a positive size, about which nothing else is known.
Number equal(const NodeImport& node, const Number& a, const Number& b) {
  if (a.of_batch == b.of_batch) return {a.value == b.value ? 1.0 : 0.0};
  const Number &batch = a.of_batch ? a : b, &other = a.of_batch ? b : a;
  if (other.value != 0 && (other.value > 0) == (batch.value > 0)) node.refuse("asks for the size of the batch");
  return {0};
}

double remainder(double a, double b) {
  const double rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;  // of the sign of b, as the format has it for integers
}

using Combine = Number (*)(const NodeImport& node, const Number& a, const Number& b, bool whole);

template <auto function>
Number of_plain(const NodeImport& node, const Number& a, const Number& b, bool) {
  if (a.of_batch || b.of_batch) node.refuse("computes with the size of the batch, expected numbers");
  return {static_cast<double>(function(a.value, b.value))};
}

struct Binary {
  std::string_view operation;
  Combine combine;
  bool gives_truths = false;
};
constexpr Binary binaries[] = {
    {"Mul", [](const NodeImport& n, const Number& a, const Number& b, bool) { return product(n, a, b); }},
    {"Div", quotient},
    {"Add", [](const NodeImport& n, const Number& a, const Number& b, bool) { return sum(n, a, b, 1); }},
    {"Sub", [](const NodeImport& n, const Number& a, const Number& b, bool) { return sum(n, a, b, -1); }},
    {"Mod", of_plain<remainder>},
    {"Pow", of_plain<[](double a, double b) { return std::pow(a, b); }>},
    {"Equal", [](const NodeImport& n, const Number& a, const Number& b, bool) { return equal(n, a, b); }, true},
    {"Less", of_plain<[](double a, double b) { return a < b; }>, true},
    {"LessOrEqual", of_plain<[](double a, double b) { return a <= b; }>, true},
    {"Greater", of_plain<[](double a, double b) { return b < a; }>, true},
    {"GreaterOrEqual", of_plain<[](double a, double b) { return b <= a; }>, true},
    {"And", of_plain<[](double a, double b) { return a != 0 && b != 0; }>, true},
    {"Or", of_plain<[](double a, double b) { return a != 0 || b != 0; }>, true},
};

KnownValues binary(const NodeImport& node, const Binary& rule, const Inputs& inputs) {
  const Shape shape = broadcast(node, inputs);
  const KnownValues a = picked(node, inputs[0], shape, steps(inputs[0].shape, shape)),
                    b = picked(node, inputs[1], shape, steps(inputs[1].shape, shape));
  KnownValues result{shape, rule.gives_truths || (a.whole && b.whole), a.values};
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    Number& value = result.values[i] = rule.combine(node, a.values[i], b.values[i], result.whole);
    if (!result.whole) value.value = static_cast<double>(static_cast<float>(value.value));
  }
  return result;
}

KnownValues each(const NodeImport& node, KnownValues x, const std::function<double(double)>& function) {
  for (Number& number : x.values) {
    if (number.of_batch) node.refuse("computes with the size of the batch, expected numbers");
    number.value = static_cast<double>(static_cast<float>(function(number.value)));
  }
  return x;
}

KnownValues cast(NodeImport& node, const Inputs& inputs) {
  node.ignore("saturate");
  node.ignore("round_mode");
  KnownValues x = inputs[0];
  const std::int64_t to = node.integer("to");
  switch (static_cast<ElementType>(to)) {
    case ElementType::float32:
    case ElementType::float64:
      x.whole = false;
      return x;
    case ElementType::int32:
    case ElementType::int64:
      for (Number& number : x.values) {
        if (!std::isfinite(number.value)) node.refuse("makes {} a whole number", number.value);
        number.value = std::trunc(number.value);
      }
      x.whole = true;
      return x;
    case ElementType::boolean:
      for (Number& number : x.values) number = {number.value != 0 ? 1.0 : 0.0};
      x.whole = true;
      return x;
  }
  node.refuse_attribute("to", to, "1 (float32), 11 (float64), 6 (int32), 7 (int64) or 9 (bool)");
}

KnownValues where(NodeImport& node, const Inputs& inputs) {
  const Shape shape = broadcast(node, inputs);
  std::vector<KnownValues> all;
  for (const KnownValues& input : inputs) all.push_back(picked(node, input, shape, steps(input.shape, shape)));
  KnownValues result = all[1];
  for (std::size_t i = 0; i < result.values.size(); ++i)
    if (all[0].values[i].value == 0) result.values[i] = all[2].values[i];
  return result;
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

struct Rule {
  std::string_view operation;
  std::size_t least, most;  ///< inputs
  KnownValues (*compute)(NodeImport&, const Inputs&);
};
constexpr Rule rules[] = {
    {"Cast", 1, 1, cast},
    {"Sqrt", 1, 1,
     [](NodeImport& node, const Inputs& x) { return each(node, x[0], [](double a) { return std::sqrt(a); }); }},
    {"Reciprocal", 1, 1,
     [](NodeImport& node, const Inputs& x) { return each(node, x[0], [](double a) { return 1 / a; }); }},
    {"Neg", 1, 1, [](NodeImport& node, const Inputs& x) { return each(node, x[0], [](double a) { return -a; }); }},
    {"Not", 1, 1,
     [](NodeImport& node, const Inputs& x) { return each(node, x[0], [](double a) { return a == 0 ? 1.0 : 0.0; }); }},
    {"Where", 3, 3, where},
    {"Shape", 1, 1, shape_of},
    {"ConstantOfShape", 1, 1, constant_of_shape},
    {"Range", 3, 3, range},
    {"Expand", 2, 2, expand},
    {"Trilu", 1, 2, triangle},
    {"Slice", 3, 5, slice},
    {"Gather", 2, 2, gather},
    {"Reshape", 2, 2, reshape},
    {"Unsqueeze", 2, 2, unsqueeze},
    {"Squeeze", 1, 2, squeeze},
    {"Transpose", 1, 1, transpose},
    {"Concat", 1, 1000, concatenate},
};

/// Whether a constant is repeated for every example, which is for the operator's import to say.
bool repeats_for_batch(const NodeImport& node) {
  if (node.operation() == "ConstantOfShape" && node.inputs() == 1) {
    const KnownValues shape = known_values(node, 0);
    return !shape.values.empty() && shape.values[0].of_batch;
  }
  if (node.operation() != "Expand" || node.inputs() != 2) return false;
  const KnownValues from = known_values(node, 0), target = known_values(node, 1);
  if (from.values.size() == 1 && !target.values.empty() && target.values[0].of_batch) return true;
  if (from.shape.size() != target.values.size() || from.shape.empty() || from.shape[0] != 1) return false;
  return target.values[0].of_batch || (node.batch() && target.values[0].value == static_cast<double>(*node.batch()));
}

/// Whether an input is small enough to be computed with.
bool is_known(const NodeImport& node, std::size_t i) {
  if (!node.has_input(i)) return false;
  if (const auto* tensor = std::get_if<std::shared_ptr<const Tensor>>(&node.value(i)))
    return (*tensor)->size() <= most_elements;
  return std::holds_alternative<KnownValues>(node.value(i));
}

}  // namespace

KnownValues known_values(const NodeImport& node, std::size_t i) {
  if (const auto* computed = std::get_if<KnownValues>(&node.value(i))) return *computed;
  const Tensor& tensor = node.constant(i);
  KnownValues result{tensor.shape, !tensor.is_float(), {}};
  if (tensor.size() > most_elements)
    node.refuse("input {} has {} elements, expected at most {}", i, tensor.size(), most_elements);
  result.values.reserve(tensor.size());
  if (result.whole) {
    for (const std::int64_t value : tensor.integers()) result.values.push_back({static_cast<double>(value)});
  } else {
    for (const float value : tensor.floats()) result.values.push_back({static_cast<double>(value)});
  }
  return result;
}

std::vector<Number> known_list(const NodeImport& node, std::size_t i) {
  const KnownValues known = known_values(node, i);
  if (!known.whole || known.shape.size() > 1)
    node.refuse("input {} ('{}') is expected to be a list of integers", i, node.input_name(i));
  return known.values;
}

std::shared_ptr<const Tensor> as_constant(const NodeImport& node, const KnownValues& known) {
  auto tensor = std::make_shared<Tensor>(Tensor{node.output_name(), known.shape, {}});
  if (known.whole) {
    std::vector<std::int64_t> integers;
    for (const Number& number : known.values) integers.push_back(whole(number));
    tensor->values = std::move(integers);
  } else {
    std::vector<float> floats;
    for (const Number& number : known.values) floats.push_back(static_cast<float>(number.value));
    tensor->values = std::move(floats);
  }
  return tensor;
}

void give_known(NodeImport& node, KnownValues known) {
  node.count_computed(known.values.size());
  if (std::any_of(known.values.begin(), known.values.end(), [](const Number& number) { return number.of_batch; }))
    return node.give(std::move(known));
  node.give(as_constant(node, known));
}

std::string in_words(const std::vector<Number>& numbers) {
  if (numbers.size() > 16) return fmt::format("a list of {} numbers", numbers.size());
  std::string text;
  for (const Number& number : numbers) {
    if (!text.empty()) text += ",";
    if (!number.of_batch) text += fmt::format("{:.0f}", number.value);
    if (number.of_batch) text += number.value == 1 ? "batch" : fmt::format("{:.0f} batch", number.value);
  }
  return "[" + text + "]";
}

bool evaluate(NodeImport& node) {
  if (node.inputs() == 0) return false;
  for (std::size_t i = 0; i < node.inputs(); ++i)
    if (!is_known(node, i)) return false;
  if (repeats_for_batch(node)) return false;
  const auto all_known = [&] {
    Inputs inputs;
    for (std::size_t i = 0; i < node.inputs(); ++i) {
      inputs.push_back(known_values(node, i));
      node.count_computed(inputs.back().values.size());
    }
    return inputs;
  };
  for (const Binary& rule : binaries) {
    if (rule.operation != node.operation()) continue;
    node.expect_inputs(2, 2);
    node.ignore("fmod");  // integers only, where it makes no difference here
    give_known(node, binary(node, rule, all_known()));
    return true;
  }
  for (const Rule& rule : rules) {
    if (rule.operation != node.operation()) continue;
    node.expect_inputs(rule.least, rule.most);
    give_known(node, rule.compute(node, all_known()));
    return true;
  }
  return false;
}

}  // namespace tacit::models::onnx
