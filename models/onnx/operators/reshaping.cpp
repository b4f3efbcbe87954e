#include <algorithm>

#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

void import_flatten(NodeImport& node) {
  node.expect_inputs(1, 1);
  const View x = node.view(0);
  const std::int64_t axis = node.integer("axis", 1);
  if (node.full_axis(axis, x.axes.size() + 1) != 1)
    node.refuse_attribute("axis", axis, "1, the first axis of an example");
  node.give_view(reshaped(x, {extents_of(x)[0], {-1}}, false), x, "into a flat one");
}

void import_reshape(NodeImport& node) {
  node.expect_inputs(2, 2);
  const bool zero_is_extent = node.integer("allowzero", 0) != 0;
  const View x = node.view(0);
  const std::vector<Number> target = known_list(node, 1);
  node.give_view(reshaped(x, target, zero_is_extent), x,
                 fmt::format("into {}, expected the same elements in the same order", in_words(target)));
}

namespace {

/// The axes that a node names, among `count`.
std::vector<bool> named_axes(NodeImport& node, std::size_t count) {
  std::vector<bool> named(count, false);
  for (const std::int64_t axis : node.integers(1)) {
    const std::size_t at = node.full_axis(axis, count);
    if (named[at]) node.refuse("names axis {} twice", axis);
    named[at] = true;
  }
  return named;
}

}  // namespace

void import_squeeze(NodeImport& node) {
  node.expect_inputs(1, 2);
  const View x = node.view(0);
  std::vector<bool> dropped(x.axes.size());
  // A batch of one is a batch still.
  for (std::size_t axis = 1; axis < dropped.size(); ++axis) dropped[axis] = x.axes[axis].empty();
  if (node.has_input(1)) dropped = named_axes(node, x.axes.size());
  std::optional<View> result = x;
  for (std::size_t axis = dropped.size(); axis-- > 0;)
    if (result && dropped[axis]) result = without_axis(*result, axis);
  node.give_view(result, x, "into one without axes whose extent is not 1");
}

void import_unsqueeze(NodeImport& node) {
  node.expect_inputs(2, 2);
  const View x = node.view(0);
  const std::size_t count = x.axes.size() + node.integers(1).size();
  constexpr std::size_t most = 16;
  if (count > most) node.refuse("makes {} axes, expected at most {}", count, most);
  View result = x;
  result.axes.clear();
  auto next = x.axes.begin();
  for (const bool is_new : named_axes(node, count)) result.axes.push_back(is_new ? View::Axis() : *next++);
  node.give_view(result, x, "");
}

void import_slice(NodeImport& node) {
  node.expect_inputs(3, 5);
  const View x = node.view(0);
  std::optional<View> result = x;
  const std::vector<std::int64_t>&begins = node.integers(1), &ends = node.integers(2);
  if (begins.size() != ends.size() || (node.has_input(3) && node.integers(3).size() != begins.size()) ||
      begins.size() > x.axes.size())
    node.refuse("cuts with {} begins and {} ends", begins.size(), ends.size());
  for (std::size_t i = 0; i < begins.size(); ++i) {
    if (node.has_input(4) && (node.integers(4).size() != begins.size() || node.integers(4)[i] != 1))
      node.refuse("cuts in steps of {}, expected 1", list_in_words(node.integers(4)));
    const std::size_t axis =
        node.has_input(3) ? node.full_axis(node.integers(3)[i], x.axes.size()) : static_cast<std::size_t>(i);
    const Number whole = extents_of(x)[axis];
    const auto extent = static_cast<std::int64_t>(whole.value);
    if (whole.of_batch) {  // all of it, or a part that nobody can know
      if (begins[i] != 0 || ends[i] < std::int64_t{1} << 31) result.reset();
      continue;
    }
    const auto place = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + extent : at, 0, extent); };
    if (result) result = part_of(*result, axis, place(begins[i]), place(ends[i]));
  }
  node.give_view(result, x, fmt::format("into places {} to {}", list_in_words(begins), list_in_words(ends)));
}

void import_split(NodeImport& node) {
  node.expect_inputs(1, 2);
  const View x = node.view(0);
  const std::size_t axis = node.full_axis(node.integer("axis", 0), x.axes.size());
  const auto extent = static_cast<std::int64_t>(extents_of(x)[axis].value);
  const auto parts = static_cast<std::int64_t>(node.outputs());
  if (node.has_attribute("num_outputs")) node.expect_integer("num_outputs", parts);
  std::vector<std::int64_t> sizes(node.outputs(), parts == 0 ? 0 : (extent + parts - 1) / parts);
  if (node.has_input(1)) sizes = node.integers(1);
  if (sizes.size() != node.outputs()) node.refuse("splits into {} parts for {} outputs", sizes.size(), node.outputs());
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    // The last of equal parts may be smaller.
    const std::int64_t end = node.has_input(1) ? begin + sizes[i] : std::min(begin + sizes[i], extent);
    std::optional<View> part;
    if (sizes[i] > 0 && sizes[i] <= extent) part = part_of(x, axis, begin, end);
    if (!part || (i + 1 == sizes.size() && end != extent))
      node.refuse("splits axis {} of extent {} into {}", axis, extent, list_in_words(sizes));
    part->by = node.node();
    node.give(*std::move(part), i);
    begin = end;
  }
}

void import_shape(NodeImport& node) {
  node.expect_inputs(1, 1);
  std::vector<Number> all;
  if (node.is_repeated(0)) {
    for (const std::int64_t extent : node.repeated(0).shape) all.push_back({static_cast<double>(extent)});
    all[0] = node.batch() ? Number{static_cast<double>(*node.batch())} : Number{1, true};
  } else {
    all = extents_of(node.view(0));
  }
  const auto count = static_cast<std::int64_t>(all.size());
  const auto place = [&](std::int64_t i) { return std::clamp<std::int64_t>(i < 0 ? i + count : i, 0, count); };
  const std::int64_t begin = place(node.integer("start", 0)), end = std::max(begin, place(node.integer("end", count)));
  give_known(node, {{end - begin}, true, {all.begin() + begin, all.begin() + end}});
}

void export_flatten(LayerExport& layer) {
  layer.give(layer.flat_input(0));
}

void export_reshape(LayerExport& layer) {
  layer.give(layer.reshape(layer.input(0), layer.output_shape()));
}

}  // namespace tacit::models::onnx
