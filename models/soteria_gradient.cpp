#include "models/soteria_gradient.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace tacit::models {

namespace {

/// Every node but the last, in the same order: the last one has a single input, and each value is used, so that input
/// is the output of the node before it and nothing else is left over.
Graph<float> front_of(const Model<float>& model) {
  Graph<float> front(model.input_shape());
  const auto& nodes = model.graph().nodes();
  for (std::size_t node = 0; node + 1 < nodes.size(); ++node)
    front.add(nodes[node].name, nodes[node].layer, nodes[node].inputs);
  return front;
}

Representation required(const Model<float>& model) {
  const auto representation = representation_of(model);
  if (!representation) fail(ErrorKind::usage, "soteria needs layers before a last one that is linear");
  return *representation;
}

}  // namespace

std::optional<Representation> representation_of(const Model<float>& model) {
  const auto& nodes = model.graph().nodes();
  if (nodes.size() < 2 || nodes.back().layer->type() != "linear") return {};
  std::size_t offset = nodes.back().theta_offset;
  for (const auto& parameter : nodes.back().layer->parameters()) {
    // A layer that reads each token alone has weights of one token, and r is then not what they multiply.
    if (parameter.name == "weight" && parameter.shape.size() == 2 &&
        static_cast<std::size_t>(parameter.shape[1]) == model.graph().size(nodes.size() - 1))
      return Representation{static_cast<std::size_t>(parameter.shape[1]), static_cast<std::size_t>(parameter.shape[0]),
                            offset};
    offset += element_count(parameter.shape);
  }
  return {};
}

SoteriaGradient::SoteriaGradient(const Model<float>& model, double share)
    : LocalGradient(model),
      representation_(required(model)),
      front_(front_of(model)),
      executor_(front_),
      input_size_(model.input_size()),
      masked_(static_cast<std::size_t>(std::llround(share * static_cast<double>(representation_.size)))) {
  if (!(share >= 0 && share <= 1)) fail(ErrorKind::usage, "soteria's share is {}, expected 0 to 1", share);
  if (const std::string layer = model.coupling_layer(); !layer.empty())
    fail(ErrorKind::usage, "soteria looks at examples one by one, but layer '{}' takes statistics of the whole batch",
         layer);
}

void SoteriaGradient::begin_step(const MaskKey& key) {
  LocalGradient::begin_step(key);
  mode_.masks = key;
}

std::vector<double> SoteriaGradient::telling(std::span<const float> theta, std::span<const float> inputs,
                                             std::size_t count) {
  executor_.set_mode(mode_);
  const std::span<const float> front_theta = theta.first(front_.parameter_count());
  executor_.forward(front_theta, inputs, count);
  const std::size_t size = representation_.size;
  const std::vector<float> r(executor_.outputs().begin(), executor_.outputs().end());
  slopes_.resize(count * input_size_);
  std::vector<double> sums(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::span<float> upstream = executor_.output_gradient();
    std::fill(upstream.begin(), upstream.end(), 0.0f);
    for (std::size_t b = 0; b < count; ++b) upstream[b * size + i] = 1;
    executor_.backward(front_theta, {}, slopes_);
    for (std::size_t b = 0; b < count; ++b) {
      double squares = 0;
      for (std::size_t k = b * input_size_; k < (b + 1) * input_size_; ++k)
        squares += static_cast<double>(slopes_[k]) * static_cast<double>(slopes_[k]);
      const double magnitude = std::abs(static_cast<double>(r[b * size + i]));
      if (magnitude > 0) sums[i] += magnitude / std::sqrt(squares);
    }
  }
  return sums;
}

float SoteriaGradient::estimate(std::span<const float> theta, const Examples<float>& batch, std::span<float> gradient) {
  const float loss = evaluation_.gradient(theta, batch, {.theta = gradient, .inputs = {}, .targets = {}});
  const std::vector<double> sums = telling(theta, batch.inputs, batch.count);
  std::vector<std::size_t> order(sums.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sums[a] > sums[b]; });
  for (std::size_t n = 0; n < masked_; ++n)
    for (std::size_t row = 0; row < representation_.outputs; ++row)
      gradient[representation_.weight_offset + row * representation_.size + order[n]] = 0;
  return loss;
}

}  // namespace tacit::models
