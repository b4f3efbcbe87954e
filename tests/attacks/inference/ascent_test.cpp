#include "attacks/malicious/ascent.h"

#include "attacks/recorded_run.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

/// Against central differences of the loss in double.
TEST(AscentStep, IsTheGradientTimesTheRate) {
  const RecordedRun run(tanh_mlp_toml, {64}, 10);
  const Candidates candidates{random_inputs(3 * 64, -1, 1, 4), {2, 7, 7}};
  const double rate = 2.5;
  const std::vector<float> step = ascent_step(run.model(), run.theta(), candidates, rate);
  const models::Model<double> model = observed_model(run.description());
  std::vector<double> theta(run.theta().begin(), run.theta().end());
  const std::vector<double> inputs(candidates.inputs.begin(), candidates.inputs.end());
  const std::vector<double> targets = model.targets_of(candidates.labels);
  models::Evaluation<double> evaluation(model);
  for (std::size_t i = 0; i < theta.size(); i += 97) {
    const double at = theta[i], h = 1e-5;
    double difference = 0;
    for (const double sign : {1.0, -1.0}) {
      theta[i] = at + sign * h;
      difference += sign * evaluation.gradient(theta, {inputs, targets, 3}, {.theta = {}, .inputs = {}, .targets = {}});
    }
    theta[i] = at;
    EXPECT_NEAR(step[i], rate * difference / (2 * h), 1e-5) << i;
  }
}

TEST(AscentStep, RefusesWhatItCannotClimb) {
  const RecordedRun run(tanh_mlp_toml, {64}, 10);
  expect_error([&] { ascent_step(run.model(), run.theta(), {}, 1); }, ErrorKind::usage, {"64 features", "0 examples"});
  expect_error(
      [&] {
        ascent_step(run.model(), run.theta(), {random_inputs(65, 0, 1, 1), {1}}, 1);
      },
      ErrorKind::usage, {"65 numbers"});
}

}  // namespace
}  // namespace tacit::attacks
