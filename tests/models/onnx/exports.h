#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "models/model_zoo.h"

namespace tacit::models {

/// Models whose exported bytes are stored in golden/, with what onnxruntime computes of them (golden/evidence.py).
inline std::vector<ZooModel> exported_zoo() {
  const std::string mse = "loss = \"mean_squared_error\"\n", head = layer("linear", "outputs = 3");
  std::vector<ZooModel> all = classical_zoo();
  for (const auto& part : {image_zoo(), activation_zoo(), sequence_zoo()})
    all.insert(all.end(), part.begin(), part.end());
  all.push_back(
      {"softmax_of_images", mse + layer("softmax") + layer("layer_norm") + layer("softmax") + head, {2, 3, 3}, 3});
  all.push_back({"norms_of_flat_values", layer("group_norm", "groups = 3") + layer("gelu") + head, {6}, 3});
  all.push_back({"flat_end", mse + layer("conv2d", "channels = 3\nkernel = 3") + layer("flatten"), {1, 3, 3}, 3});
  all.push_back({"embedding",
                 layer("embedding", "vocabulary = 7\nwidth = 4\npadding = 2") + layer("positional_embedding") +
                     layer("linear", "outputs = 3\nper_token = true") + layer("token_mean"),
                 {5},
                 3});
  const std::string words = layer("embedding", "vocabulary = 7\nwidth = 4"), ids = "\npadding = 0\n";
  all.push_back({"padded_embedding_mean",
                 mse + words + layer("class_token") + layer("positional_embedding") +
                     layer("attention", "heads = 2\ninputs = [\"positional_embedding1\", \"input\"]" + ids) +
                     layer("token_mean", "inputs = [\"attention1\", \"input\"]" + ids) + head,
                 {5},
                 3});
  all.push_back({"padded_embedding_last",
                 mse + words +
                     layer("attention",
                           "heads = 2\ncausal = true\nout_bias = false\n"
                           "inputs = [\"embedding1\", \"input\"]" +
                               ids) +
                     layer("token_select", "token = \"last\"\ninputs = [\"attention1\", \"input\"]" + ids) + head,
                 {5},
                 3});
  all.push_back({"batch_norm",
                 layer("conv2d", "channels = 2\nkernel = 2") + layer("batch_norm", "momentum = 0.3\nepsilon = 0.01") +
                     layer("dropout") + layer("tanh") + layer("linear", "outputs = 3") +
                     layer("batch_norm", "statistics = \"frozen\"") + layer("dropout", "rate = 0.25"),
                 {1, 3, 4},
                 3});
  return all;
}

/// Parameters off the values at which normalisations start.
inline std::vector<float> stirred_parameters(const Model<float>& model) {
  std::vector<float> theta = model.initial_parameters(1);
  for (std::size_t i = 0; i < theta.size(); ++i) theta[i] += 0.125f * (static_cast<float>(i % 7) - 3.0f);
  return theta;
}

}  // namespace tacit::models
