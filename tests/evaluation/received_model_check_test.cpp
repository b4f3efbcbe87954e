#include "client/received_model_check.h"

#include "attacks/malicious/craft.h"
#include "core/config.h"
#include "core/expect_error.h"
#include "datasets/dataset.h"
#include "models/specification.h"
#include "models/training.h"

namespace tacit::evaluation {
namespace {

constexpr const char* mlp =
    "[[layers]]\ntype = \"linear\"\noutputs = 48\n[[layers]]\ntype = \"relu\"\n[[layers]]\ntype = \"linear\"\n"
    "outputs = 10\n";
constexpr const char* convolutional =
    "[[layers]]\ntype = \"conv2d\"\nchannels = 8\nkernel = 3\npadding = 1\n[[layers]]\ntype = \"linear\"\noutputs = "
    "32\n"
    "[[layers]]\ntype = \"relu\"\n[[layers]]\ntype = \"linear\"\noutputs = 10\n";

models::Model<float> model_of(const char* toml) {
  return models::build_model<float>(ConfigTable::parse_text(toml, "model"), {1, 8, 8}, 10);
}

std::vector<std::string> signs_after(const char* toml, const std::string& craft) {
  const auto model = model_of(toml);
  std::vector<float> theta = model.initial_parameters(1);
  attacks::make_craft(ConfigTable::parse_text(craft, "craft"))->write(model, 1, theta);
  return client::suspicious_signs(model, theta);
}

void expect_sign(const std::vector<std::string>& signs, const std::string& words) {
  ASSERT_FALSE(signs.empty());
  EXPECT_NE(signs[0].find(words), std::string::npos) << signs[0];
}

TEST(ReceivedModelCheck, SeesThePublishedTraps) {
  expect_sign(signs_after(mlp, "craft = \"imprint\"\nmean = 0.3\ndeviation = 0.1"),
              "48 of 48 rows of 'linear1' point the same way");
  expect_sign(signs_after(mlp, "craft = \"trap_weights\""), "the sums of the rows of 'linear1'");
  expect_sign(signs_after(mlp, "craft = \"trap_weights\"\nscale = 0.6"), "the sums of the rows of 'linear1'");
  expect_sign(signs_after(mlp, "craft = \"fishing\"\nclass = 3"), "9 of 10 rows of 'linear2' are zero");
  expect_sign(signs_after(mlp, "craft = \"fishing\"\nclass = 3\nfeature = 4\ncutoff = 0.5"),
              "9 of 10 rows of 'linear2' are zero");
  expect_sign(signs_after(convolutional, "craft = \"loki\"\nclient = 1\nmean = 0.3\ndeviation = 0.1"),
              "6 of 8 kernels of 'conv2d1' are zero");
}

/// What is sent in later rounds, or to other clients, is seen like the first.
TEST(ReceivedModelCheck, SeesEveryRoundOfAFishingTripAndEveryLoki) {
  for (const char* cutoff : {"-1.0", "0.0", "0.001", "1.0"})
    expect_sign(
        signs_after(mlp,
                    std::string("craft = \"fishing\"\nclass = 0\nfeature = 4\nfeature_gain = 1e6\ncutoff = ") + cutoff),
        "9 of 10 rows of 'linear2' are zero");
  for (const char* balance : {"1e-3", "1.0", "100.0", "1e5"})
    for (const char* client : {"0", "1"}) {
      const auto signs =
          signs_after(convolutional, std::string("craft = \"loki\"\nmean = 0.3\ndeviation = 0.1\nclient = ") + client +
                                         "\nbalance = " + balance);
      expect_sign(signs, "6 of 8 kernels of 'conv2d1' are zero");
      EXPECT_EQ(signs.size(), 2u);  // and rows that point the same way
    }
}

/// It is a list of published signs and no proof: who knows it writes a millionth in place of a zero, or turns half of
/// the bins around, and passes.
TEST(ReceivedModelCheck, IsPassedByTrapsThatAreMadeForIt) {
  const auto model = model_of(mlp);
  std::vector<float> theta = model.initial_parameters(1);
  attacks::make_craft(ConfigTable::parse_text("craft = \"fishing\"\nclass = 3\nclass_bias = 90", "craft"))
      ->write(model, 1, theta);
  EXPECT_FALSE(client::suspicious_signs(model, theta).empty());
  for (float& value : theta)
    if (value == 0) value = 1e-6f;
  EXPECT_TRUE(client::suspicious_signs(model, theta).empty());
}

struct Preset {
  const char* toml;
  Shape shape;
};

TEST(ReceivedModelCheck, IsSilentOnEveryPreset) {
  const Shape pictures{3, 32, 32}, numbers{6};
  for (const Preset& preset :
       {Preset{"preset = \"mlp\"", pictures},
        {"preset = \"mlp\"", numbers},
        {"preset = \"lenet5\"", {1, 28, 28}},
        {"preset = \"lenet_dlg\"", pictures},
        {"preset = \"cnn4\"", pictures},
        {"preset = \"resnet8\"", pictures},
        {"preset = \"resnet20\"\nnormalization = \"batch_norm\"\nstatistics = \"averaged\"", pictures},
        {"preset = \"vit\"", pictures},
        {"preset = \"char_transformer\"\nvocabulary = 60", {16}},
        {"preset = \"vqc_classifier\"", numbers},
        {"preset = \"hybrid\"", numbers},
        {"preset = \"conv_hybrid\"", pictures}}) {
    const auto model = models::build_model<float>(ConfigTable::parse_text(preset.toml, "model"), preset.shape, 2);
    for (std::uint64_t seed = 0; seed < 10; ++seed)
      EXPECT_TRUE(client::suspicious_signs(model, model.initial_parameters(seed)).empty())
          << preset.toml << " " << seed;
  }
}

TEST(ReceivedModelCheck, IsSilentOnRandomModels) {
  for (const char* toml : {mlp, convolutional}) {
    const auto model = model_of(toml);
    for (std::uint64_t seed = 0; seed < 200; ++seed)
      EXPECT_TRUE(client::suspicious_signs(model, model.initial_parameters(seed)).empty()) << seed;
  }
  for (const char* preset : {"lenet5", "lenet_dlg"}) {
    const auto model = models::build_model<float>(
        ConfigTable::parse_text(std::string("preset = \"") + preset + "\"", "model"), {1, 28, 28}, 10);
    for (std::uint64_t seed = 0; seed < 20; ++seed)
      EXPECT_TRUE(client::suspicious_signs(model, model.initial_parameters(seed)).empty()) << preset << " " << seed;
  }
}

TEST(ReceivedModelCheck, IsSilentOnTrainedModels) {
  const datasets::Dataset digits = datasets::load(ConfigTable::parse_text("source = \"digits\"", "data"), 1).train;
  const auto training = models::LocalTraining::from_config(
      ConfigTable::parse_text("local_epochs = 5\nbatch_size = 16\nlearning_rate = 0.1\n", "training"));
  for (const char* toml : {mlp, convolutional}) {
    const auto model = model_of(toml);
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      std::vector<float> theta = model.initial_parameters(seed);
      const RandomKey key{.seed = seed, .purpose = Purpose::local_order, .round = 1, .client = 0};
      const std::vector<float> change = models::train_locally(model, theta, digits, training, key).update;
      for (std::size_t i = 0; i < theta.size(); ++i) theta[i] += change[i];
      EXPECT_GT(models::evaluate(model, theta, digits).accuracy, 0.9);
      EXPECT_TRUE(client::suspicious_signs(model, theta).empty()) << seed;
    }
  }
}

/// An all-zero layer is a start that some choose, and no trap: nothing passes it.
TEST(ReceivedModelCheck, IsSilentOnLayersOfZeros) {
  const auto model = model_of(mlp);
  EXPECT_TRUE(client::suspicious_signs(model, std::vector<float>(model.schema()->size())).empty());
}

}  // namespace
}  // namespace tacit::evaluation
