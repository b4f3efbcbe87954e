#include <set>

#include "attacks/initialisers/initialiser.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

std::vector<double> filled(const std::string& text, const Features& features, std::uint64_t seed = 1) {
  RandomStream random({seed, Purpose::attack_restart, 0, 0});
  std::vector<double> x(features.size());
  make_initialiser(ConfigTable::parse_text(text, "test.toml"))->fill(features, random, x);
  return x;
}

double mean(const std::vector<double>& x) {
  double sum = 0;
  for (const double value : x) sum += value;
  return sum / static_cast<double>(x.size());
}

const Features many{{4000}, Bounds{2, 4}, false};

TEST(UniformInitialiser, FillsTheBoundsOrTheGivenRange) {
  for (const auto& [text, low, high] :
       {std::tuple{"name = \"uniform\"", 2.0, 4.0}, std::tuple{"name = \"uniform\"\nrange = [-1.0, 0.0]", -1.0, 0.0}}) {
    const auto x = filled(text, many);
    EXPECT_GE(*std::min_element(x.begin(), x.end()), low);
    EXPECT_LT(*std::max_element(x.begin(), x.end()), high);
    EXPECT_NEAR(mean(x), 0.5 * (low + high), 0.05);
  }
}

TEST(UniformInitialiser, NeedsBoundsOnlyWithoutARange) {
  const auto needs = [](const char* text) {
    return make_initialiser(ConfigTable::parse_text(text, "t.toml"))->needs();
  };
  EXPECT_EQ(needs("name = \"uniform\""), std::vector<Need>{Need::feature_bounds});
  EXPECT_TRUE(needs("name = \"uniform\"\nrange = [0.0, 1.0]").empty());
  expect_error([] { filled("name = \"uniform\"", {{3}, {}, false}); }, ErrorKind::configuration, {"bounds"});
  expect_error([&] { needs("name = \"uniform\"\nrange = [1.0, 1.0]"); }, ErrorKind::configuration, {"range"});
}

TEST(NormalInitialiser, HasTheGivenMoments) {
  const auto x = filled("name = \"normal\"\nmean = 3.0\ndeviation = 0.5", many);
  double variance = 0;
  for (const double value : x) variance += (value - 3) * (value - 3) / 4000;
  EXPECT_NEAR(mean(x), 3, 0.05);
  EXPECT_NEAR(variance, 0.25, 0.03);
}

TEST(GreyInitialiser, IsTheMiddleOfTheBounds) {
  EXPECT_EQ(filled("name = \"grey\"", {{3}, Bounds{2, 4}, false}), std::vector<double>(3, 3.0));
  EXPECT_NE(filled("name = \"grey\"\njitter = 0.1", many, 1), filled("name = \"grey\"\njitter = 0.1", many, 2));
}

TEST(ConstantInitialiser, IsOneValue) {
  EXPECT_EQ(filled("name = \"constant\"", {{3}, {}, false}), std::vector<double>(3, 0.0));
  EXPECT_EQ(filled("name = \"constant\"\nvalue = 0.25", {{3}, {}, false}), std::vector<double>(3, 0.25));
}

TEST(TruncatedNormalInitialiser, KeepsTheCut) {
  const auto x = filled("name = \"truncated_normal\"\nmean = 1.0\ndeviation = 0.5\ncut = 1.0", many);
  EXPECT_GE(*std::min_element(x.begin(), x.end()), 0.5);
  EXPECT_LE(*std::max_element(x.begin(), x.end()), 1.5);
  EXPECT_NEAR(mean(x), 1, 0.02);
}

TEST(TiledInitialiser, RepeatsASquare) {
  const Features image{{2, 5, 7}, Bounds{2, 4}, false};
  const auto x = filled("name = \"tiled\"\ntile = 3", image);
  std::set<double> values(x.begin(), x.end());
  EXPECT_EQ(values.size(), 18u);
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t j = 0; j < 7; ++j) EXPECT_EQ(x[(c * 5 + i) * 7 + j], x[(c * 5 + i % 3) * 7 + j % 3]);
  const auto flat = filled("name = \"tiled\"\ntile = 2", {{10}, Bounds{0, 1}, false});
  for (std::size_t i = 4; i < 10; ++i) EXPECT_EQ(flat[i], flat[i - 4]);
}

TEST(ColourInitialiser, PaintsTheWholeImage) {
  const Features image{{3, 1, 2}, Bounds{2, 4}, false};
  EXPECT_EQ(filled("name = \"colour\"\ncolour = \"green\"", image), (std::vector<double>{2, 2, 4, 4, 2, 2}));
  EXPECT_EQ(filled("name = \"colour\"\ncolour = \"light\"", image), std::vector<double>(6, 4.0));
  const auto x = filled("name = \"colour\"", image);
  EXPECT_EQ(x[0], x[1]);
  EXPECT_NE(x[0], x[2]);
  expect_error(
      [] {
        filled("name = \"colour\"\ncolour = \"red\"", {{1, 2, 2}, Bounds{0, 1}, false});
      },
      ErrorKind::configuration, {"three channels", "[1,2,2]"});
}

}  // namespace
}  // namespace tacit::attacks
