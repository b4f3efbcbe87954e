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

}  // namespace
}  // namespace tacit::system_tests
