#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/graph.h"
#include "models/layers/add.h"
#include "models/layers/linear.h"
#include "models/layers/tanh.h"
#include "models/specification.h"

namespace tacit::models {

/// A [model] section for the tests: its layers and what it is fed with.
struct ZooModel {
  std::string name;
  std::string text;
  Shape input_shape;
  std::size_t classes = 0;
};

template <class T>
Model<T> build(const ZooModel& entry) {
  return build_model<T>(ConfigTable::parse_text("[model]\n" + entry.text, entry.name + ".toml").table("model"),
                        entry.input_shape, entry.classes);
}

inline std::string layer(const std::string& type, const std::string& rest = "") {
  return "[[model.layers]]\ntype = \"" + type + "\"\n" + rest + "\n";
}

inline std::vector<ZooModel> classical_zoo() {
  const std::string mse = "loss = \"mean_squared_error\"\n";
  return {
      {"linear", layer("linear", "outputs = 3"), {5}, 3},
      {"linear_without_bias", mse + layer("linear", "outputs = 3\nbias = false"), {2, 2}, 3},
      {"relu_mlp", layer("linear", "outputs = 9") + layer("relu") + layer("linear", "outputs = 4"), {6}, 4},
      {"tanh_mlp", layer("linear", "outputs = 9") + layer("tanh") + layer("linear", "outputs = 4"), {1, 2, 3}, 4},
      {"sigmoid_mlp",
       mse + layer("linear", "outputs = 17") + layer("sigmoid") + layer("linear", "outputs = 2"),
       {7},
       2},
      {"one_output", mse + layer("tanh") + layer("linear", "outputs = 1") + layer("tanh"), {4}, 2},
      {"deep",
       layer("linear", "outputs = 8") + layer("tanh") + layer("linear", "outputs = 8") + layer("sigmoid") +
           layer("linear", "outputs = 8") + layer("relu") + layer("linear", "outputs = 3"),
       {5},
       3},
  };
}

/// Image layers with every setting, and graphs.
/// A block of fully connected layers whose output a convolution sees as an image.
inline std::vector<ZooModel> reshaped_zoo() {
  return {{"reshaped",
           layer("linear", "outputs = 7") + layer("tanh") + layer("linear", "outputs = 24") +
               layer("reshape", "shape = [2, 3, 4]") + layer("conv2d", "channels = 2\nkernel = 2") + layer("tanh") +
               layer("reshape", "shape = [6, 2]") + layer("linear", "outputs = 3"),
           {1, 2, 3},
           3}};
}

inline std::vector<ZooModel> image_zoo() {
  const std::string mse = "loss = \"mean_squared_error\"\n";
  const std::string head = layer("linear", "outputs = 3");
  return {
      {"conv2d", layer("conv2d", "channels = 3\nkernel = 3") + layer("tanh") + head, {2, 5, 4}, 3},
      {"conv2d_with_everything",
       layer("conv2d", "channels = 6\nkernel = 3\nstride = 2\npadding = 3\ndilation = 2\ngroups = 2\nbias = false") +
           layer("sigmoid") + layer("conv2d", "channels = 4\nkernel = 1\ngroups = 2") + head,
       {4, 6, 5},
       3},
      {"depthwise",
       mse + layer("conv2d", "channels = 3\nkernel = 2\nstride = 3\npadding = 1\ngroups = 3") + head,
       {3, 5, 5},
       3},
      {"max_pool",
       layer("conv2d", "channels = 2\nkernel = 3\npadding = 1") +
           layer("max_pool", "kernel = 3\nstride = 2\npadding = 1") + layer("tanh") + head,
       {1, 5, 6},
       3},
      {"average_pool",
       layer("average_pool", "kernel = 3\nstride = 2\npadding = 1") + layer("tanh") + layer("flatten") + head,
       {2, 6, 5},
       3},
      {"global_average_pool",
       layer("conv2d", "channels = 5\nkernel = 2") + layer("tanh") + layer("global_average_pool") + head,
       {1, 4, 5},
       3},
      {"group_norm",
       layer("conv2d", "channels = 4\nkernel = 2") + layer("group_norm", "groups = 2\nepsilon = 0.1") + layer("tanh") +
           head,
       {2, 4, 4},
       3},
      {"frozen_batch_norm",
       layer("conv2d", "channels = 4\nkernel = 2") + layer("batch_norm", "statistics = \"frozen\"\nepsilon = 0.1") +
           layer("tanh") + head,
       {2, 4, 3},
       3},
      {"layer_norm", layer("layer_norm") + layer("tanh") + head + layer("layer_norm", "epsilon = 0.1"), {7}, 3},
      {"branches",
       layer("conv2d", "name = \"left\"\nchannels = 2\nkernel = 3\npadding = 1") +
           layer("conv2d", "name = \"right\"\nchannels = 2\nkernel = 1\ninputs = [\"input\"]") +
           layer("add", "inputs = [\"left\", \"right\"]") + layer("tanh", "name = \"bent\"") +
           layer("concatenate", "inputs = [\"bent\", \"input\", \"left\"]") + layer("sigmoid") + head,
       {3, 4, 3},
       3},
  };
}

/// Activations of the newer networks.
inline std::vector<ZooModel> activation_zoo() {
  const std::string hidden = layer("linear", "outputs = 6"), head = layer("linear", "outputs = 3");
  return {
      {"leaky_relu", hidden + layer("leaky_relu", "negative_slope = 0.2") + head, {5}, 3},
      {"gelu", hidden + layer("gelu") + hidden + layer("gelu") + head, {5}, 3},
      {"silu", hidden + layer("silu") + hidden + layer("silu") + head, {5}, 3},
      {"log_softmax",
       "loss = \"mean_squared_error\"\n" + hidden + layer("log_softmax") + head + layer("log_softmax"),
       {5},
       3},
      {"log_softmax_and_cross_entropy", hidden + layer("tanh") + head + layer("log_softmax"), {5}, 3},
      {"softmax", "loss = \"mean_squared_error\"\n" + hidden + layer("softmax") + head + layer("softmax"), {5}, 3},
  };
}

/// Sequences: attention and what stands around it.
inline std::vector<ZooModel> sequence_zoo() {
  const std::string mse = "loss = \"mean_squared_error\"\n";
  const std::string head = layer("linear", "outputs = 3");
  return {
      {"attention", layer("attention", "heads = 2") + layer("tanh") + head, {3, 4}, 3},
      {"causal_attention",
       mse + layer("layer_norm", "per_token = true\nepsilon = 0.1") + layer("linear", "outputs = 6\nper_token = true") +
           layer("positional_embedding") + layer("attention", "heads = 3\ncausal = true\nbias = false") +
           layer("gelu") + layer("token_select", "token = \"last\"") + head,
       {4, 3},
       3},
      {"image_tokens",
       layer("conv2d", "channels = 4\nkernel = 2\nstride = 2") + layer("image_tokens") + layer("class_token") +
           layer("attention", "heads = 1") + layer("add", "inputs = [\"class_token1\", \"attention1\"]") +
           layer("token_select", "token = \"first\"") + head,
       {2, 4, 6},
       3},
      {"token_mean",
       layer("linear", "outputs = 5\nper_token = true\nbias = false") + layer("tanh") + layer("token_mean") + head,
       {4, 2, 1},
       3},
  };
}

/// Networks that act differently in training.
inline std::vector<ZooModel> training_zoo() {
  const std::string hidden = layer("linear", "outputs = 4"), head = layer("linear", "outputs = 3");
  return {
      {"batch_norm_of_features",
       hidden + layer("batch_norm", "epsilon = 0.1\nmomentum = 0.3") + layer("tanh") + head,
       {5},
       3},
      {"batch_norm_of_channels",
       layer("batch_norm", "statistics = \"local\"\nepsilon = 0.2") +
           layer("conv2d", "channels = 3\nkernel = 2\nbias = false") +
           layer("batch_norm", "epsilon = 0.1\nstatistics = \"local\"") + layer("sigmoid") + head,
       {2, 3, 4},
       3},
      {"dropout",
       layer("dropout", "rate = 0.25") + hidden + layer("tanh") + layer("dropout") + hidden +
           layer("add", "inputs = [\"linear1\", \"linear2\"]") + layer("sigmoid") + head,
       {5},
       3},
  };
}

/// Pure circuits and hybrids.
inline std::vector<ZooModel> quantum_zoo() {
  const std::string mse = "loss = \"mean_squared_error\"\n";
  const std::string angle = "encoding = \"angle\"\n";
  return {
      {"angle_circuit", layer("quantum", "qubits = 3\nlayers = 2\noutputs = 2\noutput_scale = 2.5\n" + angle), {3}, 2},
      {"one_output_circuit",
       mse + layer("quantum",
                   "qubits = 4\nlayers = 1\nentangler = \"cnot_ring\"\nobservables = \"z_all\"\n"
                   "encoding_axis = \"y\"\ninput_scale = 0.5\nreuploads = 2\n" +
                       angle),
       {1, 2, 2},
       2},
      {"fourier_tower",
       mse + layer("quantum",
                   "qubits = 4\nlayers = 1\nencoding = \"fourier_tower\"\nqubits_per_feature = 2\n"
                   "base = 3.0\ngamma = 0.4\nobservables = \"z_first\""),
       {2},
       2},
      {"hybrid",
       layer("linear", "outputs = 3") + layer("tanh") +
           layer("quantum", "qubits = 3\nlayers = 1\ninput_scale = 1.5\n" + angle) + layer("linear", "outputs = 4"),
       {5},
       4},
      {"products_of_inputs",
       layer("quantum",
             "qubits = 3\nlayers = 1\nencoding = \"zz_feature_map\"\nansatz = \"su4_brick\"\n"
             "observables = \"pauli_sums\"\npauli_sums = [\"Z0\", \"0.5 X1 Y2 - Z2\"]"),
       {3},
       2},
      {"chebyshev_tower",
       mse + layer("linear", "outputs = 2") + layer("tanh") +
           layer("quantum",
                 "qubits = 4\nlayers = 1\nencoding = \"chebyshev_tower\"\nqubits_per_feature = 2\n"
                 "ansatz = \"transverse_field_ising\"\nobservables = \"ising_energy\""),
       {3},
       2},
      {"chebyshev_graph",
       mse + layer("linear", "outputs = 2") + layer("tanh") +
           layer("quantum",
                 "qubits = 4\nlayers = 1\nencoding = \"chebyshev_graph\"\nqubits_per_feature = 2\n"
                 "chebyshev_degree = 2\nencoding_repetitions = 2\nencoding_pairs = \"all\"\nobservables = \"z_mean\""),
       {3},
       2},
      {"trainable_frequencies",
       layer("quantum",
             "qubits = 2\nlayers = 1\nreuploads = 2\nencoding = \"trainable_frequencies\"\n"
             "ansatz = \"strongly_entangling\""),
       {2},
       2},
      {"amplitudes", layer("quantum", "qubits = 3\nlayers = 2\noutputs = 2\nencoding = \"amplitude\""), {5}, 2},
      {"hybrid_of_amplitudes",
       mse + layer("linear", "outputs = 4") + layer("tanh") +
           layer("quantum", "qubits = 2\nlayers = 1\nencoding = \"amplitude\"") + layer("linear", "outputs = 3"),
       {4},
       3},
  };
}

inline std::vector<ZooModel> complete_zoo() {
  std::vector<ZooModel> all = classical_zoo();
  for (const auto& part : {image_zoo(), activation_zoo(), sequence_zoo(), quantum_zoo(), reshaped_zoo()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// Input and inner values feed several nodes; one sum takes the same value twice.
template <class T>
Model<T> residual_model(Loss loss = Loss::softmax_cross_entropy) {
  Graph<T> graph({4});
  const auto left = graph.add("left", std::make_shared<const Linear<T>>(Shape{4}, 5), {Graph<T>::input});
  const auto right = graph.add("right", std::make_shared<const Linear<T>>(Shape{4}, 5, false), {Graph<T>::input});
  const auto bent = graph.add("bent", std::make_shared<const Tanh<T>>(Shape{5}), {left});
  const auto sum = graph.add("sum", std::make_shared<const Add<T>>(Shape{5}, 4), {left, bent, right, bent});
  const auto squashed = graph.add("squashed", std::make_shared<const Tanh<T>>(Shape{5}), {sum});
  const auto again = graph.add("again", std::make_shared<const Add<T>>(Shape{5}, 2), {squashed, sum});
  graph.add("head", std::make_shared<const Linear<T>>(Shape{5}, 3), {again});
  return Model<T>(std::move(graph), loss);
}

}  // namespace tacit::models
