#include "models/training_cohorts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/local_training.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

ConfigTable section(const std::string& text) {
  return ConfigTable::parse_text("[training]\n" + text, "t.toml").table("training");
}

constexpr const char* two_cohorts = R"(local_epochs = 5
batch_size = 32
learning_rate = 0.05
[[training.cohorts]]
name = "slow"
share = 0.3
local_epochs = 1
[[training.cohorts]]
name = "small"
clients = ["client-2", "site"]
batch_size = 8
optimizer = "adam"
learning_rate = 0.01
)";

TEST(TrainingCohorts, AClientHasTheSettingsOfItsCohort) {
  const LocalTraining plain = LocalTraining::from_config(section(two_cohorts));
  EXPECT_EQ(plain.local_epochs, 5u);
  EXPECT_EQ(plain.batch_size, 32u);
  const LocalTraining small = LocalTraining::from_config(section(two_cohorts), "client-2");
  EXPECT_EQ(small.local_epochs, 5u);
  EXPECT_EQ(small.batch_size, 8u);
  EXPECT_EQ(small.optimizer.name, "adam");
  EXPECT_EQ(small.learning_rate, 0.01);
  ConfigTable table = section(two_cohorts);
  const TrainingCohorts cohorts(table);
  EXPECT_THAT(cohorts.names(), ::testing::ElementsAre("slow", "small"));
  for (int i = 0; i < 50; ++i) {
    const std::string client = "client-" + std::to_string(i);
    const LocalTraining own = LocalTraining::from_config(section(two_cohorts), client);
    const std::size_t cohort = cohorts.of(client);
    EXPECT_EQ(own.local_epochs, cohort == 0 ? 1u : 5u);
    EXPECT_EQ(own.batch_size, cohort == 1 ? 8u : 32u);
    EXPECT_EQ(cohort == 1, client == "client-2");
  }
}

// u(c) of these names, by hashlib.sha256(f"{seed}:{name}") in Python: the number that decides is the documented one.
TEST(TrainingCohorts, TheDrawIsThatOfTheDocumentedHash) {
  const auto belongs = [](const std::string& share, const std::string& client, const std::string& more = "") {
    ConfigTable table = section(more + "[[training.cohorts]]\nname = \"a\"\nshare = " + share + "\nlocal_epochs = 2\n");
    return TrainingCohorts(table).of(client) == 0;
  };
  EXPECT_TRUE(belongs("0.364966", "client-1"));
  EXPECT_FALSE(belongs("0.364962", "client-1"));
  EXPECT_TRUE(belongs("0.441284", "site-a", "cohort_seed = 9\n"));
  EXPECT_FALSE(belongs("0.441280", "site-a", "cohort_seed = 9\n"));
}

TEST(TrainingCohorts, SharesAreMetOnAverage) {
  ConfigTable table = section(
      "[[training.cohorts]]\nname = \"a\"\nshare = 0.3\nlocal_epochs = 2\n"
      "[[training.cohorts]]\nname = \"b\"\nshare = 0.5\nlocal_epochs = 3\n");
  const TrainingCohorts cohorts(table);
  std::vector<double> counts(3);
  for (int i = 1; i <= 10'000; ++i) ++counts[cohorts.of("client-" + std::to_string(i))];
  // Five standard deviations of a binomial count are at most 250.
  EXPECT_NEAR(counts[0], 3000, 250);
  EXPECT_NEAR(counts[1], 5000, 250);
  EXPECT_NEAR(counts[2], 2000, 250);
}

TEST(TrainingCohorts, MistakesAreNamedWithTheirPlace) {
  const auto refused = [](const std::string& text) {
    return refusal(ErrorKind::configuration, [&] { LocalTraining::from_config(section(text)); });
  };
  const auto cohort = [](const std::string& keys) { return "[[training.cohorts]]\nname = \"a\"\n" + keys; };
  EXPECT_THAT(refused(cohort("share = 0.5\n")), AllOf(HasSubstr("t.toml:"), HasSubstr("no setting of its own")));
  EXPECT_THAT(refused(cohort("local_epochs = 2\n")), HasSubstr("either share or clients"));
  EXPECT_THAT(refused(cohort("share = 0.5\nclients = [\"c\"]\nlocal_epochs = 2\n")),
              HasSubstr("either share or clients"));
  EXPECT_THAT(refused(cohort("share = 0.5\nalgorithm = \"fedsgd\"\n")),
              AllOf(HasSubstr("algorithm"), HasSubstr("the same for all clients")));
  EXPECT_THAT(refused(cohort("share = 0.5\nlocal_epoch = 2\n")), HasSubstr("local_epochs"));
  EXPECT_THAT(refused(cohort("share = 0.5\nlocal_epochs = 0\n")), HasSubstr("local_epochs"));
  EXPECT_THAT(refused(cohort("share = 0.6\nlocal_epochs = 2\n") +
                      "[[training.cohorts]]\nname = \"b\"\nshare = 0.6\nlocal_epochs = 3\n"),
              HasSubstr("1.2, more than 1"));
  EXPECT_THAT(refused(cohort("share = 0.6\nlocal_epochs = 2\n") + cohort("share = 0.1\nlocal_epochs = 3\n")),
              HasSubstr("no other cohort has"));
  EXPECT_THAT(refused(cohort("clients = [\"c\", \"c\"]\nlocal_epochs = 2\n")), HasSubstr("'c' stands twice"));
  EXPECT_THAT(refused("cohort_seed = 3\n"), HasSubstr("cohort_seed"));
}

// What shapes a client's steps would be ignored where it takes none.
TEST(LocalTraining, FedSgdRefusesWhatItWouldIgnore) {
  for (const std::string key : {"local_epochs = 2", "optimizer = \"adam\"", "momentum = 0.5", "warmup = 3",
                                "schedule = \"cosine\"", "weight_decay = 0.1"})
    EXPECT_THAT(refusal(ErrorKind::configuration,
                        [&] { LocalTraining::from_config(section("algorithm = \"fedsgd\"\n" + key + "\n")); }),
                AllOf(HasSubstr("training." + key.substr(0, key.find(' '))), HasSubstr("fedsgd")));
  EXPECT_EQ(LocalTraining::from_config(section("algorithm = \"fedsgd\"\nbatch_size = 4\n")).batch_size, 4u);
}

}  // namespace
}  // namespace tacit::models
