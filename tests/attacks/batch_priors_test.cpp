#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/captured_values.h"
#include "attacks/finite_differences.h"
#include "attacks/random_vector.h"
#include "attacks/score.h"
#include "core/expect_error.h"
#include "models/specification.h"
#include "models/training.h"

namespace tacit::attacks {
namespace {

using Labels = std::vector<std::int32_t>;

std::string normalised(const std::string& statistics) {
  return "[[layers]]\ntype = \"conv2d\"\nchannels = 4\nkernel = 3\npadding = 1\n[[layers]]\ntype = \"batch_norm\"\n"
         "statistics = \"" +
         statistics +
         "\"\n[[layers]]\ntype = \"tanh\"\n[[layers]]\ntype = \"linear\"\noutputs = 16\n[[layers]]\n"
         "type = \"batch_norm\"\nstatistics = \"" +
         statistics + "\"\n[[layers]]\ntype = \"sigmoid\"\n[[layers]]\ntype = \"linear\"\noutputs = 10\n";
}

std::vector<float> pictures(std::size_t count) {
  std::vector<float> images;
  for (std::size_t i = 0; i < count; ++i) {
    const auto one = picture(40 + i);
    images.insert(images.end(), one.begin(), one.end());
  }
  return images;
}

/// A client whose update tells the statistics of its batch.
class NormalisedClient : public RecordedRun {
 public:
  explicit NormalisedClient(const std::string& statistics = "averaged",
                            const std::string& training = "algorithm = \"fedsgd\"\nbatch_size = 8\n")
      : RecordedRun(normalised(statistics), {1, 8, 8}, 10, training, 4) {}

  Observation observe_training(const std::vector<float>& images, const Labels& labels) {
    datasets::Dataset data;
    data.name = "client";
    data.feature_shape = {1, 8, 8};
    data.features = images;
    data.labels = labels;
    data.classes = 10;
    const auto training =
        models::LocalTraining::from_config(ConfigTable::parse_text(description().training_toml, "t.toml"));
    const auto kind =
        training.algorithm == models::LocalTraining::Algorithm::fedsgd ? UpdateKind::gradient : UpdateKind::delta;
    const auto update = models::train_locally(model(), theta(), data, training, {9, Purpose::local_order, 1, 1});
    record(1, "c", kind, update.update, labels.size());
    return observe(1, "c");
  }
};

TEST(CapturedValues, HaveTheGradientOfAnyFunction) {
  const auto model =
      models::build_model<double>(ConfigTable::parse_text(normalised("averaged"), "model.toml"), {1, 8, 8}, 10);
  const std::vector<double> theta = model.initial_parameters(3);
  const std::size_t count = 3;
  // The input of both normalisations and of the last layer: values 1, 4 and 6.
  CapturedValues values(model, theta, {1, 4, 6});
  const auto at = uniform_vector(count * 64, 0, 1, 8);
  std::vector<std::vector<double>> slopes;
  for (const auto& value : values.forward(at, count)) slopes.push_back(normal_vector(value.size(), slopes.size()));
  EXPECT_EQ(slopes[0].size(), count * 256);
  EXPECT_EQ(slopes[2].size(), count * 16);
  std::vector<double> gradient(at.size(), 1.0);
  values.pull_back(at, count, slopes, gradient);
  for (double& value : gradient) value -= 1;
  const auto numeric = numeric_gradient(
      [&](std::span<const double> x) {
        double sum = 0;
        const auto all = values.forward(x, count);
        for (std::size_t v = 0; v < all.size(); ++v)
          for (std::size_t i = 0; i < all[v].size(); ++i) sum += slopes[v][i] * all[v][i];
        return sum;
      },
      at);
  EXPECT_LT(relative_difference(gradient, numeric), 1e-8);
}

struct Prepared {
  models::Model<double> model;
  std::vector<double> theta, gradient;
  Observation observation;
  std::unique_ptr<BatchPenalty> penalty;
};

Prepared prepared(NormalisedClient& client, const std::string& prior, std::size_t count, const Labels& labels) {
  const Observation seen = client.observe_training(pictures(count), labels);
  Prepared result{observed_model(seen.run()),
                  {seen.model().values().begin(), seen.model().values().end()},
                  {seen.update().begin(), seen.update().end()},
                  seen,
                  nullptr};
  result.penalty = make_prior(ConfigTable::parse_text(prior, "t.toml"))
                       ->of_batch({result.model, result.theta, result.gradient, result.observation, count});
  return result;
}

class BatchPriors : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(BatchPriors, HaveTheirGradient) {
  const auto& [prior, statistics] = GetParam();
  NormalisedClient client(statistics);
  const Labels labels{1, 6, 3};
  const Prepared seen = prepared(client, prior, 3, labels);
  ASSERT_NE(seen.penalty, nullptr);
  const auto at = uniform_vector(3 * 64, 0, 1, 8);
  const auto targets = seen.model.targets_of(labels);
  std::vector<double> gradient(at.size()), scratch(at.size());
  EXPECT_GT(seen.penalty->add({at, targets, 3}, gradient), 1e-4);
  const auto numeric = numeric_gradient(
      [&](std::span<const double> x) {
        return seen.penalty->add({x, targets, 3}, scratch);
      },
      at);
  EXPECT_LT(relative_difference(gradient, numeric), 1e-8);
}

INSTANTIATE_TEST_SUITE_P(All, BatchPriors,
                         ::testing::Values(std::tuple("name = \"batch_statistics\"\nweight = 0.3", "averaged"),
                                           std::tuple("name = \"batch_statistics\"\nweight = 0.3", "frozen"),
                                           std::tuple("name = \"last_features\"\nweight = 0.3", "averaged"),
                                           std::tuple("name = \"last_features\"\nweight = 0.3", "frozen")));

/// The client's own batch has the statistics that its update tells, up to float32.
TEST(BatchStatisticsPrior, VanishesAtTheClientsBatch) {
  NormalisedClient client;
  const Labels labels{1, 6, 3};
  const Prepared seen = prepared(client, "name = \"batch_statistics\"\nweight = 1.0", 3, labels);
  std::vector<double> gradient(3 * 64);
  const auto targets = seen.model.targets_of(labels);
  EXPECT_LT(seen.penalty->add({wide(pictures(3)), targets, 3}, gradient), 1e-9);
}

TEST(LastFeaturesPrior, VanishesAtOneTrueExample) {
  NormalisedClient client("frozen");
  const Prepared seen = prepared(client, "name = \"last_features\"\nweight = 1.0", 1, {6});
  std::vector<double> gradient(64);
  const auto targets = seen.model.targets_of(Labels{6});
  EXPECT_LT(seen.penalty->add({wide(pictures(1)), targets, 1}, gradient), 1e-9);
}

TEST(BatchStatisticsPrior, BringsAShortSearchNearer) {
  NormalisedClient client;
  const Labels labels{1, 6};
  const Observation seen = client.observe_training(pictures(2), labels);
  const auto attack = [&](const std::string& priors) {
    const AttackResult result = run_attack(
        seen, honest_but_curious(),
        settings("method = \"gradient_matching\"\nproject = true\n[objective]\nname = \"euclidean\"\n[solver]\n"
                 "name = \"lbfgs\"\niterations = 60\n[initialiser]\nname = \"uniform\"\n[labels]\n"
                 "name = \"negative_bias\"\n" +
                 priors));
    return score(result, {wide(pictures(2)), labels}, digit).mean_mse;
  };
  EXPECT_LT(attack("[[priors]]\nname = \"batch_statistics\"\nweight = 0.1\n"), attack(""));
}

TEST(BatchPriorsOfOtherModels, AreRefused) {
  const auto refused = [](RecordedRun& run, const std::string& prior, const std::vector<std::string>& words) {
    const Observation seen = run.observe_gradient(picture(1), Labels{3});
    const AttackSettings attack = settings(
        "method = \"gradient_matching\"\n[objective]\nname = \"cosine\"\n[solver]\nname = \"lbfgs\"\n"
        "iterations = 1\n[initialiser]\nname = \"normal\"\n[labels]\nname = \"joint\"\n[[priors]]\nweight = "
        "1.0\nname = \"" +
        prior + "\"\n");
    expect_error([&] { run_attack(seen, honest_but_curious(), attack); }, ErrorKind::configuration, words);
  };
  RecordedRun plain(tanh_mlp_toml, {1, 8, 8}, 10);
  refused(plain, "batch_statistics", {"batch statistics prior", "batch normalisation"});
  NormalisedClient local("local");
  refused(local, "batch_statistics", {"stay with the client"});
  RecordedRun tail(std::string(tanh_mlp_toml) + "[[layers]]\ntype = \"tanh\"\n", {1, 8, 8}, 10);
  refused(tail, "last_features", {"last features prior", "last layer"});
  NormalisedClient steps("averaged", "algorithm = \"fedavg\"\nbatch_size = 1\n");
  expect_error(
      [&] {
        prepared(steps, "name = \"batch_statistics\"\nweight = 1.0", 2, {1, 2});
      },
      ErrorKind::configuration, {"one step"});
}

}  // namespace
}  // namespace tacit::attacks
