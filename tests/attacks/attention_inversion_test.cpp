#include "attacks/attention_inversion.h"

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/baselines.h"
#include "attacks/score.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

using Labels = std::vector<std::int32_t>;

std::string transformer(const std::string& before_attention, const std::string& after_attention,
                        const std::string& patches = "channels = 24\nkernel = 4\nstride = 4\n") {
  const auto layer = [](const std::string& type, const std::string& keys = "") {
    return "[[layers]]\ntype = \"" + type + "\"\n" + keys;
  };
  return layer("conv2d", patches) + layer("image_tokens") + before_attention + layer("attention", "heads = 3\n") +
         after_attention + layer("linear", "outputs = 10\n");
}

const std::string position = "[[layers]]\ntype = \"positional_embedding\"\n";
const std::string class_token = "[[layers]]\ntype = \"class_token\"\n";
const std::string mean_of_tokens = "[[layers]]\ntype = \"token_mean\"\n";
const std::string first_token = "[[layers]]\ntype = \"token_select\"\ntoken = \"first\"\n";

const Shape image_shape_of_test{1, 16, 16};
const Features image_features{image_shape_of_test, Bounds{0, 1}, false};

double error_of(const AttackResult& result, std::span<const float> image, const Labels& labels) {
  return score(result, {wide(image), labels}, image_features).mean_mse;
}

TEST(AttentionInversion, ReadsAnImageOffTheWire) {
  const auto image = random_inputs(256, 0, 1, 1);
  for (const std::string& before : {position, class_token + position}) {
    RecordedRun run(transformer(before, mean_of_tokens), image_shape_of_test, 10);
    const AttackResult result =
        run_attack(run.observe_gradient(image, Labels{4}), honest_but_curious(), AttackSettings::from_catalog("april"));
    EXPECT_LT(error_of(result, image, {4}), 1e-4);  // grey has 1 / 12
    EXPECT_EQ(result.labels, Labels{4});
  }
}

/// The gradient of one example of class 7 in double, without the wire.
struct ExactGradient {
  ExactGradient(const std::string& model_toml, std::uint64_t seed)
      : run(model_toml, image_shape_of_test, 10),
        model(observed_model(run.description())),
        theta(run.theta().begin(), run.theta().end()),
        image(wide(random_inputs(256, 0, 1, seed))),
        gradient(theta.size()) {
    const std::vector<double> targets = model.targets_of(Labels{7});
    models::Evaluation<double>(model).gradient(theta, {image, targets, 1},
                                               {.theta = gradient, .inputs = {}, .targets = {}});
  }
  RecordedRun run;
  models::Model<double> model;
  std::vector<double> theta, image, gradient;
};

/// In double, without the wire: to the precision that the condition leaves.
TEST(AttentionInversion, IsExactUpToRounding) {
  const auto [run, model, theta, image, gradient] =
      ExactGradient(transformer(class_token + position, mean_of_tokens), 2);
  const auto front = find_patch_attention(model);
  ASSERT_TRUE(front);
  const AttentionInversion inversion = invert_attention(*front, theta, gradient);
  EXPECT_EQ(inversion.rank, 17u);
  for (std::size_t i = 0; i < image.size(); ++i) ASSERT_NEAR(inversion.image[i], image[i], 1e-7) << i;
  EXPECT_LT(inversion.residual, 1e-10);
}

std::string preset(int width, int depth) {
  return fmt::format("preset = \"vit\"\nwidth = {}\ndepth = {}\nheads = 4\n", width, depth);
}

/// The preset normalises before its attention and keeps a residual path: read off the patch embedding, in double.
TEST(AttentionInversion, IsExactUpToRoundingOnThePreset) {
  for (const int depth : {2, 4}) {
    const auto [run, model, theta, image, gradient] = ExactGradient(preset(64, depth), 3);
    const auto front = find_patch_attention(model);
    ASSERT_TRUE(front);
    EXPECT_FALSE(front->projection);
    const AttentionInversion inversion = invert_patch_embedding(*front, gradient);
    EXPECT_EQ(inversion.rank, 16u);
    const double tolerance = 1e-14 * inversion.condition;
    for (std::size_t i = 0; i < image.size(); ++i) ASSERT_NEAR(inversion.image[i], image[i], tolerance) << i;
    EXPECT_LT(tolerance, 1e-7);
  }
}

/// The paper's equation and that of the patch embedding agree where both apply.
TEST(AttentionInversion, AgreesWithThePatchEmbedding) {
  RecordedRun run(transformer(class_token + position, mean_of_tokens), image_shape_of_test, 10);
  const auto image = random_inputs(256, 0, 1, 5);
  const auto front = find_patch_attention(observed_model(run.description())).value();
  const std::vector<double> theta(run.theta().begin(), run.theta().end());
  const models::Model<double> model = observed_model(run.description());
  std::vector<double> gradient(theta.size());
  models::Evaluation<double> evaluation(model);
  evaluation.gradient(theta, {wide(image), model.targets_of(Labels{3}), 1},
                      {.theta = gradient, .inputs = {}, .targets = {}});
  const auto by_attention = invert_attention(front, theta, gradient),
             by_patches = invert_patch_embedding(front, gradient);
  for (std::size_t i = 0; i < image.size(); ++i) {
    EXPECT_NEAR(by_patches.image[i], image[i], 1e-7);
    EXPECT_NEAR(by_attention.image[i], by_patches.image[i], 1e-7);
  }
}

TEST(AttentionInversion, ReadsThePresetOverTheWire) {
  const auto image = random_inputs(256, 0, 1, 1);
  RecordedRun run(preset(64, 4), image_shape_of_test, 10);
  const AttackResult result =
      run_attack(run.observe_gradient(image, Labels{4}), honest_but_curious(), AttackSettings::from_catalog("april"));
  EXPECT_LT(error_of(result, image, {4}), 1e-4) << result.notes.at(0);
  EXPECT_EQ(result.labels, Labels{4});
}

/// More patches than numbers a token: the system has no single solution, and the note says so.
TEST(AttentionInversion, IsHopelessOnAPresetNarrowerThanItsPatches) {
  const auto image = random_inputs(256, 0, 1, 1);
  RecordedRun run(preset(8, 4), image_shape_of_test, 10);
  const AttackResult result =
      run_attack(run.observe_gradient(image, Labels{4}), honest_but_curious(), AttackSettings::from_catalog("april"));
  EXPECT_GT(error_of(result, image, {4}), 0.02);
  EXPECT_NE(result.notes.at(0).find("does not determine the image"), std::string::npos) << result.notes[0];
}

/// What reads one token alone sends back too few directions, and the note says so.
TEST(AttentionInversion, IsHopelessWhereTheClassReadsOneToken) {
  const auto image = random_inputs(256, 0, 1, 1);
  RecordedRun run(transformer(class_token + position, first_token), image_shape_of_test, 10);
  const AttackResult result =
      run_attack(run.observe_gradient(image, Labels{4}), honest_but_curious(), AttackSettings::from_catalog("april"));
  EXPECT_GT(error_of(result, image, {4}), 0.02);
  EXPECT_NE(result.notes.back().find("does not determine the image"), std::string::npos) << result.notes.back();
}

TEST(AttentionInversion, MakesNothingOfNoise) {
  const auto image = random_inputs(256, 0, 1, 1);
  RecordedRun run(transformer(position, mean_of_tokens), image_shape_of_test, 10);
  const AttackResult result = run_attack(noise_control(run.observe_gradient(image, Labels{4}), 1), honest_but_curious(),
                                         AttackSettings::from_catalog("april"));
  EXPECT_GT(result.score, 0.1);
}

TEST(AttentionInversion, RefusesWhatItCannotRead) {
  const auto attack = AttackSettings::from_catalog("april");
  const auto image = random_inputs(256, 0, 1, 1);
  const std::string norm = "[[layers]]\ntype = \"layer_norm\"\nper_token = true\n";
  for (const std::string& model :
       {transformer(norm, mean_of_tokens), transformer("", mean_of_tokens),
        transformer(position, mean_of_tokens, "channels = 24\nkernel = 4\nstride = 4\npadding = 2\n")}) {
    RecordedRun run(model, image_shape_of_test, 10);
    expect_error([&] { run_attack(run.observe_gradient(image, Labels{4}), honest_but_curious(), attack); },
                 ErrorKind::configuration, {"'positional_embedding'"});
  }
  RecordedRun run(transformer(position, mean_of_tokens), image_shape_of_test, 10);
  const auto two = random_inputs(512, 0, 1, 1);
  expect_error(
      [&] {
        run_attack(run.observe_gradient(two, Labels{4, 5}), honest_but_curious(), attack);
      },
      ErrorKind::configuration, {"one example", "2"});
}

}  // namespace
}  // namespace tacit::attacks
