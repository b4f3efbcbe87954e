#include <algorithm>

#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

Extents extents(const NodeImport& node, std::size_t i) {
  if (const auto* computed = std::get_if<Extents>(&node.value(i))) return *computed;
  const std::vector<std::int64_t>& list = node.integers(i);
  return {list.begin(), list.end()};
}

namespace {

/// `i` of a list as it is counted from its end if negative; ends beyond the list mean its ends.
std::ptrdiff_t place(std::int64_t i, const Extents& list) {
  const auto count = static_cast<std::int64_t>(list.size());
  if (i < 0) i = i < -count ? 0 : i + count;
  return static_cast<std::ptrdiff_t>(std::clamp<std::int64_t>(i, 0, count));
}

Extents part(const Extents& list, std::int64_t begin, std::int64_t end) {
  const std::ptrdiff_t first = place(begin, list), last = std::max(first, place(end, list));
  return {list.begin() + first, list.begin() + last};
}

/// Combines two lists element by element; one element is repeated.
template <class Combine>
Extents combined(const NodeImport& node, const Extents& a, const Extents& b, const Combine& combine) {
  const std::size_t size = std::max(a.size(), b.size());
  if (a.empty() || b.empty() || (a.size() != size && a.size() != 1) || (b.size() != size && b.size() != 1))
    node.refuse("combines lists of {} and {} extents", a.size(), b.size());
  Extents result;
  for (std::size_t i = 0; i < size; ++i) result.push_back(combine(a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]));
  return result;
}

}  // namespace

void import_shape(NodeImport& node) {
  node.expect_inputs(1, 1);
  Extents all;
  if (node.is_activation(0)) {
    all.emplace_back();
    for (const std::int64_t extent : node.any_activation(0).shape) all.emplace_back(extent);
  } else if (node.is_constant(0)) {
    for (const std::int64_t extent : node.constant(0).shape) all.emplace_back(extent);
  } else {
    all.emplace_back(static_cast<std::int64_t>(extents(node, 0).size()));
  }
  const std::int64_t begin = node.integer("start", 0);
  node.give(part(all, begin, node.integer("end", static_cast<std::int64_t>(all.size()))));
}

void import_constant_of_shape(NodeImport& node) {
  node.expect_inputs(1, 1);
  const Extents shape = extents(node, 0);
  constexpr std::int64_t most = 16;  // extents of a shape
  if (shape.size() != 1 || !shape[0] || *shape[0] < 0 || *shape[0] > most)
    node.refuse("makes a constant of another shape than a list of at most {} extents", most);
  const Tensor* value = node.tensor("value");
  if (value == nullptr || value->is_float() || value->size() != 1)
    node.refuse("attribute 'value' is no integer, expected one");
  node.give(Extents(static_cast<std::size_t>(*shape[0]), value->integers()[0]));
}

void import_multiply(NodeImport& node) {
  node.expect_inputs(2, 2);
  for (const std::size_t side : {0, 1})
    if (node.is_activation(side))
      node.refuse("multiplies examples, expected the products of GELU, SiLU and normalisations only");
  node.give(combined(node, extents(node, 0), extents(node, 1), [&](const auto& a, const auto& b) {
    constexpr std::int64_t most = std::int64_t{1} << 31;
    if (!a || !b || *a > most || *a < -most || *b > most || *b < -most)
      node.refuse("multiplies the size of the batch or numbers beyond 2^31");
    return std::optional(*a * *b);
  }));
}

// The batch has no negative extent.
void import_equal(NodeImport& node) {
  node.expect_inputs(2, 2);
  node.give(combined(node, extents(node, 0), extents(node, 1), [&](const auto& a, const auto& b) {
    if ((!a && (!b || *b >= 0)) || (!b && *a >= 0)) node.refuse("asks for the size of the batch");
    return std::optional<std::int64_t>(a && b && *a == *b);
  }));
}

void import_where(NodeImport& node) {
  node.expect_inputs(3, 3);
  const Extents condition = extents(node, 0), otherwise = extents(node, 2);
  Extents chosen = combined(node, extents(node, 1), otherwise, [](const auto& a, const auto&) { return a; });
  if (condition.size() != chosen.size() || otherwise.size() != chosen.size())
    node.refuse("chooses among lists of {}, {} and {} extents", condition.size(), chosen.size(), otherwise.size());
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (condition[i] == 0) chosen[i] = otherwise[i];
  node.give(chosen);
}

void import_gather_of_extents(NodeImport& node) {
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
  node.give(part(from, one(1), one(2)));
}

}  // namespace tacit::models::onnx
