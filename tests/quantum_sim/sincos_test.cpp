#include "quantum_sim/sincos.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "core/random.h"
#include "hwy/targets.h"

namespace tacit::quantum_sim::test {
namespace {

std::vector<double> interesting_angles() {
  std::vector<double> angles{0.0, -0.0, 1e-300, 5e-324, 1e-9, 1e6, 1000000.5, 1e9, -1e15, 1e300};
  for (int quarters = -40; quarters <= 40; ++quarters) {
    const double turn = quarters * (std::numbers::pi / 2);
    for (const double near : {turn, std::nextafter(turn, 1e9), turn + 1e-7, turn + std::numbers::pi / 4})
      angles.push_back(near);
  }
  RandomStream stream({1, Purpose::test, 0, 0});
  for (int i = 0; i < 20000; ++i) angles.push_back(stream.uniform(-10, 10));
  for (int i = 0; i < 5000; ++i) angles.push_back(stream.uniform(-1e6, 1e6));
  return angles;
}

// In units in the last place of the truth.
double error(double actual, long double truth) {
  const double rounded = std::abs(static_cast<double>(truth));
  const double unit = std::nextafter(rounded, 2.0) - rounded;
  return static_cast<double>(std::abs(static_cast<long double>(actual) - truth) / static_cast<long double>(unit));
}

TEST(SineAndCosine, AreWithinTwoUnitsInTheLastPlace) {
  const std::vector<double> angles = interesting_angles();
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    std::vector<double> sines(angles.size()), cosines(angles.size());
    sine_and_cosine(angles, sines, cosines);
    double worst = 0;
    for (std::size_t i = 0; i < angles.size(); ++i) {
      const auto exact = static_cast<long double>(angles[i]);
      worst = std::max({worst, error(sines[i], std::sin(exact)), error(cosines[i], std::cos(exact))});
      ASSERT_LT(worst, 2) << hwy::TargetName(target) << ", angle " << angles[i];
    }
    // Below half a unit the test would compare something with itself.
    EXPECT_GT(worst, 0.4);
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST(SineAndCosine, DoNotDependOnNeighboursAndPlace) {
  const std::vector<double> angles{0.3, 1e12, -2.5, 7.0, 1e5, 3.0, 0.1, 0.2, 9.0, -11.0, 0.5};
  std::vector<double> sines(angles.size()), cosines(angles.size());
  sine_and_cosine(angles, sines, cosines);
  for (std::size_t i = 0; i < angles.size(); ++i) {
    double sine = 0, cosine = 0;
    sine_and_cosine({&angles[i], 1}, {&sine, 1}, {&cosine, 1});
    EXPECT_EQ(sine, sines[i]);
    EXPECT_EQ(cosine, cosines[i]);
  }
}

TEST(SineAndCosine, GiveNaNForWhatIsNotFinite) {
  std::vector<double> values{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(), 1.0};
  std::vector<double> sines(3);
  sine_and_cosine(values, sines, values);
  EXPECT_TRUE(std::isnan(sines[0]) && std::isnan(sines[1]) && std::isnan(values[0]) && std::isnan(values[1]));
  EXPECT_NEAR(sines[2], std::sin(1.0), 1e-15);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
