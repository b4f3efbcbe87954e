#include "attacks/r_gap/invertible_chain.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/graph.h"
#include "models/layers/convolution.h"
#include "models/layers/leaky_relu.h"

namespace tacit::attacks {
namespace {

using Node = models::Graph<double>::Node;
using Kind = InvertibleActivation::Kind;

/// How near to the ends of the range of tanh and sigmoid a value is still undone.
constexpr double edge = 1e-12;

std::optional<InvertibleActivation> as_activation(const Node& node) {
  const std::string_view type = node.layer->type();
  if (type == "tanh") return InvertibleActivation(Kind::tanh, 1);
  if (type == "sigmoid") return InvertibleActivation(Kind::sigmoid, 1);
  const auto* leaky = dynamic_cast<const models::LeakyRelu<double>*>(node.layer.get());
  if (leaky != nullptr && leaky->function().negative_slope > 0)
    return InvertibleActivation(Kind::leaky_relu, leaky->function().negative_slope);
  return {};
}

std::optional<ChainStage> as_stage(const Node& node) {
  ChainStage stage;
  stage.name = node.name;
  stage.inputs = element_count(node.layer->input_shapes().front());
  stage.outputs = element_count(node.layer->output_shape());
  const auto* convolution = dynamic_cast<const models::Convolution<double>*>(node.layer.get());
  if (convolution != nullptr && convolution->groups() == 1) stage.windows = convolution->windows();
  if (!stage.windows && node.layer->type() != "linear") return {};
  std::size_t offset = node.theta_offset;
  for (const auto& parameter : node.layer->parameters()) {
    const std::size_t size = element_count(parameter.shape);
    if (parameter.name == "weight") {
      stage.weight_offset = offset;
      stage.weight_size = size;
    } else {
      stage.bias_offset = offset;
      stage.bias_size = size;
    }
    offset += size;
  }
  return stage;
}

}  // namespace

double InvertibleActivation::inverse(double a) const {
  switch (kind_) {
    case Kind::none:
      return a;
    case Kind::leaky_relu:
      return a > 0 ? a : a / negative_slope_;
    case Kind::tanh:
      return std::atanh(std::clamp(a, -1 + edge, 1 - edge));
    case Kind::sigmoid: {
      const double inside = std::clamp(a, edge, 1 - edge);
      return std::log(inside / (1 - inside));
    }
  }
  return a;
}

double InvertibleActivation::slope(double a) const {
  switch (kind_) {
    case Kind::none:
      return 1;
    case Kind::leaky_relu:
      return a > 0 ? 1 : negative_slope_;
    case Kind::tanh:
      return 1 - a * a;
    case Kind::sigmoid:
      return a * (1 - a);
  }
  return 1;
}

std::vector<ChainStage> invertible_chain(const models::Model<double>& model, const std::string& part) {
  std::vector<ChainStage> chain;
  const auto& nodes = model.graph().nodes();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto refuse = [&](const std::string& what) {
      fail(ErrorKind::configuration,
           "{} needs a chain of fully connected layers and convolutions without groups, each followed by at most one "
           "of leaky_relu with a positive slope, tanh and sigmoid; layer '{}' of type '{}' {}",
           part, nodes[i].name, nodes[i].layer->type(), what);
    };
    if (nodes[i].inputs.size() != 1 || nodes[i].inputs[0] != i) refuse("branches");
    if (nodes[i].layer->type() == "flatten") continue;
    if (auto stage = as_stage(nodes[i])) {
      chain.push_back(std::move(*stage));
    } else if (const auto activation = as_activation(nodes[i])) {
      if (chain.empty() || chain.back().activation.kind() != Kind::none) refuse("has no weights before it");
      chain.back().activation = *activation;
    } else {
      refuse("cannot be undone");
    }
  }
  if (chain.empty()) fail(ErrorKind::configuration, "{} needs a model with weights", part);
  return chain;
}

}  // namespace tacit::attacks
