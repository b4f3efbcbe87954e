#include "models/training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "datasets/partition.h"
#include "models/model_zoo.h"
#include "models/optimizers/optimizer.h"

namespace tacit::models {
namespace {

constexpr RandomKey key{7, Purpose::local_order, 3, 5};

datasets::TrainTest load(const std::string& text, std::uint64_t seed = 1) {
  return datasets::load(ConfigTable::parse_text("[data]\n" + text, "data.toml").table("data"), seed);
}

Model<float> small_model() {
  return build<float>({"small", layer("linear", "outputs = 3"), {4}, 3});
}

TEST(ExamplesOfRound, CoversEveryExampleOnceAnEpoch) {
  LocalTraining training;
  training.local_epochs = 3;
  const auto order = examples_of_round(training, 50, key);
  ASSERT_EQ(order.size(), 150u);
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    const auto begin = order.begin() + static_cast<std::ptrdiff_t>(50 * epoch);
    EXPECT_EQ(std::set<std::size_t>(begin, begin + 50).size(), 50u);
    EXPECT_EQ(*std::max_element(begin, begin + 50), 49u);
  }
  EXPECT_FALSE(std::equal(order.begin(), order.begin() + 50, order.begin() + 50));
}

TEST(ExamplesOfRound, DrawsDistinctExamplesForOneGradient) {
  LocalTraining training;
  training.algorithm = LocalTraining::Algorithm::fedsgd;
  training.batch_size = 20;
  const auto order = examples_of_round(training, 50, key);
  EXPECT_EQ(std::set<std::size_t>(order.begin(), order.end()).size(), 20u);
  EXPECT_EQ(examples_of_round(training, 5, key).size(), 5u);
}

TEST(ExamplesOfRound, IsAFunctionOfSeedRoundAndClient) {
  const LocalTraining training;
  const auto order = examples_of_round(training, 50, key);
  EXPECT_EQ(examples_of_round(training, 50, key), order);
  for (RandomKey other :
       {RandomKey{8, key.purpose, 3, 5}, RandomKey{7, key.purpose, 4, 5}, RandomKey{7, key.purpose, 3, 6}})
    EXPECT_NE(examples_of_round(training, 50, other), order);
  EXPECT_THROW(examples_of_round(training, 50, {7, Purpose::cohort, 3, 5}), Error);
}

TEST(TrainLocally, FedSgdSendsTheMeanGradientOfItsExamples) {
  const auto data = load("source = \"iris\"").train;
  const Model<float> model = small_model();
  const auto theta = model.initial_parameters(1);
  LocalTraining training;
  training.algorithm = LocalTraining::Algorithm::fedsgd;
  training.batch_size = 16;
  const LocalResult result = train_locally(model, theta, data, training, key);
  const auto batch = data.subset(examples_of_round(training, data.size(), key));
  const auto targets = model.targets_of(batch.labels);
  std::vector<float> gradient(theta.size());
  const float loss = Evaluation<float>(model).gradient(theta, {batch.features, targets, 16}, {gradient, {}, {}});
  EXPECT_EQ(result.update, gradient);
  EXPECT_EQ(result.examples, 16u);
  EXPECT_EQ(result.loss, static_cast<double>(loss));
}

/// The whole local run written out by hand, short last batches included.
TEST(TrainLocally, FedAvgSendsWhatTheOptimizerMoved) {
  const auto data = load("source = \"iris\"").train;
  const Model<float> model = small_model();
  const auto theta = model.initial_parameters(1);
  for (const char* name : {"sgd", "adam"}) {
    LocalTraining training;
    training.optimizer = name;
    training.local_epochs = 2;
    training.batch_size = 50;
    training.learning_rate = 0.05;
    training.momentum = name == std::string("sgd") ? 0.9 : 0.0;
    const LocalResult result = train_locally(model, theta, data, training, key);

    const auto order = examples_of_round(training, data.size(), key);
    const auto optimizer = make_optimizer<float>(name, theta.size(), 0.05, training.momentum);
    std::vector<float> now = theta, gradient(theta.size());
    Evaluation<float> evaluation(model);
    for (const std::size_t begin : {0, 50, 100, 120, 170, 220}) {
      const std::size_t count = begin % 120 == 100 ? 20 : 50;
      const auto batch = data.subset(std::span(order).subspan(begin, count));
      const auto targets = model.targets_of(batch.labels);
      evaluation.gradient(now, {batch.features, targets, count}, {gradient, {}, {}});
      optimizer->step(now, gradient);
    }
    ASSERT_EQ(data.size(), 120u);
    for (std::size_t i = 0; i < theta.size(); ++i) EXPECT_EQ(result.update[i], now[i] - theta[i]);
    EXPECT_EQ(result.examples, 120u);
    EXPECT_GT(result.loss, 0.5);
    EXPECT_LT(result.loss, 1.5);
    EXPECT_EQ(train_locally(model, theta, data, training, key).update, result.update);
  }
}

TEST(TrainLocally, RefusesDataThatDoNotFit) {
  const Model<float> model = small_model();
  const auto theta = model.initial_parameters(1);
  const auto iris = load("source = \"iris\"").train;
  EXPECT_THROW(train_locally(model, std::vector<float>(3), iris, {}, key), Error);
  EXPECT_THROW(train_locally(model, theta, load("source = \"wine\"").train, {}, key), Error);
  EXPECT_THROW(train_locally(model, theta, load("source = \"iris\"\nclasses = [0, 1]").train, {}, key), Error);
  EXPECT_THROW(train_locally(model, theta, iris.subset({}), {}, key), Error);
  EXPECT_THROW(evaluate(model, theta, iris.subset({})), Error);
}

TEST(LocalTraining, ReadsItsSection) {
  const auto read = [](const std::string& text) {
    return LocalTraining::from_config(ConfigTable::parse_text("[training]\n" + text, "t.toml").table("training"));
  };
  const LocalTraining training = read("algorithm = \"fedsgd\"\nbatch_size = 8\nlearning_rate = 0.5\nmomentum = 0.9");
  EXPECT_EQ(training.algorithm, LocalTraining::Algorithm::fedsgd);
  EXPECT_EQ(training.batch_size, 8u);
  EXPECT_EQ(training.learning_rate, 0.5);
  EXPECT_EQ(training.momentum, 0.9);
  for (const char* bad :
       {"algorithm = \"fedsdg\"", "batch_size = 0", "local_epochs = 0", "learning_rate = 0.0", "learning_rate = -1.0",
        "momentum = 1.0", "optimizer = \"adam\"\nmomentum = 0.5", "rate = 1"}) {
    try {
      read(bad);
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::configuration);
      EXPECT_NE(std::string(error.what()).find("t.toml:"), std::string::npos) << error.what();
    }
  }
}

TEST(Evaluate, CountsRightLabelsAndMeansTheLoss) {
  const Model<float> model = small_model();
  auto data = load("source = \"iris\"").train;
  std::vector<float> theta(model.schema()->size(), 0.0f);
  theta[13] = 20;  // bias of class 1: always predicted, almost surely
  const Evaluated evaluated = evaluate(model, theta, data);
  EXPECT_NEAR(evaluated.accuracy, 1.0 / 3, 1e-12);
  EXPECT_NEAR(evaluated.loss, 40.0 / 3, 1e-5);
  EXPECT_EQ(evaluated.examples, data.size());
  theta[14] = std::nanf("");
  const Evaluated broken = evaluate(model, theta, data);
  EXPECT_EQ(broken.accuracy, 0.0);
  EXPECT_TRUE(std::isnan(broken.loss));
}

double accuracy_after(const Model<float>& model, const datasets::TrainTest& data, const LocalTraining& training) {
  std::vector<float> theta = model.initial_parameters(1);
  const LocalResult result = train_locally(model, theta, data.train, training, {1, Purpose::local_order, 1, 0});
  for (std::size_t i = 0; i < theta.size(); ++i) theta[i] += result.update[i];
  return evaluate(model, theta, data.test).accuracy;
}

TEST(TrainLocally, TeachesAPerceptronTheDigits) {
  const auto data = load("source = \"digits\"");
  const Model<float> model = build<float>(
      {"mlp", layer("linear", "outputs = 32") + layer("relu") + layer("linear", "outputs = 10"), {1, 8, 8}, 10});
  LocalTraining training;
  training.local_epochs = 30;
  training.batch_size = 32;
  training.learning_rate = 0.2;
  training.momentum = 0.5;
  EXPECT_GE(accuracy_after(model, data, training), 0.95);
}

TEST(TrainLocally, TeachesAConvolutionalNetworkTheDigits) {
  const auto data = load("source = \"digits\"");
  const Model<float> model =
      build<float>({"cnn",
                    layer("conv2d", "channels = 8\nkernel = 3\npadding = 1") + layer("group_norm", "groups = 2") +
                        layer("silu") + layer("max_pool", "kernel = 2") + layer("linear", "outputs = 10"),
                    {1, 8, 8},
                    10});
  LocalTraining training;
  training.local_epochs = 6;
  training.batch_size = 32;
  training.learning_rate = 0.1;
  training.momentum = 0.9;
  EXPECT_GE(accuracy_after(model, data, training), 0.96);
}

/// Two digits shrunk to six angles, one on each qubit of a circuit with 24 parameters.
struct CircuitTask {
  datasets::TrainTest data =
      load("source = \"digits\"\nclasses = [3, 6]\nresize = [3, 2]\nrange = [0.0, 3.14159265]\nangles = true");
  Model<float> model =
      build<float>({"circuit",
                    layer("quantum",
                          "qubits = 6\nencoding = \"angle\"\nlayers = 2\nentangler = \"cnot_ring\"\noutputs = 2\n"
                          "output_scale = 5.0"),
                    {1, 3, 2},
                    2});
  LocalTraining training;

  CircuitTask() {
    training.optimizer = "adam";
    training.batch_size = 16;
    training.learning_rate = 0.1;
  }
};

TEST(TrainLocally, TeachesACircuitTwoDigits) {
  CircuitTask task;
  ASSERT_EQ(task.model.schema()->size(), 24u);
  task.training.local_epochs = 10;
  EXPECT_GE(accuracy_after(task.model, task.data, task.training), 0.95);
}

TEST(TrainLocally, TeachesACircuitThatStartsFromTheDigitsTwoOfThem) {
  const auto data = load("source = \"digits\"\nclasses = [3, 6]");
  const Model<float> model = build<float>({"amplitudes",
                                           layer("quantum",
                                                 "qubits = 6\nencoding = \"amplitude\"\nlayers = 3\n"
                                                 "entangler = \"cnot_ring\"\noutputs = 2\noutput_scale = 5.0"),
                                           {1, 8, 8},
                                           2});
  LocalTraining training;
  training.optimizer = "adam";
  training.batch_size = 16;
  training.learning_rate = 0.1;
  training.local_epochs = 8;
  EXPECT_GE(accuracy_after(model, data, training), 0.95);
}

TEST(TrainLocally, AveragingTheUpdatesOfFiveClientsTeachesTheCircuitToo) {
  const CircuitTask task;
  const datasets::Partition partition(ConfigTable::parse_text("[partition]", "p.toml").table("partition"),
                                      task.data.train, 5, 1);
  std::vector<float> theta = task.model.initial_parameters(1);
  for (std::uint32_t round = 0; round < 15; ++round) {
    std::vector<double> sum(theta.size());
    for (std::uint32_t client = 0; client < 5; ++client) {
      const LocalResult result = train_locally(task.model, theta, partition.examples(task.data.train, client),
                                               task.training, {1, Purpose::local_order, round, client});
      for (std::size_t i = 0; i < sum.size(); ++i)
        sum[i] += static_cast<double>(result.update[i]) * static_cast<double>(result.examples);
    }
    for (std::size_t i = 0; i < sum.size(); ++i)
      theta[i] += static_cast<float>(sum[i] / static_cast<double>(task.data.train.size()));
  }
  EXPECT_GE(evaluate(task.model, theta, task.data.test).accuracy, 0.95);
}

}  // namespace
}  // namespace tacit::models
