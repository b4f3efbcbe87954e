#include "attacks/algebraic/subdivision.h"

#include <cmath>
#include <numbers>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "core/expect_error.h"
#include "models/specification.h"

namespace tacit::attacks {
namespace {

using std::numbers::pi;

std::string circuit(const std::string& keys) {
  return "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nencoding = \"angle\"\n" + keys;
}
const std::string two = circuit("qubits = 2\nlayers = 3\nobservables = \"z_mean\"\n");
const std::string three = circuit("qubits = 3\nlayers = 3\nobservables = \"z_mean\"\n");

double distance(std::span<const double> a, std::span<const double> b) {
  double largest = 0;
  for (std::size_t j = 0; j < a.size(); ++j) largest = std::max(largest, std::abs(std::remainder(a[j] - b[j], 2 * pi)));
  return largest;
}

struct GradientCase {
  GradientCase(const std::string& toml, std::int64_t features, std::uint64_t seed)
      : model(models::build_model<double>(ConfigTable::parse_text(toml, "model"), {features}, 2)),
        theta(wide(random_inputs(model.schema()->size(), 0, 2 * pi, seed))),
        x(wide(random_inputs(static_cast<std::size_t>(features), 0, 2 * pi, seed + 100))),
        gradient(gradient_at(x)) {}
  std::vector<double> gradient_at(const std::vector<double>& at) const {
    models::Evaluation<double> evaluation(model);
    std::vector<double> result(theta.size());
    evaluation.gradient(theta, {at, targets, 1}, {.theta = result, .inputs = {}, .targets = {}});
    return result;
  }
  models::Model<double> model;
  std::vector<double> targets{1.0}, theta, x, gradient;
};

TEST(SeveralFeatureSystem, IsTheGradientWithItsDerivatives) {
  for (const std::int64_t n : {2, 3}) {
    const GradientCase one(n == 2 ? two : three, n, 3);
    const SeveralFeatureSystem system(one.model, one.theta, one.targets, one.gradient, 10'000);
    const auto u = wide(random_inputs(static_cast<std::size_t>(n), 0, 2 * pi, 7));
    double squares = 0, direct = 0;
    const auto at = one.gradient_at(u);
    for (std::size_t p = 0; p < at.size(); ++p) direct += std::pow(at[p] - one.gradient[p], 2);
    for (std::size_t p = 0; p < system.equations(); ++p) {
      const auto jet = system.at(p, system.phases(u));
      squares += jet.value * jet.value;
      for (std::size_t j = 0; j < static_cast<std::size_t>(n); ++j) {
        auto low = u, high = u;
        low[j] -= 1e-5, high[j] += 1e-5;
        const auto below = system.at(p, system.phases(low)), above = system.at(p, system.phases(high));
        EXPECT_NEAR(jet.slope[j], (above.value - below.value) / 2e-5, 1e-8);
        EXPECT_LE(std::abs(above.value + below.value - 2 * jet.value) / 1e-10, system.curvature(p, j, j) + 1e-4);
      }
    }
    EXPECT_NEAR(squares, direct, 1e-12 * direct);
  }
}

TEST(Subdivision, FindsAllInputsThatAGridFinds) {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const GradientCase one(two, 2, seed);
    const SeveralFeatureSystem system(one.model, one.theta, one.targets, one.gradient, 10'000);
    const SubdivisionResult result = subdivide(system);
    EXPECT_EQ(result.undecided, 0u);
    bool found = false;
    for (const SubdivisionRoot& root : result.roots) {
      found |= distance(root.u, one.x) < 1e-6;
      const auto at = one.gradient_at(root.u);
      for (std::size_t p = 0; p < at.size(); ++p) EXPECT_NEAR(at[p], one.gradient[p], 1e-5);
      EXPECT_GT(root.radius, 0);
    }
    EXPECT_TRUE(found) << seed;
    // A grid sees no zero away from the roots.
    for (int i = 0; i < 120; ++i)
      for (int j = 0; j < 120; ++j) {
        const std::vector<double> u{2 * pi * i / 120, 2 * pi * j / 120};
        double squares = 0, nearest = 10;
        for (std::size_t p = 0; p < system.equations(); ++p)
          squares += std::pow(system.at(p, system.phases(u)).value, 2);
        for (const SubdivisionRoot& root : result.roots) nearest = std::min(nearest, distance(root.u, u));
        if (std::sqrt(squares) < 0.01 * system.scale()) {
          EXPECT_LT(nearest, 0.3) << u[0] << " " << u[1];
        }
      }
  }
}

TEST(Subdivision, SaysWhereSolutionsAreCurves) {
  // Z on the first of two qubits that nothing joins: the second input is not in the equations, so it is refused; with
  // both in one rotation only their sum is determined.
  const std::string sum =
      "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 1\nencoding = \"pauli_product\"\n"
      "encoding_strings = [\"X\", \"X\"]\nlayers = 2\nobservables = \"z_first\"\n";
  const GradientCase one(sum, 2, 1);
  const SeveralFeatureSystem system(one.model, one.theta, one.targets, one.gradient, 10'000);
  const SubdivisionResult result = subdivide(system, {.most_boxes = 20'000});
  EXPECT_GT(result.undecided, 0u);
  const GradientCase apart(
      circuit("qubits = 2\nansatz = \"pauli_rotations\"\nansatz_strings = [\"YI\", \"IY\"]\nlayers = "
              "1\nobservables = \"z_first\"\n"),
      2, 1);
  expect_error([&] { SeveralFeatureSystem(apart.model, apart.theta, apart.targets, apart.gradient, 10'000); },
               ErrorKind::configuration, {"feature 1"});
}

TEST(Subdivision, IsAnAttackOnRecordedUpdates) {
  for (const std::size_t n : {2u, 3u}) {
    RecordedRun run(n == 2 ? two : three, {static_cast<std::int64_t>(n)}, 2);
    run.set_theta(random_inputs(run.theta().size(), 0, 2 * pi, 5));
    const auto inputs = random_inputs(n, 0, 2 * pi, 4);
    const std::vector<std::int32_t> label{1};
    const AttackResult result = run_attack(run.observe_gradient(inputs, label), honest_but_curious({0, 2 * pi}, true),
                                           AttackSettings::from_catalog("algebraic"));
    bool found = false;
    for (const RestartRow& row : result.rows) found |= distance(row.inputs, wide(inputs)) < 1e-4 && row.labels == label;
    EXPECT_TRUE(found) << result.notes.back();
    EXPECT_NE(result.notes[1].find("no others"), std::string::npos) << result.notes[1];
  }
}

TEST(Subdivision, RefusesWhatIsTooLarge) {
  const GradientCase one(two, 2, 0);
  expect_error([&] { SeveralFeatureSystem(one.model, one.theta, one.targets, one.gradient, 24); },
               ErrorKind::configuration, {"25 terms", "24"});
}

}  // namespace
}  // namespace tacit::attacks
