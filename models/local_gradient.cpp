#include "models/local_gradient.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "models/graph.h"
#include "models/layers/quantum.h"
#include "models/private_gradient.h"
#include "models/soteria_gradient.h"
#include "quantum_sim/gradients/quantum_fisher.h"

namespace tacit::models {

namespace {

const Quantum<float>* quantum_layer(const Graph<float>::Node& node) {
  return dynamic_cast<const Quantum<float>*>(node.layer.get());
}

std::vector<double> widened(std::span<const float> values) {
  return {values.begin(), values.end()};
}

/// The mean Fubini-Study metric of one block of parameters over the rows of `inputs` [count, features].
std::vector<double> mean_metric(const quantum_sim::Circuit& circuit, std::span<const double> parameters,
                                std::span<const float> inputs, std::size_t count,
                                const std::vector<std::size_t>& block) {
  const std::size_t features = inputs.size() / count;
  std::vector<double> mean(block.size() * block.size());
  for (std::size_t b = 0; b < count; ++b) {
    // A layer may be fed more features than its circuit reads.
    const std::vector<double> row = widened(inputs.subspan(b * features, circuit.inputs()));
    const std::vector<double> fisher = quantum_sim::quantum_fisher_blocks(circuit, parameters, row, {block}).front();
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += fisher[i] / (4 * static_cast<double>(count));
  }
  return mean;
}

/// All parameters as one block.
std::vector<std::vector<std::size_t>> one_block(std::size_t parameters) {
  std::vector<std::size_t> all(parameters);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return {std::move(all)};
}

}  // namespace

std::string objection_to(const GradientSource& source, const Model<float>& model) {
  const auto& nodes = model.graph().nodes();
  if (source.soteria_share > 0 && !representation_of(model))
    return "soteria_share needs layers before a last one that is linear";
  if (const std::string layer = model.coupling_layer();
      !layer.empty() && (source.soteria_share > 0 || source.example_clip_norm > 0))
    return fmt::format(
        "{} looks at examples one by one, but layer '{}' takes statistics of the whole batch; use "
        "group_norm or layer_norm",
        source.soteria_share > 0 ? "soteria_share" : "example_clip_norm", layer);
  if (source.kind != GradientSource::Kind::natural ||
      std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return quantum_layer(node) != nullptr; }))
    return {};
  return "\"natural\" needs a quantum layer, which the model has not";
}

std::unique_ptr<LocalGradient> make_local_gradient(const GradientSource& source, const Model<float>& model,
                                                   const RandomKey& key) {
  if (const std::string objection = objection_to(source, model); !objection.empty())
    fail(ErrorKind::usage, "gradient: {}", objection);
  switch (source.kind) {
    case GradientSource::Kind::exact:
      if (source.example_clip_norm > 0)
        return std::make_unique<PrivateGradient>(model, source.example_clip_norm, source.example_noise, key);
      if (source.soteria_share > 0) return std::make_unique<SoteriaGradient>(model, source.soteria_share);
      return std::make_unique<ExactGradient>(model);
    case GradientSource::Kind::spsa:
      return std::make_unique<SpsaGradient>(model, source.spsa_step, source.spsa_repetitions, key);
    case GradientSource::Kind::natural:
      break;
  }
  return std::make_unique<NaturalGradient>(model, source.natural_regularisation, source.natural_by_layers);
}

float ExactGradient::estimate(std::span<const float> theta, const Examples<float>& batch, std::span<float> gradient) {
  return evaluation_.gradient(theta, batch, {.theta = gradient, .inputs = {}, .targets = {}});
}

SpsaGradient::SpsaGradient(const Model<float>& model, double step, std::size_t repetitions, const RandomKey& key)
    : LocalGradient(model),
      step_(step),
      repetitions_(repetitions),
      stream_({key.seed, Purpose::local_directions, key.round, key.client}),
      moved_(model.schema()->size()),
      directions_(moved_.size(), 1.0),
      signs_(moved_.size()),
      sum_(moved_.size()) {
  if (!(step > 0) || repetitions == 0)
    fail(ErrorKind::usage, "SPSA needs a step above 0 and one repetition at least, got {} and {}", step, repetitions);
  for (const ParameterEntry& entry : model.schema()->entries())
    if (!entry.trained) std::fill_n(directions_.begin() + static_cast<std::ptrdiff_t>(entry.offset), entry.size, 0.0);
}

double SpsaGradient::loss_at(std::span<const float> theta, double step, const Examples<float>& batch) {
  for (std::size_t p = 0; p < moved_.size(); ++p)
    moved_[p] = static_cast<float>(static_cast<double>(theta[p]) + step * signs_[p]);
  return static_cast<double>(evaluation_.loss(moved_, batch));
}

float SpsaGradient::estimate(std::span<const float> theta, const Examples<float>& batch, std::span<float> gradient) {
  std::fill(sum_.begin(), sum_.end(), 0.0);
  double losses = 0;
  for (std::size_t repetition = 0; repetition < repetitions_; ++repetition) {
    for (std::size_t p = 0; p < signs_.size(); ++p)
      signs_[p] = stream_.below(2) == 0 ? -directions_[p] : directions_[p];
    const double above = loss_at(theta, step_, batch), below = loss_at(theta, -step_, batch);
    losses += (above + below) / 2;
    const double slope = (above - below) / (2 * step_);
    for (std::size_t p = 0; p < sum_.size(); ++p) sum_[p] += slope * signs_[p];
  }
  const auto count = static_cast<double>(repetitions_);
  std::transform(sum_.begin(), sum_.end(), gradient.begin(),
                 [count](double value) { return static_cast<float>(value / count); });
  return static_cast<float>(losses / count);
}

NaturalGradient::NaturalGradient(const Model<float>& model, double regularisation, bool by_layers)
    : LocalGradient(model), model_(model), regularisation_(regularisation) {
  for (const auto& node : model.graph().nodes()) {
    const Quantum<float>* layer = quantum_layer(node);
    if (layer == nullptr || node.theta_size == 0)
      blocks_.emplace_back();
    else
      blocks_.push_back(by_layers ? quantum_sim::parameter_layers(layer->circuit()) : one_block(node.theta_size));
  }
}

float NaturalGradient::estimate(std::span<const float> theta, const Examples<float>& batch, std::span<float> gradient) {
  const float loss = evaluation_.gradient(theta, batch, {.theta = gradient, .inputs = {}, .targets = {}});
  const auto& nodes = model_.graph().nodes();
  for (std::size_t number = 0; number < nodes.size(); ++number) {
    if (blocks_[number].empty()) continue;
    const quantum_sim::Circuit& circuit = quantum_layer(nodes[number])->circuit();
    const std::vector<double> parameters = widened(theta.subspan(nodes[number].theta_offset, nodes[number].theta_size));
    const std::span<float> part = gradient.subspan(nodes[number].theta_offset, nodes[number].theta_size);
    for (const std::vector<std::size_t>& block : blocks_[number]) {
      const std::vector<double> metric =
          mean_metric(circuit, parameters, evaluation_.node_input(number, 0), batch.count, block);
      std::vector<double> own;
      for (const std::size_t index : block) own.push_back(static_cast<double>(part[index]));
      const std::vector<double> direction = quantum_sim::natural_gradient(metric, own, regularisation_);
      for (std::size_t i = 0; i < block.size(); ++i) part[block[i]] = static_cast<float>(direction[i]);
    }
  }
  return loss;
}

}  // namespace tacit::models
