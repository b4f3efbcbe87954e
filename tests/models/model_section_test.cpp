#include "models/model_section.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/onnx/golden.h"
#include "models/weight_files.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using testing::HasSubstr;

ConfigTable section(const std::string& text) {
  return ConfigTable::parse_text("[model]\n" + text, "experiment.toml").table("model");
}

std::string golden(const std::string& name) {
  return (golden_folder() / (name + ".onnx")).string();
}

TEST(ModelSection, AnOnnxFileBecomesLayersThatNeedNoFile) {
  const std::string file = golden("script17_images");
  const ConfigTable resolved = with_onnx_layers(section("loss = \"mean_squared_error\"\nonnx = \"" + file + "\""));
  const SplitModelSection split = split_weights(resolved);
  EXPECT_EQ(split.weights, file);
  // What travels is text.
  const std::string text = split.section.to_toml();
  EXPECT_EQ(text.find(".onnx"), std::string::npos) << text;
  const Model<float> model = build_model<float>(ConfigTable::parse_text(text, "travelled"), {2, 9, 9}, 3);
  EXPECT_EQ(model.loss(), Loss::mean_squared_error);
  const Parameters theta = read_weights(*split.weights, model.schema());
  const Golden expected = read_golden("script17_images");
  Evaluation<float> evaluation(model);
  const auto outputs = evaluation.predict(theta.values(), expected.x, expected.count);
  for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_NEAR(outputs[i], expected.y[i], 1e-5);
}

TEST(ModelSection, OtherSectionsStayAsTheyAre) {
  const std::string text = "loss = \"huber\"\nhuber_delta = 2.0\npreset = \"lenet5\"\n";
  EXPECT_EQ(with_onnx_layers(section(text)).to_toml(), section(text).to_toml());
  EXPECT_FALSE(split_weights(section(text)).weights);
}

TEST(ModelSection, RefusesTwoModelsAndOtherFiles) {
  const std::string onnx = "onnx = \"" + golden("script17_images") + "\"\n";
  const auto refused = [](const std::string& text) {
    return refusal(ErrorKind::configuration, [&] { split_weights(with_onnx_layers(section(text))); });
  };
  EXPECT_THAT(refused(onnx + "preset = \"lenet5\""), HasSubstr("experiment.toml:2: key 'model.onnx'"));
  EXPECT_THAT(refused(onnx + "[[model.layers]]\ntype = \"relu\""), HasSubstr("leave out one of the two"));
  EXPECT_THAT(refused("weights = \"theta.pt\""), HasSubstr("key 'model.weights'"));
  EXPECT_THAT(refused("onnx = 3"), HasSubstr("model.onnx"));
  refusal(ErrorKind::io, [&] { with_onnx_layers(section("onnx = \"/nowhere/absent.onnx\"")); });
}

// A description that came over a network opens no file.
TEST(ModelSection, BuildModelKnowsNoFiles) {
  for (const char* key : {"onnx", "weights"})
    EXPECT_THAT(refusal(ErrorKind::configuration,
                        [&] {
                          build_model<float>(section(std::string(key) + " = \"" + golden("script17_images") +
                                                     "\"\n[[model.layers]]\ntype = \"linear\"\noutputs = 3\n"),
                                             {4}, 3);
                        }),
                HasSubstr(std::string("model.") + key));
}

TEST(ModelSection, ExamplesMustFitTheFile) {
  const ConfigTable resolved = split_weights(with_onnx_layers(section("loss = \"mean_squared_error\"\nonnx = \"" +
                                                                      golden("script17_images") + "\"")))
                                   .section;
  EXPECT_THAT(refusal(ErrorKind::configuration,
                      [&] {
                        build_model<float>(resolved, {2, 8, 8}, 3);
                      }),
              HasSubstr("the model is made for examples of shape [2,9,9], here they have shape [2,8,8]"));
}

}  // namespace
}  // namespace tacit::models
