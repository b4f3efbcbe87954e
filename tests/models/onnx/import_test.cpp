#include "models/onnx/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files.h"
#include "models/onnx/export.h"
#include "models/onnx/golden.h"

namespace tacit::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void expect_outputs(const OnnxModel& imported, const Golden& golden) {
  const Model<float> model = model_of<float>(imported);
  const Parameters theta = imported.parameters(model.schema(), golden.name);
  Evaluation<float> evaluation(model);
  const auto outputs = evaluation.predict(theta.values(), golden.x, golden.count);
  ASSERT_EQ(outputs.size(), golden.y.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_NEAR(outputs[i], golden.y[i], 1e-5) << golden.name;
}

TEST(ImportOnnx, GivesWhatPyTorchComputes) {
  const auto names = golden_names();
  ASSERT_GE(names.size(), 25u);
  for (const std::string& name : names)
    expect_outputs(import_onnx(golden_folder() / (name + ".onnx")), read_golden(name));
}

TEST(ImportOnnx, WhatIsExportedComesBack) {
  for (const std::string& name : golden_names()) {
    const OnnxModel imported = import_onnx(golden_folder() / (name + ".onnx"));
    const Model<float> model = model_of<float>(imported);
    const Parameters theta = imported.parameters(model.schema(), name);
    const OnnxModel again = import_onnx(export_onnx(model.graph(), theta.values()), "exported " + name);
    EXPECT_EQ(again.layers, imported.layers);
    EXPECT_EQ(again.parameters(model.schema(), name).hash(), theta.hash());
    expect_outputs(again, read_golden(name));
  }
}

std::vector<std::string> types_of(const OnnxModel& imported) {
  const Model<float> model = model_of<float>(imported);
  std::vector<std::string> types;
  for (const auto& node : model.graph().nodes()) types.emplace_back(node.layer->type());
  return types;
}

TEST(ImportOnnx, PutsTogetherWhatExportersTakeApart) {
  for (const std::string& name : golden_names()) {
    if (!name.ends_with("residual")) continue;
    EXPECT_THAT(types_of(import_onnx(golden_folder() / (name + ".onnx"))),
                ElementsAre("conv2d", "group_norm", "silu", "conv2d", "group_norm", "gelu", "add", "concatenate",
                            "average_pool", "flatten", "linear", "layer_norm", "gelu", "linear"))
        << name;
  }
}

TEST(ImportOnnx, KnowsWhatOnlyTrainingDoes) {
  const OnnxModel imported = import_onnx(golden_folder() / "training17_normalised.onnx");
  EXPECT_THAT(types_of(imported), ElementsAre("conv2d", "relu", "batch_norm", "max_pool", "flatten", "batch_norm",
                                              "tanh", "dropout", "linear"));
  EXPECT_THAT(imported.layers, HasSubstr("momentum = 0.2\nepsilon = 1e-05\n"));
  EXPECT_THAT(imported.layers, HasSubstr("momentum = 0.1\nepsilon = 0.001\n"));
  EXPECT_THAT(imported.layers, HasSubstr("rate = 0.25\n"));
  EXPECT_FALSE(model_of<float>(imported).schema()->find("channels.running_var")->trained);
}

TEST(ImportOnnx, ReadsSequences) {
  for (const std::string exporter : {"script13", "script17", "dynamo18", "dynamo21"}) {
    EXPECT_THAT(
        types_of(import_onnx(golden_folder() / (exporter + "_words.onnx"))),
        ElementsAre("embedding", "positional_embedding", "linear", "gelu", "layer_norm", "token_mean", "linear"))
        << exporter;
    EXPECT_THAT(types_of(import_onnx(golden_folder() / (exporter + "_patches.onnx"))),
                ElementsAre("conv2d", "image_tokens", "class_token", "positional_embedding", "layer_norm", "linear",
                            "tanh", "add", "token_select", "linear"))
        << exporter;
  }
}

TEST(ImportOnnx, NamesLayersAfterTheModulesOfPyTorch) {
  for (const char* name : {"script17_images", "dynamo21_images"}) {
    const Model<float> model = model_of<float>(import_onnx(golden_folder() / (std::string(name) + ".onnx")));
    std::vector<std::string> names;
    for (const auto& entry : model.schema()->entries()) names.push_back(entry.name);
    EXPECT_THAT(names, ElementsAre("features_0.weight", "features_0.bias", "features_3.weight", "classifier.weight",
                                   "classifier.bias"));
  }
}

// The derivatives of an imported model are those of its layers; here, that a step goes down.
TEST(ImportOnnx, TheModelTrains) {
  const OnnxModel imported = import_onnx(golden_folder() / "dynamo21_residual.onnx");
  const Golden golden = read_golden("dynamo21_residual");
  const Model<float> model = model_of<float>(imported);
  std::vector<float> theta(model.schema()->size()), gradient(theta.size());
  const Parameters start = imported.parameters(model.schema(), golden.name);
  std::copy(start.values().begin(), start.values().end(), theta.begin());
  const std::vector<float> targets(golden.y.size(), 0.25f);
  const Examples<float> examples{golden.x, targets, golden.count};
  Evaluation<float> evaluation(model);
  const float before = evaluation.gradient(theta, examples, {.theta = gradient, .inputs = {}, .targets = {}});
  for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= 1e-3f * gradient[i];
  EXPECT_LT(evaluation.loss(theta, examples), before);
}

}  // namespace
}  // namespace tacit::models
