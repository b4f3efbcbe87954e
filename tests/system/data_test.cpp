#include "core/files.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

TEST(DataCommand, ShowsWhatEachClientHolds) {
  const TemporaryFolder folder;
  const auto config = folder.path() / "e.toml", bubbles = folder.path() / "b.svg";
  write_atomically(config, std::string_view("[data]\nsource = \"iris\"\n"
                                            "[partition]\nscheme = \"pathological\"\nclasses_per_client = 1\n"
                                            "[model]\n[[model.layers]]\ntype = \"linear\"\noutputs = 3\n"
                                            "[coordinator]\nrounds = 1\n[simulation]\nclients = 3\n"));
  const nlohmann::json about = run_json({"data", config, "--bubbles", bubbles});
  EXPECT_EQ(about.at("train"), 120);
  ASSERT_EQ(about.at("clients").size(), 3u);
  for (const auto& client : about.at("clients")) {
    EXPECT_EQ(client.at("examples"), 40);
    EXPECT_NEAR(client.at("label_skew").get<double>(), 2.0 / 3, 1e-12);
  }
  EXPECT_NE(read_text(bubbles).find("<circle"), std::string::npos);
}

// Two parties and a coordinator with files of their own agree on components that nobody's examples left home for.
TEST(PcaCommand, PartiesAgreeOnOneProjection) {
  const TemporaryFolder folder;
  const auto party = [&](const std::string& name, int from) {
    std::string rows = "a,b,c,y\n";
    for (int i = from; i < from + 20; ++i)
      rows += std::to_string(i) + "," + std::to_string(2 * i + i % 3) + "," + std::to_string(i % 5) + "," +
              std::to_string(i % 2) + "\n";
    write_atomically(folder.path() / (name + ".csv"), rows);
    write_atomically(folder.path() / (name + ".toml"),
                     "[data]\nsource = \"table\"\nfile = \"" + (folder.path() / (name + ".csv")).string() + "\"\n");
    const auto told =
        run_json({"pca", "moments", folder.path() / (name + ".toml"), "--output", folder.path() / (name + ".npz")});
    EXPECT_EQ(told.at("examples"), 16);
    EXPECT_EQ(told.at("features"), 3);
  };
  party("north", 0);
  party("south", 50);
  const auto projection = folder.path() / "pca.npz";
  const auto merged = run_json({"pca", "merge", folder.path() / "north.npz", folder.path() / "south.npz",
                                "--components", "2", "--standardise", "--output", projection});
  EXPECT_EQ(merged.at("examples"), 32);
  EXPECT_GT(merged.at("kept_variance").get<double>(), 0.9);
  write_atomically(folder.path() / "e.toml", read_text(folder.path() / "north.toml") + "projection = \"" +
                                                 projection.string() +
                                                 "\"\n[model]\n[[model.layers]]\ntype = \"linear\"\noutputs = 2\n"
                                                 "[coordinator]\nrounds = 1\n[simulation]\nclients = 2\n");
  EXPECT_EQ(run_json({"data", folder.path() / "e.toml"}).at("feature_shape"), nlohmann::json({2}));
  TacitProcess wrong(
      {"pca", "moments", (folder.path() / "e.toml").string(), "--output", (folder.path() / "x.npz").string()});
  EXPECT_EQ(wrong.wait(), 3);
}

}  // namespace
}  // namespace tacit::system_tests
