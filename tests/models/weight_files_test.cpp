#include "models/weight_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files.h"
#include "core/npy.h"
#include "models/model_zoo.h"
#include "models/safetensors.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Model<float> small_model() {
  return build<float>({"small", layer("linear", "name = \"fc\"\noutputs = 2"), {3}, 2});
}

Parameters small_parameters(const Model<float>& model) {
  return {model.schema(), {1, -2, 3, 0.5f, 1e-30f, -6, 7, 8}};
}

TEST(WeightFiles, EveryFormatComesBackBitForBit) {
  const TemporaryFolder folder;
  const Model<float> model = small_model();
  const Parameters written = small_parameters(model);
  for (const char* name : {"w.safetensors", "w.npz", "w.onnx"}) {
    write_model(folder.path() / name, model, written);
    EXPECT_EQ(read_weights(folder.path() / name, model.schema()).hash(), written.hash()) << name;
  }
}

TEST(WeightFiles, RefusesOtherExtensions) {
  const Model<float> model = small_model();
  for (const char* name : {"w", "w.pt", "w.npz.gz"}) {
    EXPECT_THAT(refusal(ErrorKind::usage, [&] { check_weight_file(name); }), HasSubstr(".safetensors, .npz or .onnx"));
    EXPECT_THAT(refusal(ErrorKind::usage, [&] { write_model(name, model, small_parameters(model)); }), HasSubstr(name));
  }
}

TEST(WeightFiles, NamesTheTensorAndBothShapes) {
  const TemporaryFolder folder;
  const Model<float> model = small_model(),
                     other = build<float>({"other", layer("linear", "name = \"fc\"\noutputs = 2"), {4}, 2});
  for (const char* name : {"w.safetensors", "w.npz", "w.onnx"}) {
    const auto file = folder.path() / name;
    write_model(file, other, Parameters(other.schema(), other.initial_parameters(1)));
    EXPECT_THAT(refusal(ErrorKind::data, [&] { read_weights(file, model.schema()); }),
                AllOf(HasSubstr(name), HasSubstr("tensor 'fc.weight'"), HasSubstr("[2,4]"), HasSubstr("[2,3]")));
  }
}

TEST(WeightFiles, ArchivesHoldTheTensorsAndNothingElse) {
  const TemporaryFolder folder;
  const Model<float> model = small_model();
  const auto file = folder.path() / "w.npz";
  const std::vector<float> weight(6, 1), bias(2, 1), wild = {1, std::nanf("")};
  const auto refused = [&](const std::vector<NamedArray>& arrays) {
    write_npz(file, arrays);
    return refusal(ErrorKind::data, [&] { read_weights(file, model.schema()); });
  };
  EXPECT_THAT(refused({{"fc.weight", weight, {2, 3}}}), HasSubstr("tensor 'fc.bias' of the model is missing"));
  EXPECT_THAT(refused({{"fc.weight", weight, {2, 3}}, {"fc.bias", bias, {2}}, {"more", bias, {2}}}),
              HasSubstr("tensor 'more' is not part of the model"));
  EXPECT_THAT(refused({{"fc.weight", weight, {2, 3}}, {"fc.bias", wild, {2}}}),
              HasSubstr("fc.bias[1] is not a finite number"));
}

}  // namespace
}  // namespace tacit::models
