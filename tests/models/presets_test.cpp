#include "models/presets.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "models/allocations.h"
#include "models/derivatives.h"
#include "models/model_zoo.h"
#include "models/optimizers/optimizer.h"

namespace tacit::models {
namespace {

ZooModel preset(const std::string& name, Shape shape, std::size_t classes) {
  return {name, "preset = \"" + name + "\"\n", std::move(shape), classes};
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

/// The second-order primitive of the whole network: exact along one direction, symmetric along two.
TEST(Presets, AreDifferentiableTwice) {
  for (const ZooModel& entry : {preset("lenet5", {1, 12, 12}, 3), preset("lenet_dlg", {3, 8, 8}, 4),
                                preset("cnn4", {1, 8, 8}, 2), preset("resnet8", {3, 8, 8}, 3)}) {
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

std::vector<ZooModel> all_presets() {
  return {preset("lenet5", {1, 28, 28}, 10), preset("lenet_dlg", {3, 32, 32}, 10), preset("cnn4", {1, 28, 28}, 10),
          preset("resnet8", {3, 32, 32}, 10)};
}

std::vector<float> normal_floats(std::size_t size, std::uint32_t which) {
  RandomStream stream({19, Purpose::test, which});
  std::vector<float> values(size);
  for (float& value : values) value = static_cast<float>(stream.normal());
  return values;
}

TEST(Presets, StepsDoNotAllocateAfterTheFirst) {
  for (const ZooModel& entry : all_presets()) {
    SCOPED_TRACE(entry.name);
    const Model<float> model = build<float>(entry);
    constexpr std::size_t count = 3;
    std::vector<float> theta = model.initial_parameters(1), gradient(theta.size()), tangent(count * model.input_size());
    const auto inputs = normal_floats(count * model.input_size(), 1), direction = normal_floats(theta.size(), 2);
    const std::vector<std::int32_t> labels = {0, 1, 2};
    const auto targets = model.targets_of(labels);
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
    const auto theta = model.initial_parameters(1), inputs = normal_floats(count * model.input_size(), 1);
    std::vector<std::int32_t> labels(count);
    for (std::size_t b = 0; b < count; ++b) labels[b] = static_cast<std::int32_t>(b);
    const auto targets = model.targets_of(labels);
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
}

}  // namespace
}  // namespace tacit::models
