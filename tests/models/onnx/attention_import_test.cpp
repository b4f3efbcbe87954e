// Attention as PyTorch exports it (golden/attention/make.py) comes in, gives what PyTorch computes, and trains alike.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "models/onnx/export.h"
#include "models/onnx/golden.h"
#include "models/onnx/import.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using testing::HasSubstr;

std::filesystem::path attention_folder() {
  return golden_folder() / "attention";
}

std::vector<std::string> attention_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(attention_folder()))
    if (entry.path().extension() == ".onnx") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

OnnxModel imported(const std::string& name) {
  return import_onnx(attention_folder() / (name + ".onnx"));
}

std::map<std::string, NpyArray> arrays_of(const std::string& name) {
  return read_npz(attention_folder() / (name + ".npz"));
}

std::vector<float> floats_of(const NpyArray& array) {
  return {array.values.begin(), array.values.end()};
}

void expect_outputs(const OnnxModel& model_in, const std::string& name) {
  const auto arrays = arrays_of(name);
  const Model<float> model = model_of<float>(model_in);
  const Parameters theta = model_in.parameters(model.schema(), name);
  Evaluation<float> evaluation(model);
  const NpyArray &x = arrays.at("x"), &y = arrays.at("y");
  const auto outputs = evaluation.predict(theta.values(), floats_of(x), static_cast<std::size_t>(x.shape[0]));
  ASSERT_EQ(outputs.size(), y.values.size()) << name;
  for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_NEAR(outputs[i], y.values[i], 1e-5) << name;
}

std::size_t layers_of_type(const OnnxModel& model, const std::string& type) {
  std::size_t count = 0;
  const std::string line = "type = \"" + type + "\"\n";
  for (std::size_t at = model.layers.find(line); at != std::string::npos; at = model.layers.find(line, at + 1)) ++count;
  return count;
}

TEST(ImportAttention, GivesWhatPyTorchComputes) {
  const auto names = attention_names();
  ASSERT_GE(names.size(), 40u);
  for (const std::string& name : names) {
    const OnnxModel model = imported(name);
    EXPECT_GE(layers_of_type(model, "attention"), 1u) << name;
    expect_outputs(model, name);
  }
}

/// The gradient of the mean squared distance of all outputs from 0.25.
std::vector<float> gradient_of(const Model<float>& model, std::span<const float> theta, const NpyArray& x,
                               std::size_t outputs, float* loss = nullptr) {
  const std::vector<float> inputs = floats_of(x);
  const auto count = static_cast<std::size_t>(x.shape[0]);
  const std::vector<float> targets(count * outputs, 0.25f);
  std::vector<float> gradient(theta.size());
  Evaluation<float> evaluation(model);
  const float value =
      evaluation.gradient(theta, {inputs, targets, count}, {.theta = gradient, .inputs = {}, .targets = {}});
  if (loss != nullptr) *loss = value;
  return gradient;
}

double largest_difference(std::span<const float> ours, const NpyArray& theirs) {
  double largest = 0;
  for (std::size_t i = 0; i < ours.size(); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(ours[i]) - theirs.values[i]));
  return largest;
}

// Names differ among exporters, so every gradient of PyTorch must be that of one parameter of ours, and every parameter
// of ours have one; without a bias in PyTorch a normalisation here has one that starts at 0.
TEST(ImportAttention, GradientsAreThoseOfPyTorch) {
  for (const std::string& name : attention_names()) {
    auto theirs = arrays_of(name);
    const NpyArray x = theirs.at("x");
    const auto outputs = static_cast<std::size_t>(theirs.at("y").shape[1]);
    theirs.erase("x");
    theirs.erase("y");
    const OnnxModel model_in = imported(name);
    const Model<float> model = model_of<float>(model_in);
    const Parameters theta = model_in.parameters(model.schema(), name);
    const Parameters gradient(model.schema(), gradient_of(model, theta.values(), x, outputs));
    for (const ParameterEntry& entry : model.schema()->entries()) {
      const auto values = gradient.tensor(entry.name);
      const auto found = std::find_if(theirs.begin(), theirs.end(), [&](const auto& item) {
        return item.second.values.size() == values.size() && largest_difference(values, item.second) < 1e-5;
      });
      if (found != theirs.end()) {
        theirs.erase(found);
        continue;
      }
      const auto start = theta.tensor(entry.name);
      EXPECT_TRUE(entry.name.ends_with("bias") && std::ranges::all_of(start, [](float value) { return value == 0; }))
          << name << ": PyTorch has no such gradient as that of " << entry.name;
    }
    for (const auto& [left, array] : theirs) ADD_FAILURE() << name << ": no parameter has the gradient of " << left;
  }
}

TEST(ImportAttention, TheLossFalls) {
  for (const char* name : {"dynamo18_vision", "script17_characters", "script17_encoderfirst"}) {
    const auto arrays = arrays_of(name);
    const auto outputs = static_cast<std::size_t>(arrays.at("y").shape[1]);
    const OnnxModel model_in = imported(name);
    const Model<float> model = model_of<float>(model_in);
    const Parameters start = model_in.parameters(model.schema(), name);
    std::vector<float> theta(start.values().begin(), start.values().end());
    float first = 0, last = 0;
    for (int step = 0; step < 60; ++step) {
      const auto gradient = gradient_of(model, theta, arrays.at("x"), outputs, step == 0 ? &first : &last);
      for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= 0.03f * gradient[i];
    }
    EXPECT_LT(last, 0.2f * first) << name;
  }
}

TEST(ImportAttention, WhatIsExportedComesBack) {
  for (const std::string& name : attention_names()) {
    const OnnxModel first = imported(name);
    const Model<float> model = model_of<float>(first);
    const Parameters theta = first.parameters(model.schema(), name);
    const OnnxModel again = import_onnx(export_onnx(model.graph(), theta.values()), "exported " + name);
    EXPECT_EQ(again.layers, first.layers) << name;
    EXPECT_EQ(again.parameters(model.schema(), name).hash(), theta.hash()) << name;
  }
}

// Which layers stand in the file is the same whichever exporter wrote it.
TEST(ImportAttention, WritesTheSameLayersWhateverTheFileLooksLike) {
  const auto types_of = [](const std::string& name) {
    const Model<float> model = model_of<float>(imported(name));
    std::string types;
    for (const auto& node : model.graph().nodes()) types += std::string(node.layer->type()) + " ";
    return types;
  };
  const std::string block = "layer_norm attention add layer_norm linear gelu linear add ";
  for (const char* name : {"script13_vision", "script17_vision", "dynamo18_vision", "dynamo18fixed_vision"})
    EXPECT_EQ(types_of(name), "conv2d image_tokens class_token positional_embedding " + block + block +
                                  "layer_norm token_select linear ")
        << name;
  for (const char* name : {"script14_characters", "script17_characters", "dynamo18_characters"})
    EXPECT_EQ(types_of(name), "embedding positional_embedding " + block + block + "layer_norm token_select linear ")
        << name;
  for (const char* name : {"script14_encoder", "script17fixed_encoder", "dynamo18_encoder", "dynamo23_encoder"})
    EXPECT_EQ(types_of(name), "attention add layer_norm linear relu linear add layer_norm token_mean linear ") << name;
}

TEST(ImportAttention, NamesItAfterItsModule) {
  const auto has = [](const std::string& file, const std::string& name) {
    EXPECT_THAT(imported(file).layers, HasSubstr("type = \"attention\"\nname = \"" + name + "\"\n")) << file;
  };
  has("script17_multihead", "attention");
  has("dynamo18_multihead", "attention");
  has("dynamo18_encoder", "block_self_attn");
  has("script17_characters", "blocks_1");
}

}  // namespace
}  // namespace tacit::models
