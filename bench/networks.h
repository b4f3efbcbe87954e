#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "bench/hashed_numbers.h"
#include "core/parameters.h"
#include "models/graph.h"
#include "models/model.h"
#include "models/specification.h"

namespace tacit::bench {

/// A model that measurements are made with: its [model] section and what it is fed with.
struct Network {
  std::string text;
  Shape input;
  std::size_t classes;
};

/// "mlp" (784, 128 with ReLU, 10) and the presets of models/presets.h lenet5 and cnn4 on 1x28x28 with 10 classes,
/// lenet_dlg on 3x32x32 with 100. Throws Error(usage) on any other name.
const Network& network_named(const std::string& name);

template <class T>
models::Model<T> model_of(const Network& network, const std::string& name) {
  return models::build_model<T>(ConfigTable::parse_text("[model]\n" + network.text, name).table("model"), network.input,
                                network.classes);
}

/// Elements of a layer's weight for one output element, or nothing for a layer without.
template <class T>
double inputs_of_an_output(const models::Layer<T>& layer) {
  const auto declared = layer.parameters();
  if (declared.empty()) return 0;
  return static_cast<double>(element_count(declared[0].shape)) / static_cast<double>(declared[0].shape[0]);
}

/// Parameter i of all is u(i) / sqrt(inputs of one output element of its layer), rounded to float twice.
template <class T>
std::vector<float> start_parameters(const models::Graph<T>& graph) {
  std::vector<float> theta = hashed_values<float>(graph.parameter_count(), 0);
  for (const auto& node : graph.nodes())
    for (std::size_t i = 0; i < node.theta_size; ++i)
      theta[node.theta_offset + i] *= static_cast<float>(1 / std::sqrt(inputs_of_an_output(*node.layer)));
  return theta;
}

/// Labels b modulo the classes.
inline std::vector<std::int32_t> labels_in_turn(std::size_t count, std::size_t classes) {
  std::vector<std::int32_t> labels(count);
  for (std::size_t b = 0; b < count; ++b) labels[b] = static_cast<std::int32_t>(b % classes);
  return labels;
}

}  // namespace tacit::bench
