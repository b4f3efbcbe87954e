#include "coordinator/config.h"

#include "coordinator/run_rig.h"
#include "core/error.h"

namespace tacit::coordinator {
namespace {

CoordinatorConfig parse(const std::string& text) {
  ConfigTable file = ConfigTable::parse_text(text, "run.toml");
  const CoordinatorConfig config = CoordinatorConfig::from_config(file.table("coordinator"));
  file.finish();
  return config;
}

std::string refusal(const std::string& text) {
  try {
    parse("[coordinator]\n" + text);
  } catch (const Error& error) {
    return fmt::format("{}: {}", to_string(error.kind()), error.what());
  }
  return "no error";
}

TEST(CoordinatorConfig, HasDefaultsAndReadsEveryKey) {
  const CoordinatorConfig plain = parse("[coordinator]\nrounds = 20\nminimum_clients = 3\n");
  EXPECT_EQ(plain.rounds, 20u);
  EXPECT_EQ(plain.algorithm, "fedavg");
  EXPECT_EQ(plain.server_learning_rate, 1.0);
  EXPECT_EQ(plain.round_deadline, std::chrono::hours(1));
  EXPECT_TRUE(plain.clients.empty());
  const CoordinatorConfig full = parse(R"([coordinator]
rounds = 2
algorithm = "fedsgd"
server_learning_rate = 0.5
minimum_clients = 4
cohort_size = 3
minimum_updates = 2
join_deadline_seconds = 1.5
round_deadline_seconds = 0.25
heartbeat_seconds = 2
seed = 77
chunk_bytes = 4096
clients = ["a", "b", "c", "d"]
)");
  EXPECT_EQ(full.algorithm, "fedsgd");
  EXPECT_EQ(full.server_learning_rate, 0.5);
  EXPECT_EQ(full.minimum_clients, 4u);
  EXPECT_EQ(full.cohort_size, 3u);
  EXPECT_EQ(full.minimum_updates, 2u);
  EXPECT_EQ(full.join_deadline, std::chrono::milliseconds(1500));
  EXPECT_EQ(full.round_deadline, std::chrono::milliseconds(250));
  EXPECT_EQ(full.heartbeat, std::chrono::milliseconds(2000));
  EXPECT_EQ(full.seed, 77u);
  EXPECT_EQ(full.chunk_bytes, 4096u);
  EXPECT_EQ(full.clients.size(), 4u);
}

TEST(CoordinatorConfig, RefusesWhatCannotWorkAndSaysWhere) {
  using testing::HasSubstr;
  EXPECT_THAT(refusal("rounds = 1"), HasSubstr("minimum_clients"));
  EXPECT_THAT(refusal("rounds = 0\nminimum_clients = 1"), HasSubstr("run.toml:2"));
  EXPECT_THAT(refusal("rounds = 1\nminimum_clients = 1\nalgorithm = \"fedavgg\""), HasSubstr("fedavg"));
  EXPECT_THAT(refusal("rounds = 1\nminimum_clients = 2\ncohort_size = 3"), HasSubstr("run.toml:4"));
  EXPECT_THAT(refusal("rounds = 1\nminimum_clients = 2\nminimum_updates = 3"), HasSubstr("minimum_updates"));
  EXPECT_THAT(refusal("rounds = 1\nminimum_clients = 2\nclients = [\"a\"]"), HasSubstr("clients"));
  EXPECT_THAT(refusal("rounds = 1\nminimum_clients = 2\nclients = [\"a\", \"a\"]"), HasSubstr("twice"));
  EXPECT_THAT(refusal("rounds = 1\nminimum_clients = 2\nround_deadline_second = 3"),
              HasSubstr("round_deadline_seconds"));
}

TEST(ConfigurationHash, ChangesWithTheResultAndOnlyThen) {
  using namespace testing_rig;
  const CoordinatorConfig config = config_for(3, 2);
  const Digest hash = configuration_hash(config, description(), initial_model());
  EXPECT_EQ(configuration_hash(config, description(), initial_model()), hash);
  const auto with = [&](auto change) {
    CoordinatorConfig changed = config;
    change(changed);
    return configuration_hash(changed, description(), initial_model());
  };
  EXPECT_NE(with([](auto& c) { c.rounds = 3; }), hash);
  EXPECT_NE(with([](auto& c) { c.seed = 1; }), hash);
  EXPECT_NE(with([](auto& c) { c.algorithm = "fedsgd"; }), hash);
  EXPECT_NE(with([](auto& c) { c.server_learning_rate = std::nextafter(1.0, 2.0); }), hash);
  EXPECT_NE(with([](auto& c) { c.cohort_size = 2; }), hash);
  EXPECT_EQ(with([](auto& c) { c.round_deadline = std::chrono::seconds(1); }), hash);
  EXPECT_EQ(with([](auto& c) { c.clients = {"x", "y", "z"}; }), hash);
  Parameters other = initial_model();
  other.values()[0] += 1;
  EXPECT_NE(configuration_hash(config, description(), other), hash);
  RunDescription moved = description();
  moved.pipeline_toml = moved.training_toml;
  moved.training_toml = "";
  EXPECT_NE(configuration_hash(config, moved, initial_model()), hash);
}

}  // namespace
}  // namespace tacit::coordinator
