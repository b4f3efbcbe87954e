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
    training.optimizer = OptimizerSettings::defaults(name);
    training.local_epochs = 2;
    training.batch_size = 50;
    training.learning_rate = 0.05;
    training.optimizer.momentum = name == std::string("sgd") ? 0.9 : 0.0;
    const LocalResult result = train_locally(model, theta, data, training, key);

    const auto order = examples_of_round(training, data.size(), key);
    const auto optimizer = make_optimizer<float>(training.optimizer, theta.size());
    std::vector<float> now = theta, gradient(theta.size());
    Evaluation<float> evaluation(model);
    for (const std::size_t begin : {0, 50, 100, 120, 170, 220}) {
      const std::size_t count = begin % 120 == 100 ? 20 : 50;
      const auto batch = data.subset(std::span(order).subspan(begin, count));
      const auto targets = model.targets_of(batch.labels);
      evaluation.gradient(now, {batch.features, targets, count}, {gradient, {}, {}});
      optimizer->step(now, gradient, 0.05);
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
  const LocalTraining gradient = read("algorithm = \"fedsgd\"\nbatch_size = 8\nlearning_rate = 0.5");
  EXPECT_EQ(gradient.algorithm, LocalTraining::Algorithm::fedsgd);
  EXPECT_EQ(gradient.batch_size, 8u);
  const LocalTraining training = read("learning_rate = 0.5\nmomentum = 0.9");
  EXPECT_EQ(training.learning_rate, 0.5);
  EXPECT_EQ(training.optimizer.momentum, 0.9);
  for (const char* bad :
       {"algorithm = \"fedsdg\"", "batch_size = 0", "local_epochs = 0", "learning_rate = 0.0", "learning_rate = -1.0",
        "momentum = 1.0", "optimizer = \"adam\"\nmomentum = 0.5", "rate = 1", "optimizer = \"adamax\"", "beta_1 = 0.5",
        "epsilon = 1e-3", "nesterov = true", "optimizer = \"adam\"\nnesterov = false", "weight_decay = -1.0",
        "optimizer = \"rmsprop\"\nbeta_1 = 0.5", "optimizer = \"adam\"\nbeta_2 = 1.0", "clip_gradient_norm = -1.0",
        "clip_gradient_value = -1.0"}) {
    try {
      read(bad);
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::configuration);
      EXPECT_NE(std::string(error.what()).find("t.toml:"), std::string::npos) << error.what();
    }
  }
}

TEST(LocalTraining, ReadsEveryOptimizerWithItsSettings) {
  const auto read = [](const std::string& text) {
    return LocalTraining::from_config(ConfigTable::parse_text("[training]\n" + text, "t.toml").table("training"));
  };
  EXPECT_EQ(read("optimizer = \"adamw\"").optimizer.weight_decay, 0.01);
  EXPECT_EQ(read("optimizer = \"rmsprop\"").optimizer.beta_2, 0.99);
  EXPECT_EQ(read("optimizer = \"adagrad\"").optimizer.epsilon, 1e-10);
  const OptimizerSettings adam =
      read("optimizer = \"adam\"\nbeta_1 = 0.8\nbeta_2 = 0.9\nepsilon = 1e-3\nweight_decay = 0.5\nmomentum = 0")
          .optimizer;
  EXPECT_EQ(adam.beta_1, 0.8);
  EXPECT_EQ(adam.beta_2, 0.9);
  EXPECT_EQ(adam.epsilon, 1e-3);
  EXPECT_EQ(adam.weight_decay, 0.5);
  EXPECT_TRUE(read("momentum = 0.9\nnesterov = true").optimizer.nesterov);
  const LocalTraining clipped = read("clip_gradient_norm = 2.0\nclip_gradient_value = 0.5\nwarmup = 3");
  EXPECT_EQ(clipped.clipping.norm, 2);
  EXPECT_EQ(clipped.clipping.value, 0.5);
  EXPECT_EQ(clipped.learning_rate_at(1, 0), 0.1 / 3);
  EXPECT_EQ(clipped.learning_rate_at(3, 0), 0.1);
}

/// One local step of a schedule and clipping, by hand: the rate of the round, the gradient cut to its norm.
TEST(TrainLocally, FollowsScheduleAndClipping) {
  const auto data = load("source = \"iris\"").train;
  const Model<float> model = small_model();
  const auto theta = model.initial_parameters(1);
  LocalTraining training;
  training.batch_size = data.size();
  training.learning_rate = 0.5;
  training.schedule.form = LearningRateSchedule::Form::step;
  training.schedule.factor = 0.5;  // key.round = 3: a quarter of the rate
  training.clipping.norm = 1e-2;
  const auto update = train_locally(model, theta, data, training, key).update;
  double squares = 0;
  for (const float value : update) squares += static_cast<double>(value) * static_cast<double>(value);
  EXPECT_NEAR(std::sqrt(squares), 0.125 * 1e-2, 1e-7);

  // Unclipped, the update of the one step is along the same gradient.
  training.clipping.norm = 0;
  const auto whole = train_locally(model, theta, data, training, key).update;
  double product = 0, whole_squares = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    product += static_cast<double>(whole[i]) * static_cast<double>(update[i]);
    whole_squares += static_cast<double>(whole[i]) * static_cast<double>(whole[i]);
  }
  EXPECT_GT(whole_squares, 4 * squares);
  EXPECT_NEAR(product / std::sqrt(squares * whole_squares), 1, 1e-4);

  training.algorithm = LocalTraining::Algorithm::fedsgd;
  training.clipping = {.value = 1e-3, .norm = 0};
  float largest = 0;
  for (const float value : train_locally(model, theta, data, training, key).update)
    largest = std::max(largest, std::abs(value));
  EXPECT_EQ(largest, 1e-3f);
}

TEST(TrainLocally, CountsStepsThroughTheEpochsOfARound) {
  const auto data = load("source = \"iris\"").train;
  const Model<float> model = small_model();
  const auto theta = model.initial_parameters(1);
  LocalTraining training;
  training.batch_size = data.size();
  training.local_epochs = 5;
  training.schedule.form = LearningRateSchedule::Form::step;
  training.schedule.over = LearningRateSchedule::Time::steps;
  training.schedule.every = 2;
  training.schedule.factor = 1e-9;  // from the third step on nothing moves any more
  const auto five = train_locally(model, theta, data, training, key).update;
  training.local_epochs = 2;
  EXPECT_EQ(train_locally(model, theta, data, training, key).update, five);
  training.local_epochs = 1;
  EXPECT_NE(train_locally(model, theta, data, training, key).update, five);
}

TEST(GradientClipping, ClampsThenScales) {
  std::vector<float> gradient = {3, -4, 0.5f};
  GradientClipping{}.apply(gradient);
  EXPECT_EQ(gradient, (std::vector<float>{3, -4, 0.5f}));
  GradientClipping{.value = 2, .norm = 0}.apply(gradient);
  EXPECT_EQ(gradient, (std::vector<float>{2, -2, 0.5f}));
  gradient = {3, -4};
  GradientClipping{.value = 0, .norm = 5}.apply(gradient);
  EXPECT_EQ(gradient, (std::vector<float>{3, -4})) << "at its bound already";
  GradientClipping{.value = 0, .norm = 2.5}.apply(gradient);
  EXPECT_EQ(gradient, (std::vector<float>{1.5f, -2}));
  gradient = {std::nanf(""), 1};
  GradientClipping{.value = 0.5, .norm = 0.1}.apply(gradient);
  EXPECT_TRUE(std::isnan(gradient[0]));
}

double accuracy_after(const Model<float>& model, const datasets::TrainTest& data, const LocalTraining& training) {
  std::vector<float> theta = model.initial_parameters(1);
  const LocalResult result = train_locally(model, theta, data.train, training, {1, Purpose::local_order, 1, 0});
  for (std::size_t i = 0; i < theta.size(); ++i) theta[i] += result.update[i];
  return evaluate(model, theta, data.test).accuracy;
}

TEST(TrainLocally, EveryLossTeachesTwoClasses) {
  const auto data = load("source = \"breast_cancer\"");
  for (const char* loss : {"huber", "hinge", "binary_cross_entropy", "mean_squared_error"})
    for (const char* outputs : {"1", "2"}) {
      SCOPED_TRACE(std::string(loss) + " " + outputs);
      const Model<float> model =
          build<float>({"m",
                        "loss = \"" + std::string(loss) + "\"\n" + layer("linear", "outputs = " + std::string(outputs)),
                        {30},
                        2});
      LocalTraining training;
      training.optimizer = OptimizerSettings::defaults("adam");
      training.learning_rate = 0.05;
      training.local_epochs = 50;
      EXPECT_GE(accuracy_after(model, data, training), 0.93);
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

TEST(TrainLocally, TeachesAPerceptronTheDigits) {
  const auto data = load("source = \"digits\"");
  const Model<float> model = build<float>(
      {"mlp", layer("linear", "outputs = 32") + layer("relu") + layer("linear", "outputs = 10"), {1, 8, 8}, 10});
  LocalTraining training;
  training.local_epochs = 30;
  training.batch_size = 32;
  training.learning_rate = 0.2;
  training.optimizer.momentum = 0.5;
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
  training.optimizer.momentum = 0.9;
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
    training.optimizer = OptimizerSettings::defaults("adam");
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
  training.optimizer = OptimizerSettings::defaults("adam");
  training.batch_size = 16;
  training.learning_rate = 0.1;
  training.local_epochs = 8;
  EXPECT_GE(accuracy_after(model, data, training), 0.95);
}

TEST(TrainLocally, TheNaturalGradientTeachesACircuit) {
  CircuitTask task;
  task.training.gradient.kind = GradientSource::Kind::natural;
  task.training.gradient.natural_regularisation = 0.01;
  task.training.optimizer = OptimizerSettings::defaults("sgd");
  task.training.learning_rate = 0.05;
  task.training.local_epochs = 4;
  EXPECT_GE(accuracy_after(task.model, task.data, task.training), 0.95);
}

TEST(TrainLocally, SimultaneousPerturbationTeachesACircuit) {
  CircuitTask task;
  task.training.gradient = {.kind = GradientSource::Kind::spsa, .spsa_step = 0.1, .spsa_repetitions = 4};
  task.training.learning_rate = 0.05;
  task.training.local_epochs = 20;
  EXPECT_GE(accuracy_after(task.model, task.data, task.training), 0.95);
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
