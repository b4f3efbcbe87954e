#include "attacks/lanes/side_by_side.h"

#include <numbers>
#include <stdexcept>

#include "attacks/attack.h"
#include "attacks/attack_case.h"

namespace tacit::attacks {
namespace {

constexpr double pi = std::numbers::pi;

struct Case {
  const char* name;
  const char* model;
  const char* labels;
};

const Case cases[] = {
    {"one_output",
     "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 3\nencoding = \"angle\"\n"
     "encoding_axis = \"y\"\nlayers = 2\nobservables = \"z_mean\"\n",
     "try_all"},
    {"softmax", "[[layers]]\ntype = \"quantum\"\nqubits = 3\nencoding = \"angle\"\nlayers = 1\noutputs = 2\n", "joint"},
    {"hybrid",
     "[[layers]]\ntype = \"linear\"\noutputs = 2\n[[layers]]\ntype = \"tanh\"\n[[layers]]\ntype = \"quantum\"\n"
     "qubits = 2\nencoding = \"angle\"\nlayers = 1\n[[layers]]\ntype = \"linear\"\noutputs = 2\n",
     "joint"},
};

AttackSettings matching(const char* labels, std::size_t restarts, const char* solver) {
  return settings("method = \"gradient_matching\"\nrestarts = " + std::to_string(restarts) +
                  "\n[objective]\nname = \"euclidean\"\n[solver]\n" + solver +
                  "\n[initialiser]\nname = \"uniform\"\n[labels]\nname = \"" + labels + "\"\n");
}

constexpr const char* lbfgs = "name = \"lbfgs\"\niterations = 25\n";
constexpr const char* adam = "name = \"adam\"\niterations = 12\nlearning_rate = 0.1\n";

void expect_same(const RestartRow& a, const RestartRow& b) {
  EXPECT_EQ(a.inputs, b.inputs);
  EXPECT_EQ(a.labels, b.labels);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.first_score, b.first_score);
  EXPECT_EQ(a.iterations, b.iterations);
  EXPECT_EQ(a.evaluations, b.evaluations);
  EXPECT_EQ(a.stopped, b.stopped);
}

/// The bits of a restart are those that it has alone, whatever runs beside it and on however many threads.
TEST(SideBySideRuns, HaveTheBitsOfRunsAlone) {
  for (const Case& tested : cases)
    for (const std::size_t examples : {1, 2})
      for (const char* solver : {lbfgs, adam}) {
        SCOPED_TRACE(std::string(tested.name) + " " + std::to_string(examples) + " " + solver);
        RecordedRun run(tested.model, {3}, 2, fedsgd_toml, 4);
        const auto inputs = random_inputs(3 * examples, 0, pi, 5);
        std::vector<std::int32_t> labels(examples);
        labels.back() = 1;
        const Observation seen = run.observe_gradient(inputs, labels);
        const ThreatModel threat_model = honest_but_curious({0, pi}, true);
        const auto rows_of = [&](std::size_t restarts, const AttackControl& control) {
          return run_attack(seen, threat_model, matching(tested.labels, restarts, solver), nullptr, control).rows;
        };
        const auto one = rows_of(1, {}), few = rows_of(3, {}), many = rows_of(11, {});
        const std::size_t candidates = one.size();
        for (std::size_t candidate = 0; candidate < candidates; ++candidate) {
          expect_same(many[candidate * 11], one[candidate]);
          for (std::size_t restart = 0; restart < 3; ++restart)
            expect_same(many[candidate * 11 + restart], few[candidate * 3 + restart]);
        }
        ThreadPool pool(2);
        AttackControl control;
        control.pool = &pool;
        const auto threaded = rows_of(11, control);
        ASSERT_EQ(threaded.size(), many.size());
        for (std::size_t row = 0; row < many.size(); ++row) expect_same(threaded[row], many[row]);
      }
}

/// Against the passes of an evaluation of its own, which differ in rounding only.
TEST(SideBySideRuns, ComputeWhatARunOfItsOwnComputes) {
  RecordedRun run(cases[0].model, {3}, 2);
  const models::Model<double> model = observed_model(run.description());
  ASSERT_TRUE(gains_from_lanes(model));
  const auto theta = model.initial_parameters(2);
  const auto narrow_inputs = random_inputs(3 * 9, 0, pi, 1);
  const std::vector<double> inputs(narrow_inputs.begin(), narrow_inputs.end()), targets{1},
      direction(theta.size(), 0.5);
  SideBySide lanes(model, theta, 1, 4);  // nine runs on four lanes
  std::size_t started = 0, finished = 0;
  lanes.for_each([&] { return started < 9 ? std::optional(started++) : std::nullopt; },
                 [&](std::size_t index, ModelPasses<double>& passes, const double& seconds) {
                   OwnPasses<double> own(model, theta);
                   const models::Examples<double> candidate{std::span(inputs).subspan(3 * index, 3), targets, 1};
                   std::vector<double> g(theta.size()), expected_g(theta.size()), x(3), expected_x(3), y(1),
                       expected_y(1);
                   for (std::size_t turn = 0; turn <= index; ++turn) {  // runs of unequal length
                     passes.gradient(candidate, g);
                     own.gradient(candidate, expected_g);
                   }
                   passes.pull_back(candidate, direction, x, y);
                   own.pull_back(candidate, direction, expected_x, expected_y);
                   for (std::size_t i = 0; i < g.size(); ++i) EXPECT_NEAR(g[i], expected_g[i], 1e-13);
                   for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(x[i], expected_x[i], 1e-13);
                   EXPECT_NEAR(y[0], expected_y[0], 1e-13);
                   EXPECT_GT(seconds, 0);
                   ++finished;
                 });
  EXPECT_EQ(finished, 9u);
}

TEST(SideBySideRuns, EndTogetherIfOneFails) {
  RecordedRun run(cases[0].model, {3}, 2);
  const models::Model<double> model = observed_model(run.description());
  const auto theta = model.initial_parameters(2);
  const std::vector<double> inputs(3), targets{1};
  std::size_t started = 0, finished = 0;
  SideBySide lanes(model, theta, 1, 4);
  EXPECT_THROW(lanes.for_each([&] { return started < 4 ? std::optional(started++) : std::nullopt; },
                              [&](std::size_t index, ModelPasses<double>& passes, const double&) {
                                std::vector<double> g(theta.size());
                                passes.gradient({inputs, targets, 1}, g);
                                if (index == 2) throw std::runtime_error("no more");
                                passes.gradient({inputs, targets, 1}, g);
                                ++finished;
                              }),
               std::runtime_error);
  EXPECT_EQ(finished, 0u);
}

TEST(SideBySideRuns, AreForCircuitsAndHybridsOnly) {
  for (const Case& tested : cases)
    EXPECT_TRUE(gains_from_lanes(observed_model(RecordedRun(tested.model, {3}, 2).description()))) << tested.name;
  EXPECT_FALSE(gains_from_lanes(observed_model(RecordedRun(tanh_mlp_toml, {1, 8, 8}, 10).description())));
}

}  // namespace
}  // namespace tacit::attacks
