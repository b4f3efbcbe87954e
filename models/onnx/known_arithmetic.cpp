#include "models/onnx/known_arithmetic.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "models/onnx/importer.h"

namespace tacit::models::onnx {

namespace {

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

KnownValues binary(NodeImport& node, const Inputs& inputs) {
  node.ignore("fmod");  // integers only, where it makes no difference here
  const Binary& rule = *std::ranges::find(binaries, node.operation(), &Binary::operation);
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

constexpr KnownRule rules[] = {
    {"Mul", 2, 2, binary},
    {"Div", 2, 2, binary},
    {"Add", 2, 2, binary},
    {"Sub", 2, 2, binary},
    {"Mod", 2, 2, binary},
    {"Pow", 2, 2, binary},
    {"Equal", 2, 2, binary},
    {"Less", 2, 2, binary},
    {"LessOrEqual", 2, 2, binary},
    {"Greater", 2, 2, binary},
    {"GreaterOrEqual", 2, 2, binary},
    {"And", 2, 2, binary},
    {"Or", 2, 2, binary},
    {"Cast", 1, 1, cast},
    {"Sqrt", 1, 1,
     [](NodeImport& node, const Inputs& x) { return each(node, x[0], [](double a) { return std::sqrt(a); }); }},
    {"Reciprocal", 1, 1,
     [](NodeImport& node, const Inputs& x) { return each(node, x[0], [](double a) { return 1 / a; }); }},
    {"Neg", 1, 1, [](NodeImport& node, const Inputs& x) { return each(node, x[0], [](double a) { return -a; }); }},
    {"Not", 1, 1,
     [](NodeImport& node, const Inputs& x) { return each(node, x[0], [](double a) { return a == 0 ? 1.0 : 0.0; }); }},
    {"Where", 3, 3, where},
};

}  // namespace

std::span<const KnownRule> arithmetic_rules() {
  return rules;
}

}  // namespace tacit::models::onnx
