#include <Eigen/Dense>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/baselines.h"
#include "attacks/finite_differences.h"
#include "attacks/r_gap/conjugate_gradients.h"
#include "attacks/r_gap/convolution_equations.h"
#include "attacks/r_gap/layer_equations.h"
#include "attacks/r_gap/logistic_margin.h"
#include "attacks/r_gap/phase_preconditioner.h"
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

Eigen::VectorXd random_vector(Eigen::Index size, std::uint64_t seed) {
  const auto values = uniform_vector(static_cast<std::size_t>(size), -1, 1, seed);
  return Eigen::Map<const Eigen::VectorXd>(values.data(), size);
}

TEST(ConjugateGradients, SolveLeastSquaresAsAFactorisationDoes) {
  for (const auto& [rows, columns] : {std::pair(30, 12), std::pair(12, 12), std::pair(7, 12)}) {
    const Eigen::VectorXd entries = random_vector(rows * columns, 3), b = random_vector(rows, 4);
    const Eigen::MatrixXd a = Eigen::Map<const Eigen::MatrixXd>(entries.data(), rows, columns);
    const Eigen::VectorXd expected = a.completeOrthogonalDecomposition().solve(b);
    const SymmetricProduct normal = [&](const Eigen::VectorXd& from, Eigen::VectorXd& to) {
      to = a.transpose() * (a * from);
    };
    const SymmetricProduct nothing = [](const Eigen::VectorXd& from, Eigen::VectorXd& to) { to = from; };
    const auto found =
        conjugate_gradients(normal, nothing, a.transpose() * b, Eigen::VectorXd::Zero(columns), 1e-13, 200);
    EXPECT_LT((found.x - expected).norm(), 1e-8 * expected.norm()) << rows;
    if (rows < columns) continue;  // a preconditioner changes what is shortest
    const Eigen::LDLT<Eigen::MatrixXd> near(a.transpose() * a + 0.1 * Eigen::MatrixXd::Identity(columns, columns));
    const SymmetricProduct inverse = [&](const Eigen::VectorXd& from, Eigen::VectorXd& to) { to = near.solve(from); };
    const auto sooner = conjugate_gradients(normal, inverse, a.transpose() * b, random_vector(columns, 5), 1e-13, 200);
    EXPECT_LT((sooner.x - expected).norm(), 1e-8 * expected.norm()) << rows;
    EXPECT_LE(sooner.iterations, found.iterations + 2);
  }
}

/// A convolution's equations with strides, dilation and padding of all kinds, against the same as a dense matrix.
class ConvolutionsEquations : public ::testing::TestWithParam<models::kernels::ImageWindows> {
 protected:
  /// Row by row: what output o at position p, then the weight gradient of o, c, e, sees of each pixel.
  Eigen::MatrixXd dense() const {
    const auto& w = GetParam();
    const std::size_t kernel = w.kernel[0] * w.kernel[1], places = w.positions();
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(outputs * (places + w.channels * kernel)),
                                              static_cast<Eigen::Index>(w.image_size()));
    for (std::size_t o = 0; o < outputs; ++o)
      for (std::size_t p = 0; p < places; ++p)
        for (std::size_t c = 0; c < w.channels; ++c)
          for (std::size_t e = 0; e < kernel; ++e) {
            const auto at = [&](std::size_t axis, std::size_t position, std::size_t element) {
              return static_cast<std::ptrdiff_t>(position * w.stride[axis] + element * w.dilation[axis]) -
                     static_cast<std::ptrdiff_t>(w.padding[axis]);
            };
            const std::ptrdiff_t row = at(0, p / w.positions(1), e / w.kernel[1]);
            const std::ptrdiff_t column = at(1, p % w.positions(1), e % w.kernel[1]);
            if (row < 0 || column < 0 || row >= static_cast<std::ptrdiff_t>(w.image[0]) ||
                column >= static_cast<std::ptrdiff_t>(w.image[1]))
              continue;
            const auto pixel = static_cast<Eigen::Index>(c * w.image[0] * w.image[1]) +
                               row * static_cast<Eigen::Index>(w.image[1]) + column;
            a(static_cast<Eigen::Index>(o * places + p), pixel) +=
                weight[static_cast<Eigen::Index>((o * w.channels + c) * kernel + e)];
            a(static_cast<Eigen::Index>(outputs * places + (o * w.channels + c) * kernel + e), pixel) +=
                upstream[static_cast<Eigen::Index>(o * places + p)];
          }
    return a;
  }
  static std::span<const double> span(const Eigen::VectorXd& v) {
    return {v.data(), static_cast<std::size_t>(v.size())};
  }

  const std::size_t outputs = 4;
  const Eigen::Index weights =
      static_cast<Eigen::Index>(outputs * GetParam().channels * GetParam().kernel[0] * GetParam().kernel[1]);
  const Eigen::Index positions = static_cast<Eigen::Index>(outputs * GetParam().positions());
  const Eigen::VectorXd weight = random_vector(weights, 1), upstream = random_vector(positions, 2);
  const Eigen::VectorXd input = random_vector(static_cast<Eigen::Index>(GetParam().image_size()), 3);
};

TEST_P(ConvolutionsEquations, AreThoseOfTheDenseMatrix) {
  const Eigen::MatrixXd a = dense();
  const Eigen::VectorXd b = a * input, output = b.head(positions), gradient = b.tail(weights);
  ConvolutionEquations equations(GetParam(), outputs, span(weight), span(gradient), span(output), span(upstream));
  Eigen::VectorXd scale(b.size());
  scale.head(positions).setConstant(1 / std::sqrt(output.squaredNorm() / static_cast<double>(positions)));
  scale.tail(weights).setConstant(1 / std::sqrt(gradient.squaredNorm() / static_cast<double>(weights)));
  const Eigen::MatrixXd scaled = scale.asDiagonal() * a;
  const auto gathered = [&](const Eigen::VectorXd& spread) {
    const std::vector<double> image = equations.image().gathered(spread);
    return Eigen::VectorXd(Eigen::Map<const Eigen::VectorXd>(image.data(), input.size()));
  };
  const Eigen::VectorXd right = scaled.transpose() * scale.cwiseProduct(b);
  EXPECT_LT((gathered(equations.right_hand_side()) - right).norm(), 1e-12 * right.norm());
  const Eigen::VectorXd other = random_vector(input.size(), 4), spread = equations.image().spread(span(other));
  EXPECT_EQ(gathered(spread), other);
  Eigen::VectorXd product(spread.size());
  equations.normal_product(spread, product);
  const Eigen::VectorXd expected = scaled.transpose() * (scaled * other);
  EXPECT_LT((gathered(product) - expected).norm(), 1e-12 * expected.norm());
  EXPECT_NEAR(equations.residual(spread), (scaled * (other - input)).norm() / scale.cwiseProduct(b).norm(), 1e-12);
  const Eigen::VectorXd back = a.topRows(positions).transpose() * upstream;
  const auto pulled = pulled_back(GetParam(), outputs, span(weight), span(upstream));
  EXPECT_LT((Eigen::Map<const Eigen::VectorXd>(pulled.data(), back.size()) - back).norm(), 1e-12 * back.norm());
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> factors(a.bottomRows(weights));
  factors.setThreshold(1e-6);
  EXPECT_EQ(PhasePreconditioner(equations).gradient_rank(), static_cast<std::size_t>(factors.rank()));
}

TEST_P(ConvolutionsEquations, AreSolvedWhereTheyDetermineTheImage) {
  const Eigen::MatrixXd a = dense();
  const Eigen::VectorXd b = a * input;
  ChainStage stage;
  stage.inputs = static_cast<std::size_t>(input.size());
  stage.outputs = static_cast<std::size_t>(positions);
  stage.weight_size = static_cast<std::size_t>(weights);
  stage.windows = GetParam();
  const Eigen::VectorXd output = b.head(positions), gradient = b.tail(weights);
  const LayerSolution solution = solve_layer(stage, {span(weight), span(gradient), span(output), span(upstream)});
  EXPECT_LT(solution.residual, 1e-7);
  const Eigen::Map<const Eigen::VectorXd> found(solution.input.data(), input.size());
  if (Eigen::ColPivHouseholderQR<Eigen::MatrixXd>(a).rank() == a.cols()) {
    EXPECT_LT((found - input).norm(), 1e-5 * input.norm());
  } else if (a.rows() < a.cols()) {
    EXPECT_LT((found - a.completeOrthogonalDecomposition().solve(b)).norm(), 1e-5 * input.norm());
  }
}

INSTANTIATE_TEST_SUITE_P(Windows, ConvolutionsEquations,
                         ::testing::Values(models::kernels::ImageWindows{2, {6, 6}, {3, 3}, {1, 1}, {1, 1}, {1, 1}},
                                           models::kernels::ImageWindows{3, {8, 8}, {4, 4}, {2, 2}, {2, 2}, {1, 1}},
                                           models::kernels::ImageWindows{3, {7, 7}, {3, 3}, {2, 2}, {1, 1}, {1, 1}},
                                           models::kernels::ImageWindows{2, {9, 6}, {3, 2}, {2, 1}, {0, 3}, {2, 1}},
                                           models::kernels::ImageWindows{2, {7, 8}, {2, 1}, {3, 2}, {0, 0}, {1, 1}},
                                           models::kernels::ImageWindows{5, {9, 9}, {2, 2}, {2, 2}, {0, 0}, {1, 1}}));

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

TEST(RecursiveInversion, GivesBothTwinsOfARightlyClassifiedExample) {
  ThreatModel unbounded = honest_but_curious();
  unbounded.feature_bounds.reset();  // the larger twin leaves them
  for (const std::int32_t label : {0, 1}) {
    RecordedRun run(small_cnn, {1, 8, 8}, 2, fedsgd_toml, 5);
    const auto image = picture(7);
    const AttackResult result = run_attack(run.observe_gradient(image, std::vector<std::int32_t>{label}), unbounded,
                                           AttackSettings::from_catalog("r_gap"));
    std::vector<const RestartRow*> fitting;
    for (const RestartRow& row : result.rows)
      if (row.score < 1e-4) fitting.push_back(&row);
    // One of the two labels is the right side of the boundary.
    if (fitting.size() < 2) continue;
    ASSERT_EQ(fitting.size(), 2u);
    const auto& [first, second] = std::tie(fitting[0]->inputs, fitting[1]->inputs);
    const double factor = second[30] / first[30];
    EXPECT_GT(std::abs(factor - 1), 1e-3);
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_NEAR(second[i], factor * first[i], 1e-12);
    return;
  }
  FAIL() << "neither label has twins";
}

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
