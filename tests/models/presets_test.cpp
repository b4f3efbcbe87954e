#include "models/presets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/error.h"
#include "models/allocations.h"
#include "models/derivatives.h"
#include "models/model_zoo.h"
#include "models/optimizers/optimizer.h"
#include "models/training.h"

namespace tacit::models {
namespace {

ZooModel preset(const std::string& name, Shape shape, std::size_t classes, const std::string& more = "") {
  return {name, "preset = \"" + name + "\"\n" + more, std::move(shape), classes};
}

/// Elements that gradients move: what other programs count.
std::size_t trained_size(const Model<float>& model) {
  std::size_t size = 0;
  for (const ParameterEntry& entry : model.schema()->entries()) size += entry.trained ? entry.size : 0;
  return size;
}

/// Shape of a node's output, by name.
template <class T>
Shape shape_of(const Model<T>& model, const std::string& name) {
  for (const auto& node : model.graph().nodes())
    if (node.name == name) return node.layer->output_shape();
  ADD_FAILURE() << "no layer " << name;
  return {};
}

TEST(Presets, LeNet5HasItsKnownSize) {
  const Model<float> model = build<float>(preset("lenet5", {1, 28, 28}, 10));
  EXPECT_EQ(shape_of(model, "conv2d1"), (Shape{6, 28, 28}));
  EXPECT_EQ(shape_of(model, "average_pool1"), (Shape{6, 14, 14}));
  EXPECT_EQ(shape_of(model, "average_pool2"), (Shape{16, 5, 5}));
  // (25 + 1) 6 + (6 25 + 1) 16 + (400 + 1) 120 + (120 + 1) 84 + (84 + 1) 10
  EXPECT_EQ(model.schema()->size(), 61706u);
}

TEST(Presets, LeNetOfDeepLeakageHasItsKnownSizeAndStart) {
  const Model<float> model = build<float>(preset("lenet_dlg", {3, 32, 32}, 100));
  EXPECT_EQ(shape_of(model, "sigmoid1"), (Shape{12, 16, 16}));
  EXPECT_EQ(shape_of(model, "conv2d3"), (Shape{12, 8, 8}));
  EXPECT_EQ(model.schema()->find("linear1.weight")->shape, (Shape{100, 768}));
  // (75 + 1) 12 + 2 (300 + 1) 12 + (768 + 1) 100
  EXPECT_EQ(model.schema()->size(), 85036u);
  float low = 0, high = 0;
  for (const float value : model.initial_parameters(1)) low = std::min(low, value), high = std::max(high, value);
  EXPECT_GE(low, -0.5f);
  EXPECT_LT(low, -0.499f);
  EXPECT_LE(high, 0.5f);
  EXPECT_GT(high, 0.499f);
}

TEST(Presets, FourLayerNetworkHasItsKnownSize) {
  const Model<float> model = build<float>(preset("cnn4", {1, 28, 28}, 10));
  EXPECT_EQ(shape_of(model, "conv2d2"), (Shape{64, 24, 24}));
  EXPECT_EQ(shape_of(model, "max_pool1"), (Shape{64, 12, 12}));
  // (9 + 1) 32 + (288 + 1) 64 + (9216 + 1) 128 + (128 + 1) 10
  EXPECT_EQ(model.schema()->size(), 1199882u);
}

TEST(Presets, ResNet8HasItsKnownSize) {
  const Model<float> model = build<float>(preset("resnet8", {3, 32, 32}, 10));
  EXPECT_EQ(shape_of(model, "stage1"), (Shape{16, 32, 32}));
  EXPECT_EQ(shape_of(model, "stage2"), (Shape{32, 16, 16}));
  EXPECT_EQ(shape_of(model, "stage3"), (Shape{64, 8, 8}));
  EXPECT_EQ(shape_of(model, "global_average_pool1"), (Shape{64, 1, 1}));
  // First convolution, stages, head; a norm has 2 parameters a channel.
  EXPECT_EQ(model.schema()->size(), (432u + 32) + (2 * 2304 + 2 * 32) + (4608 + 9216 + 512 + 3 * 64) +
                                        (18432 + 36864 + 2048 + 3 * 128) + (64 * 10 + 10));
  EXPECT_EQ(model.schema()->size(), 78042u);
}

/// The counts of the same networks built in PyTorch 2.9; 11,173,962 is the well-known one of ResNet-18 for CIFAR-10.
TEST(Presets, LargerResNetsHaveTheirKnownSizes) {
  const std::string batch_norm = "normalization = \"batch_norm\"\n";
  for (const std::string& norm : {std::string(), batch_norm}) {
    EXPECT_EQ(trained_size(build<float>(preset("resnet8", {3, 32, 32}, 10, norm))), 78042u);
    EXPECT_EQ(trained_size(build<float>(preset("resnet20", {3, 32, 32}, 10, norm))), 272474u);
    EXPECT_EQ(trained_size(build<float>(preset("resnet18", {3, 32, 32}, 10, norm))), 11173962u);
  }
  const Model<float> averaged = build<float>(preset("resnet18", {3, 32, 32}, 10, batch_norm));
  EXPECT_EQ(averaged.schema()->size() - trained_size(averaged), 9600u);
  EXPECT_EQ(averaged.coupling_layer(), "stage0_norm");
  EXPECT_EQ(shape_of(averaged, "stage1_block1"), (Shape{64, 32, 32}));
  EXPECT_EQ(shape_of(averaged, "stage2_block1"), (Shape{128, 16, 16}));
  EXPECT_EQ(shape_of(averaged, "stage4"), (Shape{512, 4, 4}));
  const Model<float> local = build<float>(preset("resnet18", {3, 32, 32}, 10, batch_norm + "statistics = \"local\"\n"));
  EXPECT_EQ(local.schema()->size(), 11173962u);
  const Model<float> twenty = build<float>(preset("resnet20", {3, 32, 32}, 10));
  EXPECT_EQ(shape_of(twenty, "stage3_block2"), (Shape{64, 8, 8}));
  EXPECT_EQ(twenty.coupling_layer(), "");
}

/// The counts of TransformerEncoder of PyTorch 2.9 with what stands around it.
TEST(Presets, TransformersHaveTheirKnownSizes) {
  const Model<float> vit = build<float>(preset("vit", {3, 32, 32}, 10));
  EXPECT_EQ(shape_of(vit, "conv2d1"), (Shape{128, 8, 8}));
  EXPECT_EQ(shape_of(vit, "tokens"), (Shape{65, 128}));
  EXPECT_EQ(shape_of(vit, "block4"), (Shape{65, 128}));
  EXPECT_EQ(shape_of(vit, "token_select1"), (Shape{128}));
  EXPECT_EQ(vit.schema()->size(), 809354u);
  EXPECT_EQ(build<float>(preset("vit", {1, 28, 28}, 10)).schema()->size(), 803338u);

  const Model<float> characters = build<float>(preset("char_transformer", {80}, 80, "vocabulary = 80\n"));
  EXPECT_EQ(shape_of(characters, "block2"), (Shape{80, 128}));
  EXPECT_EQ(characters.output_size(), 80u);
  EXPECT_EQ(characters.schema()->size(), 427600u);
}

TEST(Presets, CircuitsHaveTheirKnownSizes) {
  // Strongly entangling layers have 3 angles a qubit, 2 layers after each of 2 encodings.
  EXPECT_EQ(build<float>(preset("vqc_classifier", {6}, 3)).schema()->size(), 3u * 6 * 2 * 2);
  EXPECT_EQ(build<float>(preset("vqc_classifier", {2, 2}, 2, "circuit_layers = 3\nreuploads = 1\n")).schema()->size(),
            3u * 4 * 3);
  const Model<float> regressor = build<float>(preset("vqc_regressor", {5}, 2, "loss = \"mean_squared_error\"\n"));
  EXPECT_EQ(regressor.output_size(), 1u);
  EXPECT_EQ(regressor.schema()->size(), 3u * 5 * 2 * 2);
  // (20 + 1) 4, 3 4 2, (4 + 1) 7
  EXPECT_EQ(build<float>(preset("hybrid", {20}, 7)).schema()->size(), 84u + 24 + 35);
  // (9 + 1) 8, (72 + 1) 16, (784 + 1) 8, 3 8 2, (8 + 1) 10
  const Model<float> images = build<float>(preset("conv_hybrid", {1, 28, 28}, 10));
  EXPECT_EQ(shape_of(images, "max_pool2"), (Shape{16, 7, 7}));
  EXPECT_EQ(images.schema()->size(), 80u + 1168 + 6280 + 48 + 90);
}

/// The second-order primitive of the whole network: exact along one direction, symmetric along two.
TEST(Presets, AreDifferentiableTwice) {
  for (const ZooModel& entry :
       {preset("lenet5", {1, 12, 12}, 3), preset("lenet_dlg", {3, 8, 8}, 4), preset("cnn4", {1, 8, 8}, 2),
        preset("resnet8", {3, 8, 8}, 3), preset("resnet20", {3, 4, 4}, 3, "normalization = \"batch_norm\"\n"),
        preset("vit", {2, 8, 8}, 3, "width = 8\nheads = 2\ndepth = 2\n"), preset("vqc_classifier", {3}, 2),
        preset("vqc_regressor", {3}, 2, "loss = \"huber\"\n"), preset("hybrid", {5}, 3),
        preset("conv_hybrid", {1, 8, 8}, 3, "qubits = 3\n")}) {
    SCOPED_TRACE(entry.name);
    const Model<double> model = build<double>(entry);
    Point point = random_point(model, 2, 3);
    point.theta = model.initial_parameters(3);
    const Point direction = random_direction(model, 2, 4).only(true, true, true);
    const WithTangent result = tangent_at(model, point, direction);
    EXPECT_NEAR(result.loss_dot, dot(result.gradient, direction), 1e-10 * (1 + std::abs(result.loss_dot)));
    expect_symmetric_hessian(model, point, 5);
  }
}

/// Tokens are not moved; along the parameters the transformer is exact.
TEST(Presets, ACharacterTransformerIsDifferentiableTwice) {
  const Model<double> model =
      build<double>(preset("char_transformer", {5}, 7, "vocabulary = 7\nwidth = 8\nheads = 2\ndepth = 1\n"));
  Point point = random_point(model, 2, 3), direction = random_direction(model, 2, 4);
  point.inputs = {0, 6, 3, 3, 1, 5, 5, 2, 0, 4};
  std::fill(direction.inputs.begin(), direction.inputs.end(), 0.0);
  expect_tangent_is_derivative_of_gradient(model, point, direction);
}

/// The answer comes from the last token, which has seen all the others.
TEST(Presets, ACharacterTransformerLearnsToRepeat) {
  const Model<float> model =
      build<float>(preset("char_transformer", {6}, 4, "vocabulary = 4\nwidth = 16\nheads = 2\ndepth = 1\n"));
  // The next character is the one three places before it.
  datasets::Dataset data;
  data.name = "words";
  data.feature_shape = {6};
  data.classes = 4;
  RandomStream stream({1, Purpose::test});
  for (std::size_t i = 0; i < 256; ++i) {
    std::array<float, 6> word{};
    for (float& letter : word) letter = static_cast<float>(stream.below(4));
    data.features.insert(data.features.end(), word.begin(), word.end());
    data.labels.push_back(static_cast<std::int32_t>(word[3]));
  }
  LocalTraining training;
  training.optimizer = OptimizerSettings::defaults("adam");
  training.learning_rate = 0.01;
  training.local_epochs = 15;
  std::vector<float> theta = model.initial_parameters(1);
  EXPECT_LT(evaluate(model, theta, data).accuracy, 0.5);
  const LocalResult result = train_locally(model, theta, data, training, {1, Purpose::local_order, 1, 1});
  for (std::size_t i = 0; i < theta.size(); ++i) theta[i] += result.update[i];
  EXPECT_GT(evaluate(model, theta, data).accuracy, 0.98);
}

std::vector<ZooModel> all_presets() {
  return {preset("mlp", {6}, 3, "hidden = [8, 8]\nactivation = \"relu\"\n"),
          preset("lenet5", {1, 28, 28}, 10),
          preset("lenet_dlg", {3, 32, 32}, 10),
          preset("cnn4", {1, 28, 28}, 10),
          preset("resnet8", {3, 32, 32}, 10),
          preset("resnet20", {3, 16, 16}, 10),
          preset("resnet18", {3, 4, 4}, 10),
          preset("vit", {3, 16, 16}, 10, "width = 32\n"),
          preset("char_transformer", {9}, 12, "vocabulary = 12\nwidth = 16\n"),
          preset("vqc_classifier", {4}, 3),
          preset("vqc_regressor", {5}, 2, "loss = \"mean_squared_error\"\n"),
          preset("hybrid", {12}, 3),
          preset("conv_hybrid", {1, 12, 12}, 3)};
}

TEST(Presets, AllOfThemAreTestedBelow) {
  std::set<std::string> tested;
  for (const ZooModel& entry : all_presets()) tested.insert(entry.name);
  EXPECT_EQ(tested, std::set<std::string>(preset_names().begin(), preset_names().end()));
}

std::vector<float> normal_floats(std::size_t size, std::uint32_t which) {
  RandomStream stream({19, Purpose::test, which});
  std::vector<float> values(size);
  for (float& value : values) value = static_cast<float>(stream.normal());
  return values;
}

/// Inputs that suit a model: tokens are whole numbers.
std::vector<float> inputs_for(const ZooModel& entry, std::size_t size) {
  std::vector<float> values = normal_floats(size, 1);
  if (entry.name == "char_transformer")
    for (float& value : values) value = std::floor(std::min(11.0f, std::abs(3 * value)));
  return values;
}

std::vector<std::int32_t> labels_in_turn(std::size_t count, std::size_t classes) {
  std::vector<std::int32_t> labels(count);
  for (std::size_t b = 0; b < count; ++b) labels[b] = static_cast<std::int32_t>(b % classes);
  return labels;
}

TEST(Presets, StepsDoNotAllocateAfterTheFirst) {
  for (const ZooModel& entry : all_presets()) {
    SCOPED_TRACE(entry.name);
    const Model<float> model = build<float>(entry);
    constexpr std::size_t count = 3;
    std::vector<float> theta = model.initial_parameters(1), gradient(theta.size()), tangent(count * model.input_size());
    const auto inputs = inputs_for(entry, count * model.input_size()), direction = normal_floats(theta.size(), 2);
    const auto targets = model.targets_of(labels_in_turn(count, model.classes()));
    Evaluation<float> evaluation(model);
    const auto optimizer = make_optimizer<float>({}, theta.size());
    const auto step = [&](std::size_t examples) {
      const Examples<float> batch{std::span(inputs).first(examples * model.input_size()),
                                  std::span(targets).first(examples * model.target_size()), examples};
      evaluation.gradient(theta, batch, {.theta = gradient, .inputs = {}, .targets = {}});
      optimizer->step(theta, gradient, 0.01);
      evaluation.gradient_tangent(
          theta, batch, {.theta = direction, .inputs = {}, .targets = {}}, {},
          {.theta = {}, .inputs = std::span(tangent).first(examples * model.input_size()), .targets = {}});
    };
    step(count);
    const std::size_t before = allocations();
    step(count);
    step(1);
    EXPECT_EQ(allocations(), before);
  }
}

/// Outputs, and the input gradients of a batch of copies up to the mean's division by a power of two.
TEST(Presets, AnExamplesBitsDoNotDependOnItsBatch) {
  for (const ZooModel& entry : all_presets()) {
    SCOPED_TRACE(entry.name);
    const Model<float> model = build<float>(entry);
    constexpr std::size_t count = 8;
    const auto theta = model.initial_parameters(1), inputs = inputs_for(entry, count * model.input_size());
    const auto targets = model.targets_of(labels_in_turn(count, model.classes()));
    Evaluation<float> whole(model), single(model);
    std::vector<float> of_whole(inputs.size()), of_one(model.input_size());
    whole.gradient(theta, {inputs, targets, count}, {.theta = {}, .inputs = of_whole, .targets = {}});
    for (std::size_t b = 0; b < count; ++b) {
      const Examples<float> one{std::span(inputs).subspan(b * model.input_size(), model.input_size()),
                                std::span(targets).subspan(b * model.target_size(), model.target_size()), 1};
      single.gradient(theta, one, {.theta = {}, .inputs = of_one, .targets = {}});
      for (std::size_t i = 0; i < of_one.size(); ++i)
        ASSERT_EQ(of_one[i] / count, of_whole[b * model.input_size() + i]) << "example " << b << ", pixel " << i;
    }
  }
}

TEST(Presets, KeepTheChoiceOfLossAndRefuseLayersBeside) {
  EXPECT_EQ(build<float>({"mse", "loss = \"mean_squared_error\"\npreset = \"lenet5\"\n", {1, 28, 28}, 10}).loss(),
            Loss::mean_squared_error);
  const auto refused = [](const std::string& text, Shape shape, const std::string& piece) {
    try {
      build<float>({"spec", text, std::move(shape), 10});
      ADD_FAILURE() << "accepted: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::configuration);
      EXPECT_NE(std::string(error.what()).find(piece), std::string::npos) << error.what();
    }
  };
  refused("preset = \"lenet\"\n", {1, 28, 28}, "spec.toml:2");
  refused("preset = \"lenet5\"\n" + layer("relu"), {1, 28, 28}, "own layers");
  refused("preset = \"lenet5\"\n", {30}, "takes images");
  refused("preset = \"cnn4\"\n", {1, 3, 3}, "preset cnn4:");
  refused("preset = \"cnn4\"\n", {1, 3, 3}, "spec.toml:2");
  refused("preset = \"cnn4\"\nnormalization = \"batch_norm\"\n", {1, 28, 28}, "spec.toml:3");
  refused("preset = \"resnet8\"\nnormalization = \"layer_norm\"\n", {3, 32, 32}, "batch_norm");
  refused("preset = \"resnet8\"\nstatistics = \"local\"\n", {3, 32, 32}, "statistics");
  refused("preset = \"vit\"\n", {30}, "takes images");
  refused("preset = \"vit\"\npatch = 5\n", {1, 28, 28}, "divisor of the height 28");
  refused("preset = \"vit\"\nheads = 3\n", {1, 28, 28}, "divisor of the width 128");
  refused("preset = \"char_transformer\"\n", {30}, "vocabulary");
  refused("preset = \"vqc_classifier\"\n", {64}, "64 features");
  refused("preset = \"vqc_classifier\"\n", {4}, "10 classes");
  refused("preset = \"vqc_regressor\"\n", {4}, "expected 10");
}

}  // namespace
}  // namespace tacit::models
