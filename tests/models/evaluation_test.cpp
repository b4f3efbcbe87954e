#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <thread>

#include "core/error.h"
#include "models/allocations.h"
#include "models/derivatives.h"
#include "models/model_zoo.h"

namespace tacit::models {
namespace {

TEST(Evaluation, DoesNotAllocateAfterTheLargestBatch) {
  for (const ZooModel& entry : complete_zoo()) {
    SCOPED_TRACE(entry.name);
    const Model<double> model = build<double>(entry);
    const Point large = random_point(model, 20, 1), small = random_point(model, 7, 2),
                direction = random_direction(model, 20, 3), small_direction = random_direction(model, 7, 4);
    Point gradient = zeros_like(large), tangent = zeros_like(large), small_gradient = zeros_like(small),
          small_tangent = zeros_like(small);
    Evaluation<double> evaluation(model);
    const auto use = [&](const Point& point, const Point& along, Point& g, Point& t) {
      evaluation.predict(point.theta, point.inputs, point.count);
      evaluation.loss(point.theta, point.examples());
      evaluation.gradient(point.theta, point.examples(), spans(g));
      evaluation.gradient_tangent(point.theta, point.examples(), direction_of(along), spans(g), spans(t));
    };
    use(large, direction, gradient, tangent);
    const std::size_t before = allocations();
    for (int i = 0; i < 3; ++i) {
      use(small, small_direction, small_gradient, small_tangent);
      use(large, direction, gradient, tangent);
    }
    EXPECT_EQ(allocations(), before);
  }
}

TEST(Evaluation, CountsAllocationsAtAll) {
  const std::size_t before = allocations();
  const auto something = std::make_unique<std::vector<int>>(100);
  EXPECT_EQ(allocations(), before + 2);
  EXPECT_EQ(something->size(), 100u);
}

/// The same bits from used and fresh working memory, and from other threads.
TEST(Evaluation, IsDeterministic) {
  for (const ZooModel& entry : complete_zoo()) {
    SCOPED_TRACE(entry.name);
    const Model<float> model = build<float>(entry);
    RandomStream stream({5, Purpose::test});
    const auto draw = [&](std::size_t size) {
      std::vector<float> values(size);
      for (float& value : values) value = static_cast<float>(stream.normal());
      return values;
    };
    constexpr std::size_t count = 11;
    const auto theta = draw(model.schema()->size()), inputs = draw(count * model.input_size()),
               targets = draw(count * model.target_size()), theta_dot = draw(model.schema()->size());
    const auto run = [&](Evaluation<float>& evaluation) {
      std::vector<float> all(2 * (theta.size() + inputs.size()));
      std::span<float> rest(all);
      const auto take = [&](std::size_t size) {
        const auto part = rest.first(size);
        rest = rest.subspan(size);
        return part;
      };
      const auto g_theta = take(theta.size()), g_inputs = take(inputs.size()), t_theta = take(theta.size()),
                 t_inputs = take(inputs.size());
      evaluation.gradient_tangent(theta, {inputs, targets, count}, {theta_dot, {}, {}}, {g_theta, g_inputs, {}},
                                  {t_theta, t_inputs, {}});
      return all;
    };
    Evaluation<float> one(model), two(model);
    const auto first = run(one);
    std::vector<float> larger(40 * model.input_size(), 0.3f);
    two.predict(theta, larger, 40);
    EXPECT_EQ(run(two), first);
    EXPECT_EQ(run(one), first);
    std::vector<float> elsewhere;
    std::thread([&] {
      Evaluation<float> own(model);
      elsewhere = run(own);
    }).join();
    EXPECT_EQ(elsewhere, first);
  }
}

/// An example's outputs do not depend on the others in its batch.
TEST(Evaluation, PredictsEachExampleForItself) {
  for (const ZooModel& entry : complete_zoo()) {
    SCOPED_TRACE(entry.name);
    const Model<float> model = build<float>(entry);
    const auto theta = model.initial_parameters(1);
    constexpr std::size_t count = 9;
    std::vector<float> inputs(count * model.input_size());
    RandomStream stream({6, Purpose::test});
    for (float& value : inputs) value = static_cast<float>(stream.normal());
    Evaluation<float> whole(model), single(model);
    const auto outputs = whole.predict(theta, inputs, count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto row =
          single.predict(theta, std::span<const float>(inputs).subspan(i * model.input_size(), model.input_size()), 1);
      for (std::size_t k = 0; k < row.size(); ++k) ASSERT_EQ(row[k], outputs[i * row.size() + k]);
    }
  }
}

TEST(Evaluation, RefusesSpansOfOtherSizes) {
  const Model<double> model = build<double>(classical_zoo()[0]);
  const Point point = random_point(model, 2, 1);
  Evaluation<double> evaluation(model);
  const auto refused = [](auto&& action, const std::string& piece) {
    try {
      action();
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_NE(std::string(error.what()).find(piece), std::string::npos) << error.what();
    }
  };
  std::vector<double> wrong(3);
  refused([&] { evaluation.predict(wrong, point.inputs, 2); }, "theta has 3");
  refused([&] { evaluation.predict(point.theta, wrong, 2); }, "inputs has 3");
  refused([&] { evaluation.loss(point.theta, {point.inputs, wrong, 2}); }, "targets has 3");
  refused([&] { evaluation.loss(point.theta, {{}, {}, 0}); }, "empty batch");
  refused([&] { evaluation.gradient(point.theta, point.examples(), {{}, wrong, {}}); }, "gradient of the inputs");
  refused(
      [&] {
        evaluation.gradient_tangent(point.theta, point.examples(), {wrong, {}, {}}, {}, {});
      },
      "direction in theta");
  refused(
      [&] {
        evaluation.gradient_tangent(point.theta, point.examples(), {}, {}, {{}, {}, wrong});
      },
      "tangent of the target gradient");
}

TEST(Model, TurnsLabelsIntoTargetsAndBack) {
  const Model<double> many = build<double>(classical_zoo()[0]), one = build<double>(classical_zoo()[5]);
  const std::vector<std::int32_t> labels = {2, 0};
  EXPECT_EQ(many.targets_of(labels), (std::vector<double>{0, 0, 1, 1, 0, 0}));
  const std::vector<std::int32_t> binary = {1, 0};
  EXPECT_EQ(one.targets_of(binary), (std::vector<double>{1, -1}));
  EXPECT_EQ(one.classes(), 2u);
  EXPECT_EQ(one.label_of(std::vector<double>{0.2}), 1);
  EXPECT_EQ(one.label_of(std::vector<double>{-0.2}), 0);
  EXPECT_EQ(many.label_of(std::vector<double>{0, 3, 1}), 1);
  EXPECT_EQ(many.label_of(std::vector<double>{-5, -5, -5}), 0);
  const std::vector<std::int32_t> wrong = {0, 3}, negative = {-1};
  EXPECT_THROW(many.targets_of(wrong), Error);
  EXPECT_THROW(one.targets_of(negative), Error);
}

TEST(Graph, RefusesWhatDoesNotFit) {
  Graph<double> graph({4});
  const auto linear = std::make_shared<const Linear<double>>(Shape{4}, 3);
  EXPECT_THROW(graph.add("a", linear, {7}), Error);
  EXPECT_THROW(graph.add("a", linear, {0, 0}), Error);
  EXPECT_THROW(graph.add("", linear, {0}), Error);
  graph.add("a", linear, {0});
  EXPECT_THROW(graph.add("a", linear, {0}), Error);
  EXPECT_THROW(graph.add("b", linear, {1}), Error);
  graph.add("b", linear, {0});
  EXPECT_THROW(graph.schema(), Error) << "the output of 'a' is used by none";
  EXPECT_THROW(Graph<double>({4}).schema(), Error);
  EXPECT_THROW(Graph<double>({0}), Error);
  EXPECT_THROW(Add<double>({3}, 1), Error);
}

TEST(Model, InitialParametersFollowTheLayersRules) {
  const Model<double> model = build<double>({"m", layer("linear", "outputs = 400"), {100}, 400});
  const auto theta = model.initial_parameters(3);
  EXPECT_EQ(theta, model.initial_parameters(3));
  EXPECT_NE(theta, model.initial_parameters(4));
  double sum = 0, squares = 0, largest = 0;
  for (const double value : theta) sum += value, squares += value * value, largest = std::max(largest, std::abs(value));
  const double size = static_cast<double>(theta.size());
  EXPECT_LE(largest, 0.1);
  EXPECT_NEAR(sum / size, 0, 2e-3);
  EXPECT_NEAR(squares / size, 0.01 / 3, 1e-4);
  EXPECT_EQ(model.schema()->entries()[0].name, "linear1.weight");
  EXPECT_EQ(model.schema()->entries()[0].shape, (Shape{400, 100}));
  EXPECT_EQ(model.schema()->entries()[1].name, "linear1.bias");
}

}  // namespace
}  // namespace tacit::models
