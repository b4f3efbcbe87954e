#include <Eigen/Dense>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/baselines.h"
#include "attacks/finite_differences.h"
#include "attacks/r_gap/layer_equations.h"
#include "attacks/r_gap/logistic_margin.h"
#include "attacks/r_gap/lsqr.h"
#include "attacks/random_vector.h"
#include "attacks/score.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

TEST(LogisticMargins, AreAllRoots) {
  for (double u = -8; u < 12; u += 0.37) {
    const double c = -u / (1 + std::exp(u));
    const auto roots = logistic_margins(c);
    EXPECT_EQ(roots.size(), u < 0 ? 1u : 2u) << u;
    double nearest = 1e9;
    for (const double root : roots) {
      EXPECT_NEAR(-root / (1 + std::exp(root)), c, 1e-13);
      nearest = std::min(nearest, std::abs(root - u));
    }
    EXPECT_LT(nearest, 1e-7) << u;
  }
  EXPECT_EQ(logistic_margins(-0.5).size(), 1u);
}

TEST(Lsqr, SolvesAsAFactorisationDoes) {
  for (const auto& [rows, columns] : {std::pair(30, 12), std::pair(12, 12), std::pair(7, 12)}) {
    const auto entries = uniform_vector(static_cast<std::size_t>(rows * columns), -1, 1, 3);
    const auto b = uniform_vector(static_cast<std::size_t>(rows), -1, 1, 4);
    const Eigen::MatrixXd a = Eigen::Map<const Eigen::MatrixXd>(entries.data(), rows, columns);
    const auto map = [](std::span<const double> v) {
      return Eigen::Map<const Eigen::VectorXd>(v.data(), static_cast<Eigen::Index>(v.size()));
    };
    const auto into = [](std::span<double> v) {
      return Eigen::Map<Eigen::VectorXd>(v.data(), static_cast<Eigen::Index>(v.size()));
    };
    const LinearOperator matrix{
        static_cast<std::size_t>(rows), static_cast<std::size_t>(columns),
        [&](std::span<const double> x, std::span<double> y) { into(y) = a * map(x); },
        [&](std::span<const double> y, std::span<double> x) { into(x) = a.transpose() * map(y); }};
    const LeastSquares found = lsqr(matrix, b, 1e-14, 200);
    const Eigen::VectorXd expected = a.completeOrthogonalDecomposition().solve(map(b));
    EXPECT_LT((map(found.x) - expected).norm(), 1e-9 * expected.norm()) << rows;
    EXPECT_NEAR(found.residual, (a * expected - map(b)).norm() / map(b).norm(), 1e-9);
  }
}

std::string linear(int outputs, bool bias) {
  return "[[layers]]\ntype = \"linear\"\noutputs = " + std::to_string(outputs) +
         "\nbias = " + (bias ? "true" : "false") + "\n";
}
std::string convolution(int channels, int kernel, int stride, int padding, bool bias = false) {
  return "[[layers]]\ntype = \"conv2d\"\nchannels = " + std::to_string(channels) +
         "\nkernel = " + std::to_string(kernel) + "\nstride = " + std::to_string(stride) +
         "\npadding = " + std::to_string(padding) + "\nbias = " + (bias ? "true" : "false") + "\n";
}
const std::string leaky = "[[layers]]\ntype = \"leaky_relu\"\nnegative_slope = 0.2\n";
const std::string logistic = "loss = \"binary_cross_entropy\"\n";
const std::string small_cnn =
    logistic + convolution(6, 3, 1, 1) + leaky + convolution(8, 3, 2, 1) + leaky + linear(1, false);

struct Network {
  const char* name;
  std::string model;
};
const Network networks[] = {
    {"fcn", logistic + linear(40, false) + leaky + linear(20, false) + leaky + linear(1, false) + leaky},
    {"fcn_biases", logistic + linear(40, true) + "[[layers]]\ntype = \"tanh\"\n" + linear(20, true) +
                       "[[layers]]\ntype = \"sigmoid\"\n" + linear(1, true)},
    {"cnn", small_cnn},
    {"cnn_biases",
     logistic + convolution(6, 3, 1, 1, true) + leaky + convolution(8, 3, 2, 1, true) + leaky + linear(1, true)},
};

class RecursiveInversions : public ::testing::TestWithParam<std::size_t> {};

TEST_P(RecursiveInversions, SolveForOneExample) {
  for (const std::int32_t label : {0, 1}) {
    RecordedRun run(networks[GetParam()].model, {1, 8, 8}, 2, fedsgd_toml, 5);
    const auto image = picture(7);
    const Observation seen = run.observe_gradient(image, std::vector<std::int32_t>{label});
    const AttackResult result = run_attack(seen, honest_but_curious(), AttackSettings::from_catalog("r_gap"));
    const Score found = score(result, {wide(image), {label}}, digit);
    EXPECT_LT(found.mean_mse, 1e-8) << label;
    EXPECT_EQ(found.label_accuracy, 1) << label;
    EXPECT_LT(result.score, 1e-4);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, RecursiveInversions, ::testing::Range<std::size_t>(0, std::size(networks)),
                         [](const auto& tested) { return networks[tested.param].name; });

TEST(RecursiveInversion, SaysWhereTheRankFallsShort) {
  // 64 pixels against 2 channels of 4 x 4 outputs and 18 gradient entries.
  RecordedRun run(logistic + convolution(2, 3, 2, 1) + leaky + linear(1, false), {1, 8, 8}, 2);
  // No pixel is zero: where a unit sits on the kink of leaky_relu, an input that is not the true one has another slope.
  const auto image = random_inputs(64, 0.1, 1, 7);
  const AttackResult result = run_attack(run.observe_gradient(image, std::vector<std::int32_t>{1}),
                                         honest_but_curious(), AttackSettings::from_catalog("r_gap"));
  ASSERT_EQ(result.notes.size(), 2u);
  EXPECT_NE(result.notes[0].find("64 unknowns, 32 equations of its weights and 18 of its gradient"), std::string::npos)
      << result.notes[0];
  EXPECT_NE(result.notes[0].find("too few"), std::string::npos) << result.notes[0];
  EXPECT_NE(result.notes[1].find("enough alone"), std::string::npos) << result.notes[1];
  // The gradient fits all the same.
  EXPECT_LT(result.score, 1e-4);
  EXPECT_GT(score(result, {wide(image), {1}}, digit).mean_mse, 1e-3);
}

TEST(RecursiveInversion, GetsNothingFromNoise) {
  RecordedRun run(small_cnn, {1, 8, 8}, 2, fedsgd_toml, 5);
  const auto image = picture(7);
  const Observation noise = noise_control(run.observe_gradient(image, std::vector<std::int32_t>{1}), 1);
  const AttackResult result = run_attack(noise, honest_but_curious(), AttackSettings::from_catalog("r_gap"));
  EXPECT_GT(result.score, 0.1);
  EXPECT_GT(score(result, {wide(image), {1}}, digit).mean_mse, 0.02);
}

TEST(RecursiveInversion, RefusesWhatItCannotUndo) {
  const auto refused = [](const std::string& model, std::size_t examples, const char* reason) {
    RecordedRun run(model, {1, 8, 8}, 2);
    std::vector<float> images;
    for (std::size_t i = 0; i < examples; ++i) {
      const auto one = picture(i);
      images.insert(images.end(), one.begin(), one.end());
    }
    const Observation seen = run.observe_gradient(images, std::vector<std::int32_t>(examples, 1));
    expect_error([&] { run_attack(seen, honest_but_curious(), AttackSettings::from_catalog("r_gap")); },
                 ErrorKind::configuration, {"recursive inversion", reason});
  };
  refused(small_cnn, 2, "one example, 2");
  refused(linear(2, true), 1, "binary_cross_entropy");
  refused(logistic + linear(9, false) + "[[layers]]\ntype = \"relu\"\n" + linear(1, false), 1,
          "'relu' cannot be undone");
  refused(logistic + linear(9, false) + leaky + leaky + linear(1, false), 1, "no weights before it");
  refused(logistic + linear(1, true) + leaky, 1, "without a bias before leaky_relu");
}

}  // namespace
}  // namespace tacit::attacks
