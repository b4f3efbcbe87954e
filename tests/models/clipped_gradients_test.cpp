#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "models/allocations.h"
#include "models/derivatives.h"
#include "models/model_zoo.h"

namespace tacit::models {
namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();

/// The same in a plain way: each example alone, its gradient kept, cut and added.
struct OneByOne {
  std::vector<double> norms, sum;
  double loss = 0;
};

std::vector<double> row(const std::vector<double>& values, std::size_t count, std::size_t b) {
  const auto size = static_cast<std::ptrdiff_t>(values.size() / count), begin = static_cast<std::ptrdiff_t>(b) * size;
  return {values.begin() + begin, values.begin() + begin + size};
}

OneByOne one_by_one(const Model<double>& model, const Point& batch, double clip_norm) {
  OneByOne result;
  result.sum.resize(batch.theta.size());
  for (std::size_t b = 0; b < batch.count; ++b) {
    const Point one{batch.theta, row(batch.inputs, batch.count, b), row(batch.targets, batch.count, b), 1};
    const std::vector<double> gradient = gradient_at(model, one).theta;
    const double norm = std::sqrt(dot(gradient, gradient));
    result.norms.push_back(norm);
    for (std::size_t i = 0; i < gradient.size(); ++i)
      result.sum[i] += gradient[i] * (norm > clip_norm ? clip_norm / norm : 1);
    result.loss += Evaluation<double>(model).loss(one.theta, one.examples()) / static_cast<double>(batch.count);
  }
  return result;
}

TEST(ClippedGradients, AreThoseOfEachExampleAlone) {
  for (const ZooModel& entry : complete_zoo()) {
    SCOPED_TRACE(entry.name);
    const Model<double> model = build<double>(entry);
    const Point batch = random_point(model, 7, 81);
    OneByOne expected = one_by_one(model, batch, unbounded);
    std::vector<double> sorted = expected.norms;
    std::sort(sorted.begin(), sorted.end());
    // Between the third and the fourth: some are cut, some are not.
    const double clip_norm = (sorted[3] + sorted[2]) / 2;
    expected = one_by_one(model, batch, clip_norm);
    std::vector<double> norms(7), sum(batch.theta.size());
    const double loss =
        Evaluation<double>(model).clipped_gradients(batch.theta, batch.examples(), clip_norm, sum, norms);
    expect_near(norms, expected.norms, 1e-13, "norms");
    expect_near(sum, expected.sum, 1e-13, "sum");
    EXPECT_NEAR(loss, expected.loss, 1e-13);
    EXPECT_LE(std::sqrt(dot(sum, sum)), 7 * clip_norm * (1 + 1e-12));
  }
}

TEST(ClippedGradients, UnclippedAddUpToTheGradientOfTheBatch) {
  const Model<double> model = residual_model<double>();
  const Point batch = random_point(model, 6, 82);
  std::vector<double> sum(batch.theta.size());
  Evaluation<double>(model).clipped_gradients(batch.theta, batch.examples(), unbounded, sum, {});
  for (double& value : sum) value /= 6;
  expect_near(sum, gradient_at(model, batch).theta, 1e-13, "mean");
}

/// What privacy rests on: taking one example away changes the sum by no more than the bound.
TEST(ClippedGradients, BoundTheInfluenceOfEveryExample) {
  const Model<double> model = build<double>(classical_zoo()[2]);
  Point batch = random_point(model, 5, 83);
  for (std::size_t i = 0; i < model.input_size(); ++i) batch.inputs[i] *= 1e6;  // one example shouts
  const Point rest{
      batch.theta, {batch.inputs.begin() + 6, batch.inputs.end()}, {batch.targets.begin() + 4, batch.targets.end()}, 4};
  std::vector<double> with(batch.theta.size()), without(batch.theta.size());
  Evaluation<double> evaluation(model);
  evaluation.clipped_gradients(batch.theta, batch.examples(), 0.3, with, {});
  evaluation.clipped_gradients(rest.theta, rest.examples(), 0.3, without, {});
  double squares = 0;
  for (std::size_t i = 0; i < with.size(); ++i) squares += (with[i] - without[i]) * (with[i] - without[i]);
  EXPECT_NEAR(std::sqrt(squares), 0.3, 1e-12);
}

TEST(ClippedGradients, DoNotHideWhatIsNotFinite) {
  const Model<double> model = build<double>(classical_zoo()[0]);
  Point batch = random_point(model, 3, 84);
  batch.inputs[0] = std::numeric_limits<double>::infinity();
  std::vector<double> sum(batch.theta.size()), norms(3);
  Evaluation<double>(model).clipped_gradients(batch.theta, batch.examples(), 1, sum, norms);
  EXPECT_FALSE(std::isfinite(norms[0]));
  EXPECT_TRUE(std::isfinite(norms[1]));
  for (const double value : sum) EXPECT_TRUE(std::isnan(value));
}

TEST(ClippedGradients, DoNotAllocateAfterTheFirstCall) {
  const Model<double> model = build<double>(quantum_zoo()[3]);
  const Point batch = random_point(model, 8, 85);
  std::vector<double> sum(batch.theta.size()), norms(8);
  Evaluation<double> evaluation(model);
  evaluation.clipped_gradients(batch.theta, batch.examples(), 1, sum, norms);
  const std::size_t before = allocations();
  evaluation.clipped_gradients(batch.theta, batch.examples(), 1, sum, norms);
  EXPECT_EQ(allocations(), before);
}

TEST(ClippedGradients, RefuseWhatDoesNotFit) {
  const Model<double> model = build<double>(classical_zoo()[0]);
  const Point batch = random_point(model, 3, 86);
  std::vector<double> wrong(2);
  Evaluation<double> evaluation(model);
  const auto refused = [&](double clip_norm, std::span<double> sum, std::span<double> norms, const char* piece) {
    try {
      evaluation.clipped_gradients(batch.theta, batch.examples(), clip_norm, sum, norms);
      ADD_FAILURE() << "accepted, expected: " << piece;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_NE(std::string(error.what()).find(piece), std::string::npos) << error.what();
    }
  };
  refused(1, wrong, {}, "sum of the gradients has 2");
  refused(1, {}, wrong, "norms has 2");
  refused(0, {}, {}, "clip_norm is 0");
  refused(std::nan(""), {}, {}, "clip_norm is nan");
}

}  // namespace
}  // namespace tacit::models
