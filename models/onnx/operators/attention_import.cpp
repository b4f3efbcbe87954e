// Attention, put together from the products and the softmax that exporters write it as. Views (view.h) say which rows
// of which projections a product reads, however the file has cut, turned and joined them.
#include <algorithm>
#include <cmath>
#include <map>

#include "models/onnx/operators/operators.h"

namespace tacit::models::onnx {

namespace {

using Kind = Source::Kind;

/// How far from 1 / sqrt(width) a scale may be, relatively: outputs then still agree to 1e-5.
constexpr double scale_tolerance = 1e-6;

const Source* source_of(const NodeImport& node, std::size_t i) {
  const auto* view = std::get_if<View>(&node.value(i));
  return view == nullptr ? nullptr : view->source.get();
}

bool is_of(const NodeImport& node, std::size_t i, Kind kind) {
  const Source* source = node.has_input(i) ? source_of(node, i) : nullptr;
  return source != nullptr && source->kind == kind;
}

View::Axis whole(const NodeImport& node, const View& view, std::size_t axis) {
  return whole_runs(*view.source, axis, axis + 1, node.batch());
}

bool has_no_offset(const View& view, std::size_t axis) {
  return view.offsets[axis] == 0;
}

/// The axes in front of the last two: the batch and the heads, in any order, also together.
struct Lead {
  std::vector<View::Axis> axes;  ///< heads as axis 1
  std::int64_t heads = 1, head_stride = 0;
};

/// Of a view of a projection, where heads are parts of axis 2, or of scores, where they are axis 1.
std::optional<Lead> lead_of(const NodeImport& node, const View& view) {
  Lead lead;
  const bool is_projection = view.source->kind == Kind::linear;
  std::size_t batches = 0, heads = 0;
  for (std::size_t i = 0; i + 2 < view.axes.size(); ++i) {
    View::Axis& axis = lead.axes.emplace_back(view.axes[i]);
    for (View::Run& run : axis) {
      if (run.axis == 0) {
        if (View::Axis{run} != whole(node, view, 0)) return {};
        ++batches;
      } else if (run.axis == (is_projection ? 2u : 1u)) {
        lead.heads = run.count;
        lead.head_stride = run.stride;
        run = {1, 1, run.count};
        ++heads;
      } else {
        return {};
      }
    }
  }
  if (batches != whole(node, view, 0).size() || heads > 1) return {};
  return lead;
}

struct Operand {
  Heads::Part part;
  Lead lead;
  std::int64_t width = 1;
};

/// A view of a projection as [lead, tokens, width] or, turned, [lead, width, tokens].
std::optional<Operand> operand(const NodeImport& node, const View& view, bool turned) {
  if (view.source->kind != Kind::linear || view.axes.size() < 3) return {};
  const std::size_t count = view.axes.size();
  const View::Axis &tokens = view.axes[turned ? count - 1 : count - 2],
                   &own = view.axes[turned ? count - 2 : count - 1];
  auto lead = lead_of(node, view);
  if (!lead || tokens != whole(node, view, 1) || !has_no_offset(view, 1) || own.size() > 1 ||
      (own.size() == 1 && own[0].axis != 2))
    return {};
  std::optional<Operand> result(std::in_place);
  result->part.projection = view.source;
  result->part.offset = view.offsets[2];
  result->part.head_stride = lead->head_stride;
  result->lead = *std::move(lead);
  if (!own.empty()) {
    result->part.stride = own[0].stride;
    result->width = own[0].count;
  }
  return result;
}

std::string kinds_of(const View& a, const View& b) {
  return fmt::format("multiplies {} by {}", in_words(extents_of(a)), in_words(extents_of(b)));
}

/// Q K^T, from views of their projections.
View scores_of(const NodeImport& node, const View& a, const View& b) {
  const auto query = operand(node, a, false), key = operand(node, b, true);
  if (!query || !key || query->lead.axes != key->lead.axes || query->width != key->width ||
      a.source->shape[0] != b.source->shape[0])
    node.refuse(
        "{}, which depend on the input, expected a constant matrix, or queries [.., tokens, width] and keys [.., "
        "width, tokens] of attention, straight from linear layers",
        kinds_of(a, b));
  auto source = std::make_shared<Source>();
  source->kind = Kind::scores;
  source->heads = {.query = query->part,
                   .key = key->part,
                   .value = {},
                   .tokens = a.source->shape[0],
                   .heads = query->lead.heads,
                   .width = query->width,
                   .scale = a.factor * b.factor};
  source->shape = {source->heads.heads, source->heads.tokens, source->heads.tokens};
  View view = whole_view(source, node.batch());
  std::vector<View::Axis> axes = query->lead.axes;
  axes.push_back(view.axes[2]);
  axes.push_back(view.axes[3]);
  view.axes = std::move(axes);
  return view;
}

/// Whether the last two axes are those of queries and keys.
bool ends_in_scores(const NodeImport& node, const View& view) {
  const std::size_t count = view.axes.size();
  return count >= 3 && view.axes[count - 2] == whole(node, view, 2) && view.axes[count - 1] == whole(node, view, 3) &&
         std::all_of(view.offsets.begin(), view.offsets.end(), [](std::int64_t at) { return at == 0; });
}

/// The same view of another stage, which takes the factor into its scale.
View next_stage(const View& from, Kind kind) {
  View view = from;
  view.source = std::make_shared<Source>(*from.source);
  view.source->kind = kind;
  view.source->heads.scale *= from.factor;
  view.factor = 1;
  return view;
}

View softmax_of(const NodeImport& node, const View& scores) {
  if (!ends_in_scores(node, scores)) node.refuse("takes the softmax of scores whose last axis is not that of the keys");
  return next_stage(scores, Kind::weights);
}

/// P V
View mixed_of(const NodeImport& node, const View& weights, const View& values) {
  const auto lead = lead_of(node, weights);
  const auto value = operand(node, values, false);
  const Heads& heads = weights.source->heads;
  if (!lead || !ends_in_scores(node, weights) || !value || value->lead.axes != lead->axes ||
      values.source->shape[0] != heads.tokens || value->width != heads.width || weights.factor != 1 ||
      values.factor != 1)
    node.refuse(
        "{}, expected the weights of attention and values [.., tokens, width] straight from a linear layer, of the "
        "width {} of queries and keys",
        kinds_of(weights, values), heads.width);
  auto source = std::make_shared<Source>();
  source->kind = Kind::mixed;
  source->heads = heads;
  source->heads.value = value->part;
  source->shape = {heads.tokens, heads.heads * heads.width};
  View view = whole_view(source, node.batch());
  std::vector<View::Axis> axes = lead->axes;
  for (View::Axis& axis : axes)
    for (View::Run& run : axis)
      if (run.axis == 1) run = {2, heads.width, heads.heads};
  axes.push_back(view.axes[1]);
  axes.push_back(simplified({{2, 1, heads.width}}));
  view.axes = std::move(axes);
  return view;
}

/// A mask of scores [.., queries, keys] as a list of which are hidden; its last two axes are `rows` and `columns`.
struct Mask {
  std::size_t rows = 1, columns = 1;
  std::vector<bool> hidden;
};

Mask mask_of(const NodeImport& node, const Tensor& tensor, const std::vector<bool>& hidden, std::int64_t tokens) {
  Mask mask{.hidden = hidden};
  const Shape& shape = tensor.shape;
  const auto extent = [&](std::size_t from_end) {
    return shape.size() < from_end ? 1 : shape[shape.size() - from_end];
  };
  bool fits = (extent(2) == 1 || extent(2) == tokens) && (extent(1) == 1 || extent(1) == tokens);
  for (std::size_t axis = 0; axis + 2 < shape.size(); ++axis) fits = fits && shape[axis] == 1;
  if (!fits)
    node.refuse("masks the scores of {} tokens with shape {}, expected one mask for all examples and heads", tokens,
                to_string(shape));
  mask.rows = static_cast<std::size_t>(extent(2));
  mask.columns = static_cast<std::size_t>(extent(1));
  return mask;
}

/// Scores under a mask that hides nothing, or what stands behind a token. No other one is dropped silently.
View masked(const NodeImport& node, const View& scores, const Mask& mask) {
  if (!ends_in_scores(node, scores)) node.refuse("masks scores whose last axes are not those of queries and keys");
  const auto tokens = static_cast<std::size_t>(scores.source->heads.tokens);
  View result = next_stage(scores, Kind::scores);
  result.source->heads.is_masked = true;
  if (std::find(mask.hidden.begin(), mask.hidden.end(), true) == mask.hidden.end()) return result;
  bool causal = mask.rows == tokens && mask.columns == tokens;
  for (std::size_t i = 0; causal && i < mask.hidden.size(); ++i) causal = mask.hidden[i] == (i % tokens > i / tokens);
  if (!causal)
    node.refuse("masks scores of attention otherwise than by hiding the tokens behind each, which no layer here does");
  result.source->heads.causal = true;
  return result;
}

/// Scores under truths about padding.
View hidden_by(const NodeImport& node, const View& scores, const View& truths) {
  if (!ends_in_scores(node, scores)) node.refuse("masks scores whose last axes are not those of queries and keys");
  const PaddingIds padding = padding_of_truths(node, truths, scores);
  View result = next_stage(scores, Kind::scores);
  Heads& heads = result.source->heads;
  if (heads.padding && (heads.padding->ids.layer != padding.ids.layer || heads.padding->token != padding.token))
    node.refuse("masks scores by two paddings");
  heads.padding = padding;
  heads.is_masked = true;
  heads.causal = heads.causal || truths.source->is_causal;
  return result;
}

/// Whether weights are those of scores that such truths have hidden, so that they are 0 where it says nothing anew.
bool hides_again(const NodeImport& node, const View& weights, const View& truths) {
  const Heads& heads = weights.source->heads;
  if (!heads.padding || !ends_in_scores(node, weights) || heads.causal != truths.source->is_causal) return false;
  const PaddingIds padding = padding_of_truths(node, truths, weights);
  return padding.ids.layer == heads.padding->ids.layer && padding.token == heads.padding->token &&
         padding.in_front == heads.padding->in_front;
}

/// A mask that is added: 0, or so low that no weight is left.
Mask added_mask(const NodeImport& node, const Tensor& tensor, std::int64_t tokens) {
  if (!tensor.is_float()) node.refuse("adds integers ('{}') to scores", tensor.name);
  std::vector<bool> hidden;
  for (const float value : tensor.floats()) {
    if (value != 0 && !(static_cast<double>(value) <= hidden_score))
      node.refuse("adds {} to scores of attention, expected 0, or at most {} where a token is hidden", value,
                  hidden_score);
    hidden.push_back(value != 0);
  }
  return mask_of(node, tensor, hidden, tokens);
}

/// Rows of in_proj_weight and elements of in_proj_bias, and which rows of which projection they are.
struct InProjection {
  std::vector<float> weight, bias;
  bool has_bias = true;
  std::map<Source*, std::vector<bool>> used;
};

void append(const NodeImport& node, const Heads& heads, const Heads::Part& part, const char* what, InProjection& into) {
  const PendingLinear& linear = part.projection->linear;
  const std::vector<float> weight = linear.weight();
  std::vector<bool>& used = into.used[part.projection.get()];
  used.resize(static_cast<std::size_t>(linear.outputs));
  for (std::int64_t head = 0; head < heads.heads; ++head)
    for (std::int64_t i = 0; i < heads.width; ++i) {
      const auto row = static_cast<std::size_t>(part.offset + head * part.head_stride + i * part.stride);
      if (used.at(row))
        node.refuse("ends attention whose {} share row {} of a projection ('{}') with other parts of it", what, row,
                    linear.node->outputs[0]);
      used[row] = true;
      const auto begin = weight.begin() + static_cast<std::ptrdiff_t>(row) * linear.inputs;
      into.weight.insert(into.weight.end(), begin, begin + linear.inputs);
      into.bias.push_back(linear.bias ? linear.bias->floats()[row] : 0.0f);
    }
}

InProjection in_projection(NodeImport& node, const Heads& heads) {
  InProjection result;
  append(node, heads, heads.query, "queries", result);
  append(node, heads, heads.key, "keys", result);
  append(node, heads, heads.value, "values", result);
  const auto has_bias = [](const Heads::Part& part) { return part.projection->linear.bias != nullptr; };
  // A bias of the keys adds the same to all scores of a query: without it nothing changes, and its gradient is 0.
  result.has_bias = has_bias(heads.query);
  if (has_bias(heads.query) != has_bias(heads.value) || (has_bias(heads.key) && !result.has_bias))
    node.refuse("ends attention where some of queries, keys and values have a bias, expected all or none of them");
  for (const auto& [source, used] : result.used) {
    const std::string& name = source->linear.node->outputs[0];
    if (!source->written.layer.empty() || source->is_taken)
      node.refuse("ends attention whose projection ('{}') others read too", name);
    if (std::find(used.begin(), used.end(), false) != used.end())
      node.refuse("ends attention that reads a part of a projection ('{}') only", name);
    source->is_taken = true;
  }
  return result;
}

/// What stands in front of the name of the projection behind it: "block.attention" of
/// "block.attention.out_proj.weight".
std::string name_from(const PendingLinear& projection) {
  std::string owner = owner_of(projection.name_from);
  if (owner.empty() && projection.bias) owner = owner_of(projection.bias->name);
  if (owner.empty()) {
    owner = module_of(projection.node->name);
    std::replace(owner.begin(), owner.end(), '/', '.');
  }
  const std::size_t dot = owner.rfind('.');
  return dot == std::string::npos ? std::string() : owner.substr(0, dot) + ".out_proj";
}

View factor_times(const NodeImport& node, View view, double factor) {
  if (!std::isfinite(factor) || factor == 0) node.refuse("multiplies by {}, expected a number other than 0", factor);
  if (view.source->kind == Kind::weights || (view.source->kind == Kind::scores && view.source->heads.is_masked))
    node.refuse("scales attention behind its mask or softmax");
  view.factor *= factor;
  view.by = node.node();
  return view;
}

/// The one float that input i is, if it is constant.
std::optional<double> single_float(const NodeImport& node, std::size_t i) {
  if (!node.is_constant(i) || !node.constant(i).is_float() || node.constant(i).size() != 1) return {};
  return static_cast<double>(node.constant(i).floats()[0]);
}

}  // namespace

bool import_product(NodeImport& node) {
  if (!node.is_activation(0) || !node.is_activation(1)) return false;
  View view = is_of(node, 0, Kind::weights) ? mixed_of(node, node.view(0), node.view(1))
                                            : scores_of(node, node.view(0), node.view(1));
  view.by = node.node();
  node.give(std::move(view));
  return true;
}

void import_multiply(NodeImport& node) {
  node.expect_inputs(2, 2);
  for (const std::size_t side : {0, 1})
    if (const auto factor = single_float(node, side); factor && node.is_activation(1 - side))
      return node.give(factor_times(node, node.view(1 - side), *factor));
  node.refuse("multiplies examples, expected a product of GELU, SiLU or a normalisation, or the scale of attention");
}

void import_divide(NodeImport& node) {
  node.expect_inputs(2, 2);
  const auto divisor = single_float(node, 1);
  if (!divisor || !node.is_activation(0))
    node.refuse("divides examples, expected a quotient of GELU or a normalisation, or the scale of attention");
  if (*divisor == 0) node.refuse("divides by 0");
  node.give(factor_times(node, node.view(0), 1 / *divisor));
}

bool import_mask(NodeImport& node) {
  for (const std::size_t side : {0, 1}) {
    if (!is_of(node, side, Kind::scores)) continue;
    if (is_of(node, 1 - side, Kind::truths) && node.view(1 - side).source->is_added) {
      View hidden = hidden_by(node, node.view(side), node.view(1 - side));
      hidden.by = node.node();
      node.give(std::move(hidden));
      return true;
    }
    const auto tensor = node.constant_or_repeated(1 - side);
    if (!tensor) node.refuse("adds '{}' to scores of attention, expected a constant mask", node.input_name(1 - side));
    const View scores = node.view(side);
    View view = masked(node, scores, added_mask(node, *tensor, scores.source->heads.tokens));
    view.by = node.node();
    node.give(std::move(view));
    return true;
  }
  return false;
}

// Of scores and one very low number, by truths: the latter hides.
void import_where(NodeImport& node) {
  node.expect_inputs(3, 3);
  if (import_added_truths(node)) return;
  for (const std::size_t side : {1, 2}) {
    const bool is_scores = is_of(node, side, Kind::scores), is_weights = is_of(node, side, Kind::weights);
    if (!is_of(node, 0, Kind::truths) || (!is_scores && !is_weights)) continue;
    const View truths = node.view(0);
    const auto other = single_float(node, 3 - side);
    if (truths.source->is_added || truths.source->is_true_of_padding != (side == 2) || !other ||
        !(is_scores ? *other <= hidden_score : *other == 0 && hides_again(node, node.view(side), truths)))
      node.refuse("chooses between attention and '{}' by padding otherwise than by hiding it",
                  node.input_name(3 - side));
    View view = is_scores ? hidden_by(node, node.view(side), truths) : node.view(side);
    view.by = node.node();
    return node.give(std::move(view));
  }
  for (const std::size_t side : {1, 2}) {
    if (!is_of(node, side, Kind::scores)) continue;
    const auto truths = node.constant_or_repeated(0);
    const auto low = single_float(node, 3 - side);
    if (!truths || truths->is_float() || !low || !(*low <= hidden_score))
      node.refuse("chooses between scores of attention and '{}', expected constant truths and a number of at most {}",
                  node.input_name(3 - side), hidden_score);
    std::vector<bool> hidden;
    for (const std::int64_t truth : truths->integers()) hidden.push_back((truth != 0) != (side == 1));
    const View scores = node.view(side);
    View view = masked(node, scores, mask_of(node, *truths, hidden, scores.source->heads.tokens));
    view.by = node.node();
    return node.give(std::move(view));
  }
  node.refuse("chooses among examples, expected the mask of attention");
}

bool import_attention_softmax(NodeImport& node) {
  if (!is_of(node, 0, Kind::scores)) return false;
  View scores = node.view(0);
  const std::int64_t axis = node.integer("axis", -1);
  if (node.full_axis(axis, scores.axes.size()) + 1 != scores.axes.size())
    node.refuse_attribute("axis", axis, "the last one, that of the keys");
  View view = softmax_of(node, scores);
  view.by = node.node();
  node.give(std::move(view));
  return true;
}

Activation import_output_projection(NodeImport& node, const Heads& heads, const PendingLinear& projection) {
  const std::int64_t width = heads.heads * heads.width;
  const double expected = 1 / std::sqrt(static_cast<double>(heads.width));
  if (!(std::abs(heads.scale / expected - 1) <= scale_tolerance))
    node.refuse("ends attention whose scores are scaled by {}, expected {}, as its heads are {} wide", heads.scale,
                expected, heads.width);
  const Activation& x = heads.query.projection->linear.x;
  for (const Heads::Part* part : {&heads.key, &heads.value})
    if (part->projection->linear.x.layer != x.layer)
      node.refuse("ends attention between sequences ('{}' and '{}'), expected one that attends to itself", x.layer,
                  part->projection->linear.x.layer);
  if (x.shape != Shape{heads.tokens, width} || projection.outputs != width)
    node.refuse("ends attention of {} heads, {} wide each, from width {} to {}, expected {} everywhere", heads.heads,
                heads.width, x.shape.back(), projection.outputs, width);
  InProjection in = in_projection(node, heads);
  const bool out_bias = projection.bias != nullptr;
  std::string keys = fmt::format("heads = {}\n", heads.heads);
  if (heads.causal) keys += "causal = true\n";
  if (!in.has_bias) keys += "bias = false\n";
  if (out_bias != in.has_bias) keys += fmt::format("out_bias = {}\n", out_bias);
  std::vector<LayerWeight> weights = {{"in_proj_weight", std::move(in.weight)}};
  if (in.has_bias) weights.push_back({"in_proj_bias", std::move(in.bias)});
  weights.push_back({"out_proj.weight", projection.weight()});
  if (out_bias) weights.push_back({"out_proj.bias", projection.bias->floats()});
  std::vector<Activation> inputs = {x};
  if (heads.padding) {
    keys += padding_key(*heads.padding);
    inputs.push_back(heads.padding->ids);
  }
  return node.add_layer("attention", keys, inputs, weights, name_from(projection));
}

// Queries, keys and values [batch, heads, tokens, width], or [batch, tokens, heads width].
void import_attention(NodeImport& node) {
  node.expect_inputs(3, 7);
  for (std::size_t i = 4; i < node.inputs(); ++i)
    if (node.has_input(i))
      node.refuse("has input {} ('{}'), expected queries, keys, values and a mask only", i, node.input_name(i));
  node.ignore("qk_matmul_output_mode");  // of an output that nothing here reads
  node.ignore("softmax_precision");
  node.expect_number("softcap", 0);
  View parts[3];
  const bool is_flat = node.view(0).axes.size() == 3;
  const std::int64_t heads = node.integer("q_num_heads", 0);
  if (node.integer("kv_num_heads", heads) != heads) node.refuse_attribute("kv_num_heads", "another number", heads);
  for (std::size_t i = 0; i < 3; ++i) {
    const View from = node.view(i);
    std::optional<View> view = from;
    if (is_flat && from.axes.size() == 3 && heads > 0) {
      view = reshaped(from, {extents_of(from)[0], extents_of(from)[1], {static_cast<double>(heads)}, {-1}}, false);
      if (view) view = transposed(*view, {0, 2, 1, 3});
    }
    if (!view || view->axes.size() != 4)
      node.refuse("reads {} as input {}, expected [batch, heads, tokens, width] or q_num_heads",
                  in_words(extents_of(from)), i);
    parts[i] = *view;
  }
  View scores = scores_of(node, parts[0], transposed(parts[1], {0, 1, 3, 2}));
  Heads& stage = scores.source->heads;
  stage.scale *=
      static_cast<double>(node.number("scale", static_cast<float>(1 / std::sqrt(static_cast<double>(stage.width)))));
  if (node.has_input(3) && is_of(node, 3, Kind::truths)) {
    const View truths = node.view(3);  // true where a key is seen
    if (!truths.source->is_added && truths.source->is_true_of_padding)
      node.refuse("sees padding only ('{}'), expected truths that are false of it", node.input_name(3));
    scores = hidden_by(node, scores, truths);
  } else if (node.has_input(3)) {
    const auto tensor = node.constant_or_repeated(3);
    if (!tensor) node.refuse("masks by '{}', expected a constant mask", node.input_name(3));
    std::vector<bool> hidden;
    if (!tensor->is_float())
      for (const std::int64_t truth : tensor->integers()) hidden.push_back(truth == 0);
    scores = masked(
        node, scores,
        tensor->is_float() ? added_mask(node, *tensor, stage.tokens) : mask_of(node, *tensor, hidden, stage.tokens));
  }
  if (node.integer("is_causal", 0) != 0) scores.source->heads.causal = true;
  View view = mixed_of(node, softmax_of(node, scores), parts[2]);
  if (is_flat)
    view = *reshaped(transposed(view, {0, 2, 1, 3}), {extents_of(view)[0], extents_of(view)[2], {-1}}, false);
  view.by = node.node();
  node.give(std::move(view));
}

}  // namespace tacit::models::onnx
