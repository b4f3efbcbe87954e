#include "attacks/finite_differences.h"
#include "attacks/priors/prior.h"
#include "attacks/random_vector.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

std::unique_ptr<const Prior> made(const std::string& text) {
  return make_prior(ConfigTable::parse_text(text, "test.toml"));
}

TEST(TotalVariationPrior, KnownValue) {
  const Features features{{1, 2, 3}, Bounds{0, 1}, false};
  const std::vector<double> image{0, 1, 3, 5, 5, 4};
  std::vector<double> gradient(6);
  // Along rows |0-1| + |1-3| + |5-5| + |5-4| over 4 pairs; along columns 5 + 4 + 1 over 3 pairs.
  EXPECT_DOUBLE_EQ(made("name = \"total_variation\"\nweight = 3.0")->add(features, image, 1, gradient),
                   3 * (4.0 / 4 + 10.0 / 3));
}

TEST(TotalVariationPrior, AFlatImageCostsNothing) {
  const Features features{{3, 4, 4}, Bounds{0, 1}, false};
  std::vector<double> gradient(48);
  EXPECT_EQ(made("name = \"total_variation\"\nweight = 1.0")->add(features, std::vector<double>(48, 0.3), 1, gradient),
            0);
  for (const double value : gradient) EXPECT_EQ(value, 0);
}

TEST(TotalVariationPrior, NeedsImagesUnlessToldToSkip) {
  const Features vector{{6}, Bounds{0, 1}, false};
  expect_error([&] { made("name = \"total_variation\"\nweight = 1.0")->check(vector); }, ErrorKind::configuration,
               {"needs images", "[6]"});
  const auto skipping = made("name = \"total_variation\"\nweight = 1.0\nskip_unless_image = true");
  EXPECT_NO_THROW(skipping->check(vector));
  std::vector<double> gradient(6);
  EXPECT_EQ(skipping->add(vector, normal_vector(6, 1), 1, gradient), 0);
}

TEST(BoxPrior, PunishesOnlyWhatLiesOutside) {
  const Features features{{4}, Bounds{0, 1}, false};
  std::vector<double> gradient(4);
  EXPECT_DOUBLE_EQ(made("name = \"box\"\nweight = 4.0")->add(features, std::vector<double>{0.5, -1, 3, 1}, 1, gradient),
                   5);
  EXPECT_EQ(gradient, (std::vector<double>{0, -2, 4, 0}));
}

TEST(BoxPrior, NeedsBounds) {
  EXPECT_EQ(made("name = \"box\"\nweight = 1.0")->needs(), std::vector<Need>{Need::feature_bounds});
  expect_error(
      [] {
        made("name = \"box\"\nweight = 1.0")->check({{4}, {}, false});
      },
      ErrorKind::configuration, {"bounds"});
}

TEST(NoPriorAtAll, AddsNothing) {
  std::vector<double> gradient(4, 1.5);
  EXPECT_EQ(made("name = \"none\"")->add({{4}, {}, false}, normal_vector(4, 1), 1, gradient), 0);
  EXPECT_EQ(gradient, std::vector<double>(4, 1.5));
}

TEST(EveryPrior, GradientIsAddedScaledAndRight) {
  const Features features{{2, 3, 5}, Bounds{-0.5, 0.5}, false};
  for (const char* text :
       {"name = \"total_variation\"\nweight = 0.7", "name = \"box\"\nweight = 0.7", "name = \"norm\"\nweight = 0.7",
        "name = \"norm\"\nweight = 0.7\nexponent = 3.0", "name = \"generalised_variation\"\nweight = 0.7",
        "name = \"generalised_variation\"\nweight = 0.7\nouter_exponent = 1.25"}) {
    const auto prior = made(text);
    const auto x = normal_vector(30, 9);
    std::vector<double> gradient(30, 10.0), scratch(30);
    prior->add(features, x, 0.25, gradient);
    for (double& value : gradient) value -= 10.0;
    const auto numeric = numeric_gradient(
        [&](std::span<const double> at) { return 0.25 * prior->add(features, at, 1, scratch); }, x, 1e-6);
    EXPECT_LT(relative_difference(gradient, numeric), 1e-7) << text;
  }
}

TEST(GeneralisedVariationPrior, KnownValues) {
  const Features grey{{1, 2, 2}, Bounds{0, 1}, false};
  std::vector<double> gradient(4);
  // Differences (right, below): (3, 4), (-, 1), (0, -), none.
  EXPECT_NEAR(
      made("name = \"generalised_variation\"\nweight = 2.0")->add(grey, std::vector<double>{0, 3, 4, 4}, 1, gradient),
      2 * (5 + 1 + 0 + 0) / 4.0, 1e-6);
  // A grey image in colour: three equal planes, and three differences that are flat.
  const Features colour{{3, 2, 2}, Bounds{0, 1}, false};
  std::vector<double> wide_gradient(12);
  const std::vector<double> image{0, 3, 4, 4, 0, 3, 4, 4, 0, 3, 4, 4};
  EXPECT_NEAR(made("name = \"generalised_variation\"\nweight = 2.0\ncolour_differences = true")
                  ->add(colour, image, 1, wide_gradient),
              0.5 * 2 * 6 / 4.0, 1e-6);
}

TEST(GeneralisedVariationPrior, HasTheGradientOfColourDifferences) {
  const Features colour{{3, 3, 4}, Bounds{0, 1}, false};
  const auto prior = made("name = \"generalised_variation\"\nweight = 0.7\ncolour_differences = true");
  const auto x = normal_vector(36, 5);
  std::vector<double> gradient(36), scratch(36);
  prior->add(colour, x, 1, gradient);
  const auto numeric =
      numeric_gradient([&](std::span<const double> at) { return prior->add(colour, at, 1, scratch); }, x, 1e-5);
  EXPECT_LT(relative_difference(gradient, numeric), 1e-7);
  expect_error([&] { prior->check({{6}, Bounds{0, 1}, false}); }, ErrorKind::configuration, {"needs images", "[6]"});
}

TEST(PriorRegistry, RefusesUnknownNames) {
  expect_error([] { made("name = \"total_varation\""); }, ErrorKind::configuration, {"total_variation", "box", "none"});
}

}  // namespace
}  // namespace tacit::attacks
