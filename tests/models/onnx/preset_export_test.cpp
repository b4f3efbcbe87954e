#include <gtest/gtest.h>

#include <cstdlib>

#include "core/files.h"
#include "core/npy.h"
#include "core/random.h"
#include "models/model_zoo.h"
#include "models/onnx/export.h"
#include "models/onnx/golden.h"

namespace tacit::models {
namespace {

ZooModel preset(const std::string& name, Shape shape, std::size_t classes, const std::string& more = "") {
  return {name, "preset = \"" + name + "\"\n" + more, std::move(shape), classes};
}

/// Ready models without circuits; the last one is large.
std::vector<ZooModel> written_presets() {
  return {preset("lenet5", {1, 28, 28}, 10),
          preset("lenet_dlg", {3, 32, 32}, 100),
          preset("cnn4", {1, 28, 28}, 10),
          preset("resnet8", {3, 32, 32}, 10),
          preset("resnet20", {3, 32, 32}, 10, "normalization = \"batch_norm\"\n"),
          preset("vit", {3, 32, 32}, 10),
          preset("char_transformer", {80}, 80, "vocabulary = 80\n"),
          preset("resnet18", {3, 32, 32}, 10)};
}

std::vector<float> inputs_of(const ZooModel& entry, std::size_t count) {
  std::vector<float> x(count * element_count(entry.input_shape));
  RandomStream stream({23, Purpose::test});
  const bool is_text = entry.name == "char_transformer";
  for (float& value : x) value = static_cast<float>(is_text ? std::floor(stream.uniform(0, 80)) : stream.normal());
  return x;
}

// With TACIT_PRESET_EXPORTS=FOLDER files and outputs are written there, the large model's too, for
// golden/evidence.py --presets FOLDER.
TEST(ExportOnnx, ReadyModelsAreWrittenAndReadAgain) {
  const char* folder = std::getenv("TACIT_PRESET_EXPORTS");
  constexpr std::size_t count = 2;
  std::vector<ZooModel> presets = written_presets();
  if (folder == nullptr) presets.pop_back();
  for (const ZooModel& entry : presets) {
    const Model<float> model = build<float>(entry);
    const std::vector<float> theta = model.initial_parameters(1), x = inputs_of(entry, count);
    const std::vector<std::byte> bytes = export_onnx(model.graph(), theta);
    Evaluation<float> evaluation(model);
    const auto y = evaluation.predict(theta, x, count);
    if (folder != nullptr) {
      const std::filesystem::path file = std::filesystem::path(folder) / entry.name;
      write_atomically(file.string() + ".onnx", std::span<const std::byte>(bytes));
      Shape shape = entry.input_shape;
      shape.insert(shape.begin(), count);
      const std::vector<NamedArray> arrays = {{"x", x, shape},
                                              {"y", y, {count, static_cast<std::int64_t>(y.size() / count)}}};
      write_npz(file.string() + ".npz", arrays);
    }
    const OnnxModel imported = import_onnx(bytes, entry.name);
    const Model<float> again = model_of<float>(imported);
    const Parameters weights = imported.parameters(again.schema(), entry.name);
    EXPECT_TRUE(std::ranges::equal(weights.values(), theta)) << entry.name;
    Evaluation<float> second(again);
    EXPECT_TRUE(std::ranges::equal(second.predict(weights.values(), x, count), y)) << entry.name;
  }
}

}  // namespace
}  // namespace tacit::models
