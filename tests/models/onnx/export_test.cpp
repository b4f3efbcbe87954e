#include "models/onnx/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/files.h"
#include "models/onnx/document.h"
#include "models/onnx/exports.h"
#include "models/onnx/golden.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using testing::HasSubstr;

std::filesystem::path stored(const std::string& name) {
  return golden_folder() / "exported" / (name + ".onnx");
}

// With TACIT_WRITE_EXPORTS=1 the files are written, for golden/evidence.py to compute their outputs.
TEST(ExportOnnx, GivesTheStoredBytes) {
  const bool writes = std::getenv("TACIT_WRITE_EXPORTS") != nullptr;
  for (const ZooModel& entry : exported_zoo()) {
    const Model<float> model = build<float>(entry);
    const std::vector<std::byte> bytes = export_onnx(model.graph(), stirred_parameters(model));
    if (writes) write_atomically(stored(entry.name), std::span<const std::byte>(bytes));
    EXPECT_TRUE(bytes == read_bytes(stored(entry.name))) << entry.name;
  }
}

TEST(ExportOnnx, OnnxruntimeComputesTheSame) {
  auto evidence = read_npz(golden_folder() / "exported.npz");
  for (const ZooModel& entry : exported_zoo()) {
    const Model<float> model = build<float>(entry);
    const NpyArray &x = evidence.at(entry.name + ".x"), &y = evidence.at(entry.name + ".y");
    Evaluation<float> evaluation(model);
    const std::vector<float> inputs(x.values.begin(), x.values.end());
    const auto outputs = evaluation.predict(stirred_parameters(model), inputs, static_cast<std::size_t>(x.shape[0]));
    ASSERT_EQ(outputs.size(), y.values.size()) << entry.name;
    for (std::size_t i = 0; i < outputs.size(); ++i)
      EXPECT_NEAR(outputs[i], y.values[i], 1e-5 * std::max(1.0, std::abs(y.values[i]))) << entry.name;
  }
}

TEST(ExportOnnx, ComesBackWithTheSameWeightsAndOutputs) {
  auto evidence = read_npz(golden_folder() / "exported.npz");
  for (const ZooModel& entry : exported_zoo()) {
    const Model<float> model = build<float>(entry);
    std::vector<float> theta = stirred_parameters(model);
    if (entry.name == "embedding") std::fill_n(theta.begin() + 2 * 4, 4, 0.0f);  // what the file says of padding
    const OnnxModel imported = import_onnx(export_onnx(model.graph(), theta), entry.name);
    const Model<float> again = model_of<float>(imported);
    const Parameters weights = imported.parameters(again.schema(), entry.name);
    EXPECT_TRUE(std::ranges::equal(weights.values(), theta)) << entry.name;
    const NpyArray& x = evidence.at(entry.name + ".x");
    const std::vector<float> inputs(x.values.begin(), x.values.end());
    Evaluation<float> first(model), second(again);
    const auto count = static_cast<std::size_t>(x.shape[0]);
    const auto expected = first.predict(theta, inputs, count),
               outputs = second.predict(weights.values(), inputs, count);
    EXPECT_TRUE(std::ranges::equal(outputs, expected)) << entry.name;
  }
}

// A flat vector as an image goes out as Reshape and comes back as the layer.
TEST(ExportOnnx, AReshapedVectorComesBackAsAnImage) {
  const ZooModel entry{"image",
                       layer("linear", "outputs = 7") + layer("relu") + layer("linear", "outputs = 24") +
                           layer("reshape", "shape = [2, 3, 4]") + layer("conv2d", "channels = 2\nkernel = 2") +
                           layer("tanh") + layer("linear", "outputs = 3"),
                       {6},
                       3};
  const Model<float> model = build<float>(entry);
  const std::vector<float> theta = stirred_parameters(model);
  const auto bytes = export_onnx(model.graph(), theta);
  const auto document = onnx::decode(bytes, "exported");
  EXPECT_EQ(std::ranges::count_if(document.nodes, [](const auto& node) { return node.operation == "Reshape"; }), 1);
  const OnnxModel imported = import_onnx(bytes, entry.name);
  const Model<float> again = model_of<float>(imported);
  std::vector<float> inputs(12);
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = 0.3f * static_cast<float>(i % 5) - 0.5f;
  Evaluation<float> first(model), second(again);
  const auto expected = first.predict(theta, inputs, 2);
  const auto outputs = second.predict(imported.parameters(again.schema(), "image").values(), inputs, 2);
  EXPECT_TRUE(std::ranges::equal(outputs, expected));
}

TEST(ExportOnnx, NamesWhatItGives) {
  const ZooModel entry = classical_zoo()[2];
  const Model<float> model = build<float>(entry);
  const auto document = onnx::decode(export_onnx(model.graph(), stirred_parameters(model)), "exported");
  EXPECT_EQ(document.operator_set, 17);
  EXPECT_EQ(document.inputs.at(0).name, "input");
  EXPECT_EQ(document.outputs.at(0).name, "output");
  EXPECT_EQ(document.inputs[0].shape, (std::vector<std::optional<std::int64_t>>{std::nullopt, 6}));
  ASSERT_EQ(document.constants.size(), model.schema()->entries().size());
  for (std::size_t i = 0; i < document.constants.size(); ++i)
    EXPECT_EQ(document.constants[i].name, model.schema()->entries()[i].name);
}

TEST(ExportOnnx, WritesGraphsWithSharedValues) {
  const Model<float> model = residual_model<float>();
  const std::vector<float> theta = stirred_parameters(model);
  const OnnxModel imported = import_onnx(export_onnx(model.graph(), theta), "residual");
  const Model<float> again = model_of<float>(imported);
  Evaluation<float> first(model), second(again);
  const std::vector<float> x = {0.5f, -1, 2, 0.25f};
  const auto expected = first.predict(theta, x, 1),
             outputs = second.predict(imported.parameters(again.schema(), "residual").values(), x, 1);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(outputs[i], expected[i], 1e-6);
}

TEST(ExportOnnx, RefusesByNameWhatAFileCannotHold) {
  const Model<float> local = build<float>(training_zoo()[1]);
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { export_onnx(local.graph(), local.initial_parameters(1)); }),
              HasSubstr("layer 'batch_norm1' of type batch_norm keeps its statistics"));
  const Model<float> model = build<float>(quantum_zoo()[3]);
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { export_onnx(model.graph(), model.initial_parameters(1)); }),
              HasSubstr("layer 'quantum1' is of type quantum"));
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { export_onnx(model.graph(), std::vector<float>(1)); }),
              HasSubstr("1 parameter values"));
}

}  // namespace
}  // namespace tacit::models
