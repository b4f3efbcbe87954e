#include "attacks/learned/learned_inversion.h"

#include <cmath>
#include <fstream>
#include <numbers>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/learned/public_examples.h"
#include "attacks/score.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

using std::numbers::pi;

std::string circuit(const std::string& axis) {
  return "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 2\nencoding = \"angle\"\n"
         "encoding_axis = \"" +
         axis + "\"\nlayers = 3\nobservables = \"z_mean\"\n";
}

constexpr const char* small = "method = \"learned\"\npairs = 2048\nepochs = 30\nhidden = 64\n";

double mean_error(const std::string& model, const std::string& attack) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    RecordedRun run(model, {2}, 2, fedsgd_toml, seed);
    run.set_theta(random_inputs(run.theta().size(), 0, 2 * pi, 50 + seed));
    const auto inputs = random_inputs(2, 0, pi, seed);
    const std::vector<std::int32_t> label{static_cast<std::int32_t>(seed % 2)};
    const AttackResult result =
        run_attack(run.observe_gradient(inputs, label), honest_but_curious({0, pi}, true), settings(attack));
    sum += score(result, {wide(inputs), label}, {{2}, Bounds{0, pi}, true}).examples[0].largest_error;
  }
  return sum / 3;
}

TEST(LearnedInversion, LearnsWhatLeavesATraceAndNothingElse) {
  EXPECT_LT(mean_error(circuit("x"), small), 0.35);
  EXPECT_GT(mean_error(circuit("z"), small), 0.4);  // R_Z on |0> leaves none: the network can only guess the middle
}

TEST(LearnedInversion, TrainsOnPublicDataOnlyIfThereAreAny) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "public.csv";
  {
    std::ofstream stream(file);
    for (int i = 0; i < 500; ++i) stream << 0.001 * i << "," << 1 + 0.001 * i << "\n";
  }
  const std::string attack = small + ("public_data = \"" + file.string() + "\"\n");
  RecordedRun run(circuit("x"), {2}, 2);
  const Observation seen = run.observe_gradient(std::vector<float>{0.2f, 1.2f}, std::vector<std::int32_t>{1});
  ThreatModel threat_model = honest_but_curious({0, pi}, true);
  expect_error([&] { run_attack(seen, threat_model, settings(attack)); }, ErrorKind::configuration, {"public data"});
  threat_model.knows_public_data = true;
  const AttackResult result = run_attack(seen, threat_model, settings(attack));
  EXPECT_NEAR(result.inputs[0], 0.2, 0.1);
  EXPECT_NEAR(result.inputs[1], 1.2, 0.1);
  EXPECT_NE(result.notes[0].find("public data"), std::string::npos);
}

TEST(PublicExamples, NameWhatIsWrong) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "p.csv";
  const auto with = [&](const std::string& text) {
    std::ofstream(file) << text;
    return read_public_examples(file, 2);
  };
  EXPECT_EQ(with("1,2\r\n\n3.5,-4\n"), (std::vector<double>{1, 2, 3.5, -4}));
  expect_error([&] { with("1,2\n3\n"); }, ErrorKind::data, {"p.csv:2", "expected 2"});
  expect_error([&] { with("1,x\n"); }, ErrorKind::data, {"p.csv:1", "'x'"});
  expect_error([&] { with("1,nan\n"); }, ErrorKind::data, {"finite"});
  expect_error([&] { with("\n"); }, ErrorKind::data, {"no rows"});
  expect_error([&] { read_public_examples(folder.path() / "none", 2); }, ErrorKind::io, {"none"});
}

TEST(LearnedInversion, RefusesBatchesAndUnknownBounds) {
  RecordedRun run(circuit("x"), {2}, 2);
  const Observation two = run.observe_gradient(random_inputs(4, 0, 1, 1), std::vector<std::int32_t>{0, 1});
  expect_error(
      [&] {
        run_attack(two, honest_but_curious({0, pi}, true), settings(small));
      },
      ErrorKind::configuration, {"one example", "2"});
  RecordedRun single(circuit("x"), {2}, 2);
  const Observation seen = single.observe_gradient(random_inputs(2, 0, 1, 1), std::vector<std::int32_t>{0});
  ThreatModel blind;
  blind.knows_feature_bounds = false;
  expect_error([&] { run_attack(seen, blind, settings(small)); }, ErrorKind::configuration, {"bounds of the features"});
}

}  // namespace
}  // namespace tacit::attacks
