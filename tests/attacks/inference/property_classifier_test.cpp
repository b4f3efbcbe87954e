#include "attacks/inference/property_classifier.h"

#include <cmath>

#include "core/expect_error.h"
#include "core/random.h"

namespace tacit::attacks {
namespace {

LabelledVectors drawn(std::size_t count, std::size_t length, double shift, std::uint32_t seed) {
  RandomStream stream({seed, Purpose::test, 0, 0});
  LabelledVectors result;
  std::vector<float> vector(length);
  for (std::size_t i = 0; i < count; ++i) {
    const bool holds = i % 2 == 0;
    for (float& value : vector) value = static_cast<float>(stream.normal());
    vector[length / 2] += static_cast<float>(holds ? shift : 0);
    result.add(vector, holds);
  }
  return result;
}

TEST(PropertyClassifier, IsAtTheMinimumOfItsObjective) {
  // The gradient of the penalised loss in w and b, taken in the primal, vanishes.
  for (const std::size_t length : {3u, 200u}) {  // fewer and more features than examples
    const LabelledVectors examples = drawn(40, length, 1.5, 2);
    constexpr double penalty = 0.1;
    const PropertyClassifier classifier(examples, penalty);
    std::vector<double> slope(length);
    double bias_slope = 0;
    for (std::size_t k = 0; k < length; ++k) slope[k] = penalty * classifier.weights()[k];
    for (std::size_t i = 0; i < 40; ++i) {
      const std::span<const float> vector = std::span(examples.values).subspan(i * length, length);
      const std::vector<double> x = classifier.standardised(vector);
      const double y = examples.holds[i] ? 1 : -1;
      const double factor = -y / (1 + std::exp(y * classifier.score(vector))) / 40;
      for (std::size_t k = 0; k < length; ++k) slope[k] += factor * x[k];
      bias_slope += factor;
    }
    for (const double value : slope) EXPECT_NEAR(value, 0, 1e-10);
    EXPECT_NEAR(bias_slope, 0, 1e-10);
  }
}

double accuracy(const PropertyClassifier& classifier, const LabelledVectors& examples) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < examples.size(); ++i)
    right += (classifier.score(std::span(examples.values).subspan(i * examples.length, examples.length)) > 0) ==
             (examples.holds[i] != 0);
  return static_cast<double>(right) / static_cast<double>(examples.size());
}

TEST(PropertyClassifier, FindsTheFeatureThatTells) {
  const PropertyClassifier classifier(drawn(200, 50, 3, 2));
  EXPECT_GT(accuracy(classifier, drawn(1000, 50, 3, 3)), 0.85);  // Phi(1.5) = 0.933 at best
  for (std::size_t k = 0; k < 50; ++k)
    if (k != 25) {
      EXPECT_LT(std::abs(classifier.weights()[k]), classifier.weights()[25]);
    }
}

TEST(PropertyClassifier, FindsNothingWhereNothingIs) {
  const PropertyClassifier classifier(drawn(200, 50, 0, 2));
  EXPECT_NEAR(accuracy(classifier, drawn(1000, 50, 0, 3)), 0.5, 0.06);  // four deviations
}

TEST(PropertyClassifier, LeavesOutWhatDoesNotVary) {
  LabelledVectors examples;
  for (const float x : {0.0f, 1.0f, 2.0f, 3.0f}) examples.add(std::vector{7.0f, x}, x > 1.5f);
  const PropertyClassifier classifier(examples);
  EXPECT_EQ(classifier.weights()[0], 0);
  EXPECT_GT(classifier.weights()[1], 0);
  EXPECT_NEAR(classifier.bias(), 0, 1e-10);
}

TEST(PropertyClassifier, RefusesWhatItCannotLearnFrom) {
  LabelledVectors one;
  one.add(std::vector{1.0f}, true);
  expect_error([&] { PropertyClassifier{one}; }, ErrorKind::usage, {"1 of 1", "both kinds"});
  expect_error([&] { one.add(std::vector{1.0f, 2.0f}, true); }, ErrorKind::usage, {"vector of 2"});
  one.add(std::vector{std::nanf("")}, false);
  expect_error([&] { PropertyClassifier{one}; }, ErrorKind::data, {"vector 1"});
  one.values[1] = 0;
  expect_error([&] { PropertyClassifier(one, 0); }, ErrorKind::usage, {"penalty"});
  expect_error([&] { PropertyClassifier(one).score(std::vector{1.0f, 2.0f}); }, ErrorKind::usage, {"classifier of 1"});
}

}  // namespace
}  // namespace tacit::attacks
