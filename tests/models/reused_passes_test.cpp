#include <gtest/gtest.h>

#include "core/expect_error.h"
#include "models/allocations.h"
#include "models/derivatives.h"
#include "models/model_zoo.h"

namespace tacit::models {
namespace {

/// Every bit of two numbers, or nearly all of them where a circuit may sum in another order.
void expect_same(double a, double b, bool circuit) {
  if (circuit)
    EXPECT_NEAR(a, b, 1e-13 * (1 + std::abs(b)));
  else
    EXPECT_EQ(a, b);
}

void expect_same(const Point& a, const Point& b, bool circuit = false) {
  for (const auto part : {&Point::theta, &Point::inputs, &Point::targets}) {
    ASSERT_EQ((a.*part).size(), (b.*part).size());
    for (std::size_t i = 0; i < (a.*part).size(); ++i) expect_same((a.*part)[i], (b.*part)[i], circuit);
  }
}

bool has_circuit(const ZooModel& entry) {
  return entry.text.find("\"quantum\"") != std::string::npos;
}

/// A tangent that builds on a gradient gives the bits of one that repeats it, whichever gradients were taken before.
TEST(ReusedPasses, GiveTheBitsOfRepeatedOnes) {
  std::vector<ZooModel> zoo = complete_zoo();
  for (const ZooModel& entry : training_zoo()) zoo.push_back(entry);
  for (const ZooModel& entry : zoo) {
    SCOPED_TRACE(entry.name);
    const Model<double> model = build<double>(entry);
    const Point point = random_point(model, 5, 1), direction = random_direction(model, 5, 2);
    Point expected = zeros_like(point), got = zeros_like(point), gradient = zeros_like(point);
    Evaluation<double> repeats(model), reuses(model);
    const std::vector<Direction<double>> along = {direction_of(direction),
                                                  {.theta = direction.theta, .inputs = {}, .targets = {}},
                                                  {.theta = {}, .inputs = direction.inputs, .targets = {}}};
    const std::vector<Gradients<double>> before = {
        spans(gradient),
        {.theta = gradient.theta, .inputs = {}, .targets = {}},
        {.theta = {}, .inputs = gradient.inputs, .targets = gradient.targets}};
    for (std::size_t i = 0; i < along.size(); ++i)
      for (std::size_t j = 0; j < before.size(); ++j) {
        SCOPED_TRACE(std::to_string(i) + " " + std::to_string(j));
        const auto full = repeats.gradient_tangent(point.theta, point.examples(), along[i], {}, spans(expected));
        reuses.gradient(point.theta, point.examples(), before[j]);
        const auto again = reuses.tangent_of_gradient(point.theta, point.examples(), along[i], spans(got));
        expect_same(got, expected, has_circuit(entry));
        expect_same(again.loss, full.loss, has_circuit(entry));
        expect_same(again.loss_dot, full.loss_dot, has_circuit(entry));
      }
  }
}

TEST(ReusedPasses, FollowSharedAndDetouredValues) {
  const Model<double> model = residual_model<double>();
  const Point point = random_point(model, 3, 1), direction = random_direction(model, 3, 2);
  Point expected = zeros_like(point), got = zeros_like(point), gradient = zeros_like(point);
  Evaluation<double> evaluation(model);
  evaluation.gradient_tangent(point.theta, point.examples(), direction_of(direction), {}, spans(expected));
  for (const bool inputs_too : {false, true}) {
    evaluation.gradient(point.theta, point.examples(),
                        {.theta = gradient.theta,
                         .inputs = inputs_too ? std::span<double>(gradient.inputs) : std::span<double>(),
                         .targets = {}});
    evaluation.tangent_of_gradient(point.theta, point.examples(), direction_of(direction), spans(got));
    expect_same(got, expected);
  }
}

/// Two tangents of one gradient, and an iteration that allocates nothing.
TEST(ReusedPasses, ServeSeveralTangentsAndAllocateNothing) {
  for (const ZooModel& entry : complete_zoo()) {
    SCOPED_TRACE(entry.name);
    const Model<double> model = build<double>(entry);
    const Point point = random_point(model, 4, 1), one = random_direction(model, 4, 2),
                two = random_direction(model, 4, 3);
    Point expected = zeros_like(point), got = zeros_like(point), gradient = zeros_like(point);
    Evaluation<double> evaluation(model);
    const auto iterate = [&] {
      evaluation.gradient(point.theta, point.examples(), {.theta = gradient.theta, .inputs = {}, .targets = {}});
      evaluation.tangent_of_gradient(point.theta, point.examples(), direction_of(one), spans(got));
      evaluation.tangent_of_gradient(point.theta, point.examples(), direction_of(two), spans(got));
    };
    evaluation.gradient_tangent(point.theta, point.examples(), direction_of(two), {}, spans(expected));
    iterate();
    const std::size_t before = allocations();
    iterate();
    EXPECT_EQ(allocations(), before);
    expect_same(got, expected, has_circuit(entry));
  }
}

TEST(ReusedPasses, NeedAGradientOfAsManyExamples) {
  const Model<double> model = build<double>(classical_zoo()[0]);
  const Point point = random_point(model, 3, 1), fewer = random_point(model, 2, 1),
              direction = random_direction(model, 3, 2);
  Point got = zeros_like(point), gradient = zeros_like(point), small = zeros_like(fewer);
  Evaluation<double> evaluation(model);
  const auto tangent = [&] {
    evaluation.tangent_of_gradient(point.theta, point.examples(), direction_of(direction), spans(got));
  };
  expect_error(tangent, ErrorKind::usage, {"no gradient", "3"});
  evaluation.gradient(fewer.theta, fewer.examples(), spans(small));
  expect_error(tangent, ErrorKind::usage, {"no gradient", "3"});
  evaluation.gradient(point.theta, point.examples(), spans(gradient));
  EXPECT_NO_THROW(tangent());
  evaluation.predict(point.theta, point.inputs, point.count);
  expect_error(tangent, ErrorKind::usage, {"no gradient", "3"});
}

}  // namespace
}  // namespace tacit::models
