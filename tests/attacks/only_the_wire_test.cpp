// Promise P3: the attacker sees only the wire. By type, by what the sources include, by information, and by bytes.
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <regex>
#include <set>
#include <type_traits>

#include "attacks/attack.h"
#include "attacks/recorded_run.h"
#include "attacks/score.h"
#include "core/expect_error.h"
#include "core/files.h"
#include "datasets/dataset.h"

namespace tacit::attacks {
namespace {

// By type. A structured binding names every member there is, so a new one does not compile until it is listed here.
template <class T, class... Allowed>
constexpr bool one_of = (std::is_same_v<std::remove_cvref_t<T>, Allowed> || ...);

[[maybe_unused]] void members_are_plain_values_that_were_sent(const Observation::Contents& contents) {
  const auto& [run, round, client, model, kind, update, examples, training_loss, scope] = contents;
  static_assert(one_of<decltype(run), RunDescription>);
  static_assert(one_of<decltype(round), std::uint32_t>);
  static_assert(one_of<decltype(client), std::string>);
  static_assert(one_of<decltype(model), Parameters>);
  static_assert(one_of<decltype(kind), UpdateKind>);
  static_assert(one_of<decltype(update), std::vector<float>>);
  static_assert(one_of<decltype(examples), std::uint64_t>);
  static_assert(one_of<decltype(training_loss), double>);
  static_assert(one_of<decltype(scope), Scope>);
  const auto& [name, model_toml, training_toml, pipeline_toml, input_shape, classes, targets, audit] = run;
  static_assert(one_of<decltype(name), std::string>);
  static_assert(one_of<decltype(model_toml), std::string>);
  static_assert(one_of<decltype(training_toml), std::string>);
  static_assert(one_of<decltype(pipeline_toml), std::string>);
  static_assert(one_of<decltype(input_shape), Shape>);
  static_assert(one_of<decltype(classes), std::size_t>);
  static_assert(one_of<decltype(targets), std::size_t>);
  static_assert(one_of<decltype(audit), std::string>);
}
// Only a recording makes one.
static_assert(!std::is_default_constructible_v<Observation>);
static_assert(!std::is_aggregate_v<Observation>);
static_assert(!std::is_constructible_v<Observation, Observation::Contents>);
static_assert(!std::is_constructible_v<Observation, datasets::Dataset>);
static_assert(sizeof(Observation) == sizeof(Observation::Contents));
// The entrances of attacks take observations, the threat model, settings and, declared, labels.
static_assert(std::is_same_v<decltype(&run_attack),
                             AttackResult (*)(const Observation&, const ThreatModel&, const AttackSettings&,
                                              const KnownLabels*, const AttackControl&)>);
static_assert(std::is_same_v<decltype(&run_attack_on_rounds),
                             AttackResult (*)(std::span<const Observation>, const ThreatModel&, const AttackSettings&,
                                              const KnownLabels*, const AttackControl&)>);

std::filesystem::path source_folder() {
  const char* folder = std::getenv("TACIT_SOURCE");
  return folder != nullptr ? folder : std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
}

/// Every header of ours that a file reaches.
void collect_includes(const std::filesystem::path& root, const std::string& file, std::set<std::string>& seen) {
  static const std::regex include("#include \"([^\"]+)\"");
  if (!std::filesystem::exists(root / file) || !seen.insert(file).second) return;
  std::ifstream stream(root / file);
  for (std::string line; std::getline(stream, line);) {
    std::smatch found;
    if (std::regex_search(line, found, include)) collect_includes(root, found[1], seen);
  }
}

TEST(OnlyTheWire, NoSourceOfAnAttackReachesDataSetsOrScores) {
  const auto root = source_folder();
  ASSERT_TRUE(std::filesystem::exists(root / "attacks/attack.cpp"))
      << "set TACIT_SOURCE to the root of the sources: " << root;
  std::set<std::string> reached;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "attacks")) {
    const std::string file = std::filesystem::relative(entry.path(), root).string();
    // Scores compare with the truth after an attack; rows and reports keep and show what scores gave. None of them is
    // part of an attack.
    if (file.starts_with("attacks/report/") || file.starts_with("attacks/rows/") || file == "attacks/score.cpp" ||
        file == "attacks/score.h" || file.starts_with("attacks/metrics/identifiability"))
      continue;
    if (entry.path().extension() == ".cpp" || entry.path().extension() == ".h") collect_includes(root, file, reached);
  }
  EXPECT_TRUE(reached.contains("models/model.h"));
  for (const std::string& file : reached) {
    EXPECT_FALSE(file.starts_with("datasets/")) << file;
    EXPECT_FALSE(file.starts_with("client/")) << file;
    EXPECT_FALSE(file.starts_with("coordinator/")) << file;
    EXPECT_NE(file, "attacks/score.h");
  }
}

AttackSettings quick_matching() {
  return AttackSettings::from_config(ConfigTable::parse_text(R"(
name = "quick"
method = "gradient_matching"
restarts = 2
[objective]
name = "euclidean"
[solver]
name = "lbfgs"
iterations = 15
[initialiser]
name = "normal"
[labels]
name = "joint"
)",
                                                             "quick.toml"));
}

TEST(OnlyTheWire, EqualBytesGiveEqualResultsWhateverTheTruth) {
  // Without a hidden layer only the sum of two inputs of one label shows in their gradient (same residual at zero
  // weights): x1 = s + d, x2 = s - d send the same bytes for every exactly representable d.
  const std::string linear = "[[layers]]\ntype = \"linear\"\noutputs = 3\n";
  const std::vector<std::int32_t> labels{2, 2};
  std::vector<std::string> serialized;
  std::vector<AttackResult> results;
  std::vector<std::vector<float>> truths;
  for (const float spread : {0.0f, 0.25f, -0.125f}) {
    RecordedRun run(linear, {4}, 3);
    run.set_theta(std::vector<float>(run.theta().size(), 0.0f));
    std::vector<float> inputs{0.5f, 0.25f, 0.75f, 0.5f, 0.5f, 0.25f, 0.75f, 0.5f};
    for (std::size_t j = 0; j < 4; ++j) {
      inputs[j] += spread;
      inputs[4 + j] -= spread;
    }
    const Observation seen = run.observe_gradient(inputs, labels);
    truths.push_back(inputs);
    serialized.push_back(seen.serialize());
    results.push_back(run_attack(seen, {}, quick_matching()));
  }
  EXPECT_NE(truths[0], truths[1]);
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(serialized[i], serialized[0]);
    EXPECT_EQ(results[i].inputs, results[0].inputs);
    EXPECT_EQ(results[i].labels, results[0].labels);
    EXPECT_EQ(results[i].score, results[0].score);
  }
}

bool contains(const std::string& bytes, const void* data, std::size_t size) {
  return bytes.find(std::string(static_cast<const char*>(data), size)) != std::string::npos;
}

TEST(OnlyTheWire, NoTrueFeatureStandsInTheBytesOfAnObservation) {
  RecordedRun run(tanh_mlp_toml, {64}, 10);
  const auto inputs = random_inputs(64, 0.1, 1, 5);
  const Observation seen = run.observe_gradient(inputs, std::vector<std::int32_t>{7});
  const std::string bytes = seen.serialize();
  // The scan does find what is there: a value of the update.
  EXPECT_TRUE(contains(bytes, &seen.update()[40], sizeof(float)));
  for (const float value : inputs) {
    const double wide = value;
    EXPECT_FALSE(contains(bytes, &value, sizeof(value))) << value;
    EXPECT_FALSE(contains(bytes, &wide, sizeof(wide))) << value;
  }
}

TEST(OnlyTheWire, LabelsEnterOnlyUnderAThreatModelThatGrantsThem) {
  RecordedRun run(tanh_mlp_toml, {64}, 10);
  const Observation seen = run.observe_gradient(random_inputs(64, 0, 1, 5), std::vector<std::int32_t>{7});
  const KnownLabels labels{{7}};
  expect_error([&] { run_attack(seen, {}, quick_matching(), &labels); }, ErrorKind::usage,
               {"labels that the threat model denies"});
}

}  // namespace
}  // namespace tacit::attacks
