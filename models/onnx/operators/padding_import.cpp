// Padding: ids that are a token, and what hides keys of attention by them.
#include <algorithm>

#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

namespace {

using Kind = Source::Kind;

const View* view_of(const NodeImport& node, std::size_t i, Kind kind) {
  if (!node.has_input(i)) return nullptr;
  const auto* view = std::get_if<View>(&node.value(i));
  return view != nullptr && view->source->kind == kind ? view : nullptr;
}

/// The one number that a constant holds.
std::optional<double> single(const NodeImport& node, std::size_t i) {
  if (!node.is_constant(i) || node.constant(i).size() != 1) return {};
  return known_values(node, i).values[0].value;
}

std::optional<PaddingIds> ids_of(NodeImport& node, std::size_t i) {
  if (const View* view = view_of(node, i, Kind::ids))
    return view->axes == whole_view(view->source, node.batch()).axes ? std::optional(view->source->padding)
                                                                     : std::nullopt;
  const auto* ids = std::get_if<Activation>(&node.value(i));
  if (ids == nullptr || ids->shape.size() != 1) return {};
  PaddingIds result;
  result.ids = *ids;
  return result;
}

void give_truths(NodeImport& node, View view, const Source& source) {
  view.source = std::make_shared<Source>(source);
  view.by = node.node();
  node.give(std::move(view));
}

/// Whether a constant says "not behind": 1 on and below the diagonal of its last two axes.
bool is_lower_triangle(const Tensor& tensor, std::int64_t tokens) {
  if (tensor.is_float() || tensor.shape.size() < 2 ||
      element_count(tensor.shape) != static_cast<std::size_t>(tokens * tokens) || tensor.shape.back() != tokens ||
      tensor.shape[tensor.shape.size() - 2] != tokens)
    return false;
  for (std::size_t i = 0; i < tensor.size(); ++i)
    if ((tensor.integers()[i] != 0) != (i % static_cast<std::size_t>(tokens) <= i / static_cast<std::size_t>(tokens)))
      return false;
  return true;
}

}  // namespace

// Ids of class tokens, say, in front of those of an example.
void import_pad(NodeImport& node) {
  node.expect_inputs(2, 3);
  const auto* ids = std::get_if<Activation>(&node.value(0));
  const std::vector<std::int64_t>& pads = node.integers(1);
  const double value = node.has_input(2) ? single(node, 2).value_or(0) : 0;
  if (const std::string mode = node.word("mode", "constant"); mode != "constant")
    node.refuse_attribute("mode", mode, "constant");
  constexpr std::int64_t most = 65536;
  if (ids == nullptr || ids->shape.size() != 1 || pads.size() != 4 || pads[0] != 0 || pads[2] != 0 || pads[3] != 0 ||
      pads[1] < 0 || pads[1] > most)
    node.refuse("pads by {}, expected token ids [batch, tokens] and others in front of them", list_in_words(pads));
  auto source = std::make_shared<Source>();
  source->kind = Kind::ids;
  source->padding.ids = *ids;
  source->padding.token = value;
  source->padding.in_front = pads[1];
  source->shape = {ids->shape[0] + pads[1]};
  View view = whole_view(std::move(source), node.batch());
  view.by = node.node();
  node.give(std::move(view));
}

void import_equal(NodeImport& node) {
  node.expect_inputs(2, 2);
  for (const std::size_t side : {0, 1}) {
    const auto token = single(node, side);
    const auto ids = token ? ids_of(node, 1 - side) : std::nullopt;
    if (!ids || !(*token >= 0 && *token <= 1 << 24 && *token == static_cast<double>(static_cast<std::int64_t>(*token))))
      continue;
    if (ids->in_front > 0 && ids->token == *token)
      node.refuse("takes ids in front of an example for padding ({})", *token);
    Source source;
    source.kind = Kind::truths;
    source.padding = *ids;
    source.padding.token = *token;
    const std::int64_t tokens = ids->ids.shape[0] + ids->in_front;
    source.shape = {tokens, tokens};
    source.is_true_of_padding = true;
    View view = whole_view(std::make_shared<Source>(source), node.batch());
    view.axes.erase(view.axes.begin() + 1);
    return give_truths(node, std::move(view), source);
  }
  node.refuse("compares examples, expected token ids [batch, tokens] and one constant token");
}

void import_not(NodeImport& node) {
  node.expect_inputs(1, 1);
  const View* truths = view_of(node, 0, Kind::truths);
  if (truths == nullptr || truths->source->is_causal || truths->source->is_added)
    node.refuse("negates '{}', expected truths about padding", node.input_name(0));
  Source source = *truths->source;
  source.is_true_of_padding = !source.is_true_of_padding;
  give_truths(node, *truths, source);
}

void import_and(NodeImport& node) {
  node.expect_inputs(2, 2);
  for (const std::size_t side : {0, 1}) {
    const View* truths = view_of(node, side, Kind::truths);
    if (truths == nullptr || truths->source->is_true_of_padding || truths->source->is_causal) continue;
    const auto triangle = node.constant_or_repeated(1 - side);
    const std::size_t count = truths->axes.size();
    if (!triangle || !is_lower_triangle(*triangle, truths->source->shape[0]) || triangle->shape.size() > count ||
        count < 3 || !truths->axes[count - 2].empty())
      continue;
    View view = *truths;
    view.axes[count - 2] = whole_runs(*truths->source, 1, 2, node.batch());
    Source source = *truths->source;
    source.is_causal = true;
    return give_truths(node, std::move(view), source);
  }
  node.refuse("joins '{}' and '{}', expected truths about padding and a constant causal mask", node.input_name(0),
              node.input_name(1));
}

// A very low number where there is padding, and 0 elsewhere.
bool import_added_truths(NodeImport& node) {
  const View* truths = view_of(node, 0, Kind::truths);
  if (truths == nullptr || node.is_activation(1) || node.is_activation(2)) return false;
  const Source& of = *truths->source;
  const std::size_t hidden = of.is_true_of_padding ? 1 : 2;
  const auto all_are = [&](std::size_t i, const auto& rule) {
    if (node.is_repeated(i) && node.repeated(i).is_float())
      return std::ranges::all_of(node.repeated(i).floats(),
                                 [&](float value) { return rule(static_cast<double>(value)); });
    if (node.is_repeated(i)) return false;
    const std::vector<Number> numbers = known_values(node, i).values;
    return !numbers.empty() &&
           std::ranges::all_of(numbers, [&](const Number& n) { return !n.of_batch && rule(n.value); });
  };
  if (of.is_causal || of.is_added || !all_are(hidden, [](double value) { return value <= hidden_score; }) ||
      !all_are(3 - hidden, [](double value) { return value == 0; }))
    node.refuse("chooses between '{}' and '{}' by padding, expected at most {} where it is and 0 elsewhere",
                node.input_name(1), node.input_name(2), hidden_score);
  Source source = of;
  source.is_added = true;
  give_truths(node, *truths, source);
  return true;
}

PaddingIds padding_of_truths(const NodeImport& node, const View& truths, const View& scores) {
  const std::size_t count = truths.axes.size(), more = scores.axes.size() - std::min(count, scores.axes.size());
  const auto whole = [&](std::size_t axis) { return whole_runs(*truths.source, axis, axis + 1, node.batch()); };
  const bool is_causal = truths.source->is_causal;
  bool fits = count >= 3 && count <= scores.axes.size() && truths.source->shape[1] == scores.source->heads.tokens &&
              truths.axes[count - 1] == whole(2) && truths.factor == 1 &&
              std::ranges::all_of(truths.offsets, [](std::int64_t at) { return at == 0; });
  View::Axis batch;
  for (std::size_t i = 0; fits && i + 1 < count; ++i) {
    const View::Axis &own = truths.axes[i], &theirs = scores.axes[i + more];
    if (i + 2 == count && is_causal) {
      fits = own == whole(1);
      continue;
    }
    // The batch as it lies there; everything else is the same all along.
    for (std::size_t run = 0; run < own.size(); ++run) {
      const bool is_batch = own[run].axis == 0;
      if (is_batch) batch.push_back(own[run]);
      fits = fits && own.size() == theirs.size() &&
             (is_batch ? own[run] == theirs[run] : own[run].stride == 0 && own[run].count == theirs[run].count);
    }
  }
  if (!fits || batch != whole(0))
    node.refuse("masks scores {} by padding as {}, expected truths [batch, 1, 1, keys]", in_words(extents_of(scores)),
                in_words(extents_of(truths)));
  return truths.source->padding;
}

std::string padding_key(const PaddingIds& padding) {
  return fmt::format("padding = {:.0f}\n", padding.token);
}

namespace {

void import_masked_pooling(NodeImport& node, const char* type, const std::string& keys) {
  node.expect_inputs(2, 2);
  const Activation x = node.activation(0);
  const View* truths = view_of(node, 1, Kind::truths);
  const auto whole = [&](std::size_t axis) { return whole_runs(*truths->source, axis, axis + 1, node.batch()); };
  if (truths == nullptr || truths->source->is_true_of_padding || truths->source->is_causal ||
      truths->source->is_added || x.shape.size() != 2 || truths->source->shape[0] != x.shape[0] ||
      truths->axes.size() != 2 || truths->axes[0] != whole(0) || truths->axes[1] != whole(2))
    node.refuse("pools tokens by '{}', expected truths [batch, tokens] of which tokens are no padding",
                node.input_name(1));
  const PaddingIds padding = truths->source->padding;
  node.layer(type, keys + padding_key(padding), {x, padding.ids});
}

}  // namespace

void import_masked_mean(NodeImport& node) {
  import_masked_pooling(node, "token_mean", "");
}
void import_masked_last(NodeImport& node) {
  import_masked_pooling(node, "token_select", "token = \"last\"\n");
}

}  // namespace tacit::models::onnx
