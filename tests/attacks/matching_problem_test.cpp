#include "attacks/matching_problem.h"

#include "attacks/finite_differences.h"
#include "attacks/random_vector.h"
#include "core/config.h"
#include "models/specification.h"

namespace tacit::attacks {
namespace {

models::Model<double> model_from(const std::string& toml, const Shape& shape, std::size_t classes) {
  return models::build_model<double>(ConfigTable::parse_text(toml, "model.toml"), shape, classes);
}

struct Case {
  const char* name;
  std::string model;
  Shape shape;
  std::size_t classes;
};

const Case cases[] = {
    {"tanh",
     "[[layers]]\ntype = \"linear\"\noutputs = 7\n[[layers]]\ntype = \"tanh\"\n[[layers]]\ntype = \"linear\"\noutputs "
     "= 4\n",
     {1, 3, 3},
     4},
    {"sigmoid_mse",
     "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"linear\"\noutputs = 6\n[[layers]]\ntype = \"sigmoid\"\n"
     "[[layers]]\ntype = \"linear\"\noutputs = 3\n",
     {1, 3, 3},
     3},
    {"circuit",
     "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 4\nencoding = \"angle\"\nlayers = 2\n"
     "observables = \"z_mean\"\n",
     {1, 2, 2},
     2},
    {"hybrid",
     "[[layers]]\ntype = \"linear\"\noutputs = 3\n[[layers]]\ntype = \"tanh\"\n[[layers]]\ntype = \"quantum\"\nqubits "
     "= 3\n"
     "encoding = \"angle\"\nlayers = 1\n[[layers]]\ntype = \"linear\"\noutputs = 3\n",
     {1, 2, 2},
     3},
};

class MatchingGradient : public ::testing::TestWithParam<std::tuple<std::size_t, const char*, bool>> {};

TEST_P(MatchingGradient, IsThatOfTheWholeObjective) {
  const auto& [index, objective_name, joint] = GetParam();
  const Case& tested = cases[index];
  const auto model = model_from(tested.model, tested.shape, tested.classes);
  const auto objective =
      make_objective(ConfigTable::parse_text("name = \"" + std::string(objective_name) + "\"", "test.toml"));
  const auto tv = make_prior(ConfigTable::parse_text("name = \"total_variation\"\nweight = 0.01", "test.toml"));
  const auto box = make_prior(ConfigTable::parse_text("name = \"box\"\nweight = 0.1", "test.toml"));
  const std::size_t count = 2;
  const auto theta = model.initial_parameters(3);

  // The observed gradient is that of another batch.
  std::vector<double> observed(theta.size());
  const auto other = uniform_vector(count * model.input_size(), 0, 1, 11);
  const auto other_targets = model.targets_of(std::vector<std::int32_t>{0, 1});
  models::Evaluation<double>(model).gradient(theta, {other, other_targets, count},
                                             {.theta = observed, .inputs = {}, .targets = {}});
  const MatchingTarget target{
      &model, theta, observed, objective.get(), {tv.get(), box.get()}, {tested.shape, Bounds{0.2, 0.8}, false}, count};
  MatchingProblem problem(target, joint ? std::vector<double>() : model.targets_of(std::vector<std::int32_t>{1, 1}));
  EXPECT_EQ(problem.joint(), joint);

  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const auto at = uniform_vector(problem.variables(), -0.3, 1.3, 100 + seed);
    std::vector<double> gradient(problem.variables()), scratch(problem.variables());
    const double value = problem.evaluate(at, gradient);
    EXPECT_GT(value, problem.score(at));  // priors add
    const auto numeric =
        numeric_gradient([&](std::span<const double> x) { return problem.evaluate(x, scratch); }, at, 1e-4);
    EXPECT_LT(relative_difference(gradient, numeric), 1e-7) << seed;
  }
}

/// Value and gradient in single precision are those of double, to its precision.
TEST_P(MatchingGradient, InFloatIsNearThatInDouble) {
  const auto& [index, objective_name, joint] = GetParam();
  const Case& tested = cases[index];
  const auto model = model_from(tested.model, tested.shape, tested.classes);
  const auto objective =
      make_objective(ConfigTable::parse_text("name = \"" + std::string(objective_name) + "\"", "test.toml"));
  SingleTarget single{
      models::build_model<float>(ConfigTable::parse_text(tested.model, "model.toml"), tested.shape, tested.classes),
      {},
      {}};
  single.theta = single.model.initial_parameters(3);
  const std::vector<double> theta(single.theta.begin(), single.theta.end());
  const auto observed = uniform_vector(theta.size(), -0.2, 0.2, 12);
  single.gradient.assign(observed.begin(), observed.end());
  MatchingTarget target{&model, theta, observed, objective.get(), {}, {tested.shape, Bounds{0, 1}, false}, 2};
  const auto fixed = joint ? std::vector<double>() : model.targets_of(std::vector<std::int32_t>{1, 1});
  MatchingProblem in_double(target, fixed);
  target.single = &single;
  MatchingProblem in_float(target, fixed);
  const auto at = uniform_vector(in_double.variables(), 0, 1, 13);
  std::vector<double> expected(at.size()), gradient(at.size());
  const double value = in_double.evaluate(at, expected);
  EXPECT_NEAR(in_float.evaluate(at, gradient), value, 1e-5 * value);
  EXPECT_LT(relative_difference(gradient, expected), 1e-4);
  EXPECT_NE(gradient, expected);  // it did run in float
}

INSTANTIATE_TEST_SUITE_P(Models, MatchingGradient,
                         ::testing::Combine(::testing::Range<std::size_t>(0, std::size(cases)),
                                            ::testing::Values("euclidean", "cosine"), ::testing::Bool()),
                         [](const auto& tested) {
                           return std::string(cases[std::get<0>(tested.param)].name) + "_" + std::get<1>(tested.param) +
                                  (std::get<2>(tested.param) ? "_joint" : "_fixed");
                         });

TEST(SoftLabelMap, StaysOnTheSimplexOrBetweenTheSigns) {
  std::vector<double> targets(6);
  SoftLabels(3).targets(std::vector<double>{900, 0, -900, 1, 1, 1}, targets);
  EXPECT_EQ(targets, (std::vector<double>{1, 0, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3}));
  SoftLabels(1).targets(std::vector<double>{900, -900, 0, 0, 0, 0}, targets);
  EXPECT_EQ(targets, (std::vector<double>{1, -1, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace tacit::attacks
