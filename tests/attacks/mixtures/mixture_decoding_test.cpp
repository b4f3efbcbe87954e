#include "attacks/mixtures/mixture_decoding.h"

#include <gtest/gtest.h>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/mixtures/unmix.h"
#include "attacks/score.h"
#include "core/expect_error.h"
#include "models/example_mixing.h"

namespace tacit::attacks {
namespace {

/// `count` mixtures of three of the rows of `examples`, with shares as the defence draws them.
Eigen::MatrixXd mixed(const Eigen::MatrixXd& examples, std::size_t count) {
  RandomStream random({9, Purpose::test, 0, 0});
  Eigen::MatrixXd mixtures = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(count), examples.cols());
  for (Eigen::Index m = 0; m < mixtures.rows(); ++m) {
    std::vector<Eigen::Index> order(static_cast<std::size_t>(examples.rows()));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Eigen::Index>(i);
    random.shuffle(std::span(order));
    const auto shares = models::draw_shares(3, 0.65, random);
    for (std::size_t j = 0; j < 3; ++j) mixtures.row(m) += shares[j] * examples.row(order[j]);
  }
  return mixtures;
}

Eigen::MatrixXd pictures(Eigen::Index count) {
  Eigen::MatrixXd rows(count, 64);
  for (Eigen::Index i = 0; i < count; ++i) {
    const auto one = picture(static_cast<std::uint64_t>(10 + i));
    for (Eigen::Index j = 0; j < 64; ++j) rows(i, j) = static_cast<double>(one[static_cast<std::size_t>(j)]);
  }
  return rows;
}

/// Mean over the true rows of the squared distance to the nearest found one.
double error_of(const Eigen::MatrixXd& found, const Eigen::MatrixXd& truth) {
  double sum = 0;
  for (Eigen::Index i = 0; i < truth.rows(); ++i)
    sum += (found.rowwise() - truth.row(i)).rowwise().squaredNorm().minCoeff();
  return sum / static_cast<double>(truth.size());
}

TEST(Unmix, FindsPicturesBehindManyMixtures) {
  const Eigen::MatrixXd truth = pictures(5), mixtures = mixed(truth, 60);
  RandomStream random({1, Purpose::test, 0, 0});
  const Unmixed found = unmix(mixtures, 5, {0, 1}, 3000, random);
  EXPECT_LT(found.residual, 1e-4);
  EXPECT_LT(error_of(found.examples, truth), 1e-3);
  EXPECT_GT(error_of(mixtures, truth), 5e-3) << "no mixture is as near";
  EXPECT_GE(found.examples.minCoeff(), 0);
  EXPECT_LE(found.examples.maxCoeff(), 1);
  EXPECT_GE(found.shares.minCoeff(), 0);
  EXPECT_LT((found.shares.rowwise().sum().array() - 1).abs().maxCoeff(), 1e-12);
  EXPECT_NEAR((found.shares * found.examples - mixtures).squaredNorm() / mixtures.squaredNorm(), found.residual, 1e-12);
}

/// Without values at the bounds nothing tells the factors from others that fit as well.
TEST(Unmix, CannotTellExamplesThatKeepAwayFromTheirBounds) {
  const Eigen::MatrixXd truth = (0.35 + 0.3 * pictures(5).array()).matrix(), mixtures = mixed(truth, 60);
  RandomStream random({1, Purpose::test, 0, 0});
  const Unmixed found = unmix(mixtures, 5, {0, 1}, 3000, random);
  EXPECT_LT(found.residual, 1e-4) << "it fits";
  EXPECT_GT(error_of(found.examples, truth) / 0.09, 2e-3) << "and is something else, in the scale of the pictures";
}

TEST(Unmix, RefusesMoreExamplesThanMixtures) {
  RandomStream random({1, Purpose::test, 0, 0});
  expect_error([&] { unmix(pictures(3), 4, {0, 1}, 10, random); }, ErrorKind::usage, {"4 examples", "3 mixtures"});
  expect_error([&] { unmix(pictures(3), 1, {0, 1}, 10, random); }, ErrorKind::usage, {"2 at least"});
}

/// Rounds whose gradients are those of mixtures, with mixed targets.
struct MixedRun {
  MixedRun(const std::string& mixing, std::size_t rounds)
      : run(tanh_mlp_toml, {1, 8, 8}, 10, std::string(fedsgd_toml) + "mixing = \"" + mixing + "\"\n"),
        truth(pictures(4)) {
    const Eigen::MatrixXd mixtures = mixed(truth, rounds);
    models::Evaluation<float> evaluation(run.model());
    for (std::size_t round = 0; round < rounds; ++round) {
      std::vector<float> inputs, targets(10, 0.1f), gradient(run.theta().size());
      for (Eigen::Index j = 0; j < 64; ++j)
        inputs.push_back(static_cast<float>(mixtures(static_cast<Eigen::Index>(round), j)));
      evaluation.gradient(run.theta(), {inputs, targets, 1}, {.theta = gradient, .inputs = {}, .targets = {}});
      const auto number = static_cast<std::uint32_t>(round + 1);
      run.record(number, "client-1", UpdateKind::gradient, gradient, 1);
      seen.push_back(run.observe(number, "client-1"));
    }
  }
  AttackResult decode(const std::string& examples = "4", View view = View::many_rounds) const {
    ThreatModel threat_model = honest_but_curious();
    threat_model.observes = view;
    return run_attack_on_rounds(seen, threat_model,
                                settings("method = \"mixture_decoding\"\nreconstruct_examples = " + examples +
                                         "\n[inner]\nmethod = \"analytic_linear\"\n"));
  }

  RecordedRun run;
  Eigen::MatrixXd truth;
  std::vector<Observation> seen;
};

TEST(MixtureDecoding, UndoesMixupOverManyRounds) {
  const MixedRun mixed_run("mixup", 40);
  const AttackResult result = mixed_run.decode();
  GroundTruth truth;
  for (Eigen::Index i = 0; i < 4; ++i)
    for (Eigen::Index j = 0; j < 64; ++j) truth.inputs.push_back(mixed_run.truth(i, j));
  truth.labels = {0, 1, 2, 3};
  EXPECT_LT(score(result, truth, digit).mean_mse, 2e-3);
  EXPECT_EQ(result.rows.size(), 4u);
}

TEST(MixtureDecoding, RefusesWhatItCannotDecode) {
  expect_error([] { MixedRun("mixup", 3).decode(); }, ErrorKind::configuration, {"3 mixtures", "4"});
  expect_error([] { MixedRun("mixup", 3).decode("0"); }, ErrorKind::configuration, {"reconstruct_examples"});
  expect_error([] { MixedRun("instahide", 5).decode(); }, ErrorKind::configuration, {"signs", "instahide"});
  expect_error([] { MixedRun("none", 5).decode(); }, ErrorKind::configuration, {"none was declared"});
  expect_error([] { MixedRun("mixup", 5).decode("4", View::one_update); }, ErrorKind::configuration, {"many rounds"});
}

}  // namespace
}  // namespace tacit::attacks
