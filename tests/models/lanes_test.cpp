#include <gtest/gtest.h>

#include "core/expect_error.h"
#include "models/allocations.h"
#include "models/derivatives.h"
#include "models/model_zoo.h"

namespace tacit::models {
namespace {

/// What takes lanes, by name.
std::vector<ZooModel> zoo_of_lanes() {
  std::vector<ZooModel> taken;
  for (const ZooModel& entry : complete_zoo())
    if (build<double>(entry).takes_lanes()) taken.push_back(entry);
  return taken;
}

/// Several batches side by side, and what comes out of them.
struct Side {
  Side(const Model<double>& model, std::size_t lanes_in, std::size_t each_in, std::uint64_t seed)
      : lanes(lanes_in),
        each(each_in),
        point(random_point(model, lanes * each, seed)),
        directions(lanes * point.theta.size()),
        gradients(directions.size()),
        losses(lanes),
        inputs(point.inputs.size()),
        targets(point.targets.size()) {
    RandomStream stream({seed, Purpose::test, 7, 0});
    for (double& value : directions) value = stream.normal();
  }
  void run(Evaluation<double>& evaluation) {
    evaluation.lane_gradients(point.theta, point.examples(), lanes, gradients, losses);
    evaluation.lane_tangents(point.theta, point.examples(), lanes, directions, inputs, targets);
  }
  /// Lane `lane` on its own.
  Side alone(std::size_t lane) const {
    Side one = *this;
    one.lanes = 1;
    const auto part = [&](const std::vector<double>& all) {
      const auto size = static_cast<std::ptrdiff_t>(all.size() / lanes), at = static_cast<std::ptrdiff_t>(lane) * size;
      return std::vector<double>(all.begin() + at, all.begin() + at + size);
    };
    one.point.inputs = part(point.inputs);
    one.point.targets = part(point.targets);
    one.point.count = each;
    for (auto member : {&Side::directions, &Side::gradients, &Side::losses, &Side::inputs, &Side::targets})
      one.*member = part(this->*member);
    return one;
  }

  std::size_t lanes, each;
  Point point;
  std::vector<double> directions, gradients, losses, inputs, targets;
};

TEST(Lanes, AreTakenByCircuitsHybridsAndNetworksOfLinearLayers) {
  std::size_t quantum = 0;
  for (const ZooModel& entry : quantum_zoo()) quantum += build<double>(entry).takes_lanes() ? 1u : 0u;
  EXPECT_EQ(quantum, quantum_zoo().size());
  for (const ZooModel& entry : classical_zoo()) EXPECT_TRUE(build<double>(entry).takes_lanes()) << entry.name;
  for (const ZooModel& entry : training_zoo())  // the others couple examples
    EXPECT_EQ(build<double>(entry).takes_lanes(), entry.name == "dropout") << entry.name;
}

/// Each lane has the gradient and the tangent of its batch alone, by the passes without lanes.
TEST(Lanes, AreBatchesOfTheirOwn) {
  for (const ZooModel& entry : zoo_of_lanes()) {
    SCOPED_TRACE(entry.name);
    const Model<double> model = build<double>(entry);
    Side side(model, 5, 2, 3);
    Evaluation<double> evaluation(model), alone(model);
    side.run(evaluation);
    for (std::size_t lane = 0; lane < side.lanes; ++lane) {
      const Side one = side.alone(lane);
      Point gradient = zeros_like(one.point), tangent = zeros_like(one.point);
      const auto loss = alone.gradient_tangent(one.point.theta, one.point.examples(),
                                               {.theta = one.directions, .inputs = {}, .targets = {}}, spans(gradient),
                                               {.theta = {}, .inputs = tangent.inputs, .targets = tangent.targets});
      EXPECT_NEAR(one.losses[0], loss.loss, 1e-13 * (1 + std::abs(loss.loss)));
      const auto expect_near = [](const std::vector<double>& a, const std::vector<double>& b) {
        double largest = 0;
        for (const double value : b) largest = std::max(largest, std::abs(value));
        for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-12 * (1 + largest)) << i;
      };
      expect_near(one.gradients, gradient.theta);
      expect_near(one.inputs, tangent.inputs);
      expect_near(one.targets, tangent.targets);
    }
  }
}

/// The bits of a lane are those that it has alone, in whatever company.
TEST(Lanes, DoNotDependOnTheirCompany) {
  for (const ZooModel& entry : zoo_of_lanes())
    for (const std::size_t each : {1, 3}) {
      SCOPED_TRACE(entry.name);
      const Model<double> model = build<double>(entry);
      Side side(model, 11, each, 5);
      Evaluation<double> evaluation(model);
      side.run(evaluation);
      for (const std::size_t lane : {0, 4, 10}) {
        const Side expected = side.alone(lane);
        Side one = expected;
        one.run(evaluation);
        EXPECT_EQ(one.gradients, expected.gradients);
        EXPECT_EQ(one.losses, expected.losses);
        EXPECT_EQ(one.inputs, expected.inputs);
        EXPECT_EQ(one.targets, expected.targets);
      }
    }
}

/// d/dx <g(x), v> by central differences of the gradient itself.
TEST(Lanes, TangentsAreDerivativesOfTheGradients) {
  for (const ZooModel& entry : zoo_of_lanes()) {
    if (entry.name == "relu_mlp" || entry.name == "deep") continue;  // kinks
    SCOPED_TRACE(entry.name);
    const Model<double> model = build<double>(entry);
    Side side(model, 3, 1, 9);
    Evaluation<double> evaluation(model);
    side.run(evaluation);
    const std::size_t parameters = side.point.theta.size(), inputs = model.input_size();
    Side moved = side;
    const auto along = [&](std::size_t lane, std::size_t i, double step) {
      moved.point = side.point;
      moved.point.inputs[lane * inputs + i] += step;
      evaluation.lane_gradients(moved.point.theta, moved.point.examples(), moved.lanes, moved.gradients, moved.losses);
      double sum = 0;
      for (std::size_t p = lane * parameters; p < (lane + 1) * parameters; ++p)
        sum += moved.gradients[p] * side.directions[p];
      return sum;
    };
    for (std::size_t lane = 0; lane < side.lanes; ++lane)
      for (std::size_t i = 0; i < inputs; ++i) {
        const auto central = [&](double h) { return (along(lane, i, h) - along(lane, i, -h)) / (2 * h); };
        const double numeric = (4 * central(5e-4) - central(1e-3)) / 3;
        EXPECT_NEAR(side.inputs[lane * inputs + i], numeric, 1e-7 * (1 + std::abs(numeric)));
      }
  }
}

TEST(Lanes, DoNotAllocateAfterTheLargestBatch) {
  for (const ZooModel& entry : zoo_of_lanes()) {
    SCOPED_TRACE(entry.name);
    const Model<double> model = build<double>(entry);
    Side large(model, 9, 2, 1), small(model, 4, 1, 2);
    Evaluation<double> evaluation(model);
    large.run(evaluation);
    const std::size_t before = allocations();
    small.run(evaluation);
    large.run(evaluation);
    EXPECT_EQ(allocations(), before);
  }
}

TEST(Lanes, AreRefusedWhereTheyMakeNoSense) {
  const Model<double> coupled = build<double>(training_zoo()[0]), plain = build<double>(classical_zoo()[0]);
  Side of_coupled(coupled, 2, 1, 1), of_plain(plain, 2, 1, 1);
  Evaluation<double> first(coupled), second(plain);
  expect_error([&] { of_coupled.run(first); }, ErrorKind::usage, {"lanes"});
  second.set_masks(MaskKey{});
  expect_error([&] { of_plain.run(second); }, ErrorKind::usage, {"masks"});
  second.set_masks(std::nullopt);
  of_plain.lanes = 3;
  expect_error([&] { of_plain.run(second); }, ErrorKind::usage, {"2 examples", "3 lanes"});
}

}  // namespace
}  // namespace tacit::models
