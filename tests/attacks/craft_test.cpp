#include "attacks/malicious/craft.h"

#include "attacks/attack_case.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

std::unique_ptr<const Craft> craft(const std::string& toml) {
  ConfigTable table = ConfigTable::parse_text(toml, "craft.toml");
  auto made = make_craft(table);
  table.finish();
  return made;
}

TEST(Crafts, AreNamedAndReadTheirKeys) {
  EXPECT_EQ(craft_names(), (std::vector<std::string>{"fishing", "imprint", "loki", "trap_weights"}));
  expect_error([] { craft("craft = \"imprints\""); }, ErrorKind::configuration, {"imprints", "trap_weights"});
  expect_error([] { craft("craft = \"imprint\"\nmean = 0.5"); }, ErrorKind::configuration, {"deviation"});
  expect_error([] { craft("craft = \"fishing\""); }, ErrorKind::configuration, {"class"});
  expect_error([] { craft("craft = \"fishing\"\nclass = 1\ncutoff = 0.5"); }, ErrorKind::configuration, {"cutoff"});
  expect_error([] { craft("craft = \"trap_weights\"\nscale = 1.5"); }, ErrorKind::configuration, {"scale"});
  craft("craft = \"loki\"\nclient = 0\nmean = 0.5\ndeviation = 0.1");
}

TEST(Crafts, RefuseModelsWithoutTheLayers) {
  const RecordedRun no_bias("[[layers]]\ntype = \"linear\"\noutputs = 10\nbias = false\n", {1, 4, 4}, 10);
  for (const char* toml :
       {"craft = \"imprint\"\nmean = 0.5\ndeviation = 0.1", "craft = \"trap_weights\"",
        "craft = \"fishing\"\nclass = 1", "craft = \"loki\"\nclient = 0\nmean = 0.5\ndeviation = 0.1"}) {
    std::vector<float> theta(no_bias.theta().begin(), no_bias.theta().end());
    const std::vector<float> before = theta;
    expect_error([&] { craft(toml)->write(no_bias.model(), 1, theta); }, ErrorKind::configuration, {"with a bias"});
    EXPECT_EQ(theta, before);
  }
  const RecordedRun run(tanh_mlp_toml, {1, 4, 4}, 10);
  std::vector<float> theta(run.theta().begin(), run.theta().end());
  expect_error([&] { craft("craft = \"fishing\"\nclass = 10")->write(run.model(), 1, theta); },
               ErrorKind::configuration, {"class 10", "10 classes"});
  expect_error([&] { craft("craft = \"fishing\"\nclass = 1\nfeature = 32")->write(run.model(), 1, theta); },
               ErrorKind::configuration, {"feature 32", "32 inputs"});
}

}  // namespace
}  // namespace tacit::attacks
