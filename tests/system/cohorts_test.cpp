// Clients with settings of their own, in one run.
#include "core/files.h"
#include "system/experiment_file.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

constexpr const char* two_cohorts = R"(
[[training.cohorts]]
name = "slow"
clients = ["client-2"]
batch_size = 48
learning_rate = 0.02
[[training.cohorts]]
name = "eager"
share = 0.5
local_epochs = 3
optimizer = "adam"
learning_rate = 0.01
)";

TEST(Cohorts, GiveTheSameBitsInEveryMode) {
  const TemporaryFolder alone, wire, without;
  const auto file = write_experiment(alone.path(), 3, 5, two_cohorts);
  const auto one = run_json({"simulate", file, "--mode", "in-process"});
  const auto many = run_json({"simulate", write_experiment(wire.path(), 3, 5, two_cohorts), "--mode", "processes"});
  EXPECT_EQ(many.at("model_sha256"), one.at("model_sha256"));
  EXPECT_NE(run_json({"simulate", write_experiment(without.path(), 3, 5)}).at("model_sha256"), one.at("model_sha256"));
  const auto cohorts = run_json({"data", file}).at("cohorts");
  ASSERT_EQ(cohorts.size(), 5u);
  EXPECT_EQ(cohorts[1], "slow");
  for (const std::size_t other : {0, 2, 3, 4})
    EXPECT_TRUE(cohorts[other] == "eager" || cohorts[other].is_null()) << cohorts;
}

TEST(Cohorts, AClientThatDoesNotExistIsRefused) {
  const TemporaryFolder folder;
  const auto file = write_experiment(
      folder.path(), 1, 2, "[[training.cohorts]]\nname = \"a\"\nclients = [\"client-9\"]\nlocal_epochs = 2\n");
  TacitProcess process({"simulate", file});
  EXPECT_EQ(process.wait(), 3);
  EXPECT_NE(process.errors().find("there is no client 'client-9' among client-1 to client-2"), std::string::npos)
      << process.errors();
}

}  // namespace
}  // namespace tacit::system_tests
