#include "bench/attack_work.h"

#include <cmath>
#include <numbers>
#include <optional>

#include "attacks/lanes/side_by_side.h"
#include "attacks/matching_problem.h"
#include "attacks/objectives/cosine.h"
#include "attacks/objectives/euclidean.h"
#include "attacks/priors/total_variation.h"
#include "attacks/solvers/adam.h"
#include "bench/networks.h"
#include "core/error.h"

namespace tacit::bench {
namespace {

constexpr std::size_t candidates_from = 100000000, truth_from = 300000000;
constexpr double pi = std::numbers::pi;

/// What an attack of one kind of model consists of.
struct Setting {
  Network network;
  Shape features;
  std::shared_ptr<const attacks::Objective> objective;
  std::shared_ptr<const attacks::Prior> prior;  ///< null: none
  attacks::AdamSettings adam;
  bool project = false;
  double low = 0, high = 1;  ///< of candidates
};

bool is_circuit(const AttackCase& which) {
  return which.model == "vqc8";
}

Setting inverting_gradients(const std::string& name) {
  const Network& network = network_named(name);
  Setting setting{.network = network,
                  .features = network.input.size() == 1 ? Shape{1, 28, 28} : network.input,
                  .objective = std::make_shared<const attacks::Cosine>(),
                  .prior = std::make_shared<const attacks::TotalVariation>(1e-4, false),
                  .adam = {},
                  .project = true};
  setting.adam.sign = true;
  return setting;
}

Setting circuit_matching() {
  return {.network = {"loss = \"mean_squared_error\"\n[[model.layers]]\ntype = \"quantum\"\nqubits = 8\n"
                      "encoding = \"angle\"\nlayers = 2\nentangler = \"cnot_ring\"\nobservables = \"z_mean\"\n",
                      {8},
                      2},
          .features = {8},
          .objective = std::make_shared<const attacks::Euclidean>(),
          .prior = nullptr,
          .adam = {},
          .low = -pi,
          .high = pi};
}

Setting setting_of(const AttackCase& which) {
  if (which.model != "mlp" && which.model != "lenet_dlg" && !is_circuit(which))
    fail(ErrorKind::usage, "no attack on '{}' is measured: mlp, lenet_dlg or vqc8", which.model);
  if (which.batch == 0 || which.restarts == 0)
    fail(ErrorKind::usage, "an attack has at least one example and one restart");
  if (which.precision != "float" && which.precision != "double")
    fail(ErrorKind::usage, "no precision '{}': float or double", which.precision);
  Setting setting = is_circuit(which) ? circuit_matching() : inverting_gradients(which.model);
  setting.adam.iterations = AttackWork::iterations;
  return setting;
}

class MatchingWork final : public AttackWork {
 public:
  explicit MatchingWork(const AttackCase& which)
      : which_(which),
        setting_(setting_of(which)),
        model_(model_of<double>(setting_.network, which.model)),
        solver_(setting_.adam),
        theta_(parameters()),
        targets_(model_.targets_of(is_circuit(which) ? std::vector<std::int32_t>(which.batch, 1)
                                                     : labels_in_turn(which.batch, model_.classes()))),
        observed_(theta_.size()) {
    const auto truth = candidate(truth_from);
    models::Evaluation<double>(model_).gradient(theta_, {truth, targets_, which.batch},
                                                {.theta = observed_, .inputs = {}, .targets = {}});
    if (which.precision == "float")
      single_.emplace(
          attacks::SingleTarget{model_of<float>(setting_.network, which.model), narrow(theta_), narrow(observed_)});
    if (which.precision == "double" && attacks::gains_from_lanes(model_))
      lanes_.emplace(model_, theta_, which.batch, which.restarts);
    else
      alone_.emplace(target(nullptr), targets_);
  }

  void call() override {
    if (!lanes_) {
      for (std::size_t restart = 0; restart < which_.restarts; ++restart) run(restart, *alone_);
      return;
    }
    std::size_t next = 0;
    lanes_->for_each([&] { return next < which_.restarts ? std::optional(next++) : std::nullopt; },
                     [&](std::size_t restart, attacks::ModelPasses<double>& passes, const double&) {
                       attacks::MatchingProblem problem(target(&passes), targets_);
                       run(restart, problem);
                     });
  }

  double multiply_adds() const override {
    const auto samples = static_cast<double>(which_.batch * which_.restarts);
    if (is_circuit(which_)) return samples * 2 * 8 * std::ldexp(1.0, 7) * (42 + 3 * 42);
    double sum = 0;
    for (const auto& node : model_.graph().nodes()) {
      const auto outputs = static_cast<double>(element_count(node.layer->output_shape()));
      // Of the first layer: forward, weights; forward and twice back in the tangent. Of others also the inputs'
      // gradient, and their movement forward.
      sum += inputs_of_an_output(*node.layer) * outputs * (node.inputs[0] == models::Graph<double>::input ? 5 : 7);
    }
    return samples * sum;
  }

  Start start(std::size_t restart) override {
    const auto start = candidate(candidates_from + restart * model_.input_size());
    attacks::MatchingProblem problem(target(nullptr), targets_);
    Start result{0, problem.score(start), std::vector<double>(start.size())};
    result.value = problem.evaluate(start, result.gradient);
    return result;
  }

 private:
  static std::vector<float> narrow(const std::vector<double>& values) { return {values.begin(), values.end()}; }

  std::vector<double> parameters() const {
    if (is_circuit(which_)) {
      std::vector<double> theta = hashed_values<double>(model_.graph().parameter_count(), 0);
      for (double& value : theta) value *= pi;
      return theta;
    }
    const std::vector<float> theta = start_parameters(model_.graph());
    return {theta.begin(), theta.end()};
  }

  /// Numbers of the stream from `first` on, spread over the candidates' interval.
  std::vector<double> candidate(std::size_t first) const {
    std::vector<double> values = hashed_values<double>(which_.batch * model_.input_size(), first);
    for (double& value : values) value = setting_.low + (setting_.high - setting_.low) * (1 + value) / 2;
    return values;
  }

  attacks::MatchingTarget target(attacks::ModelPasses<double>* passes) const {
    attacks::MatchingTarget target{
        &model_,     theta_,
        observed_,   setting_.objective.get(),
        {},          {setting_.features, attacks::Bounds{setting_.low, setting_.high}, is_circuit(which_)},
        which_.batch};
    if (setting_.prior) target.priors.push_back(setting_.prior.get());
    target.passes = passes;
    target.single = single_ ? &*single_ : nullptr;
    return target;
  }

  void run(std::size_t restart, attacks::MatchingProblem& problem) {
    attacks::MinimizationProblem minimisation;
    minimisation.evaluate = [&](std::span<const double> x, std::span<double> g) { return problem.evaluate(x, g); };
    if (setting_.project) {
      minimisation.low.assign(problem.variables(), setting_.low);
      minimisation.high.assign(problem.variables(), setting_.high);
    }
    solver_.minimize(minimisation, candidate(candidates_from + restart * model_.input_size()), {});
  }

  AttackCase which_;
  Setting setting_;
  models::Model<double> model_;
  attacks::Adam solver_;
  std::vector<double> theta_, targets_, observed_;
  std::optional<attacks::SingleTarget> single_;
  std::optional<attacks::SideBySide> lanes_;
  std::optional<attacks::MatchingProblem> alone_;
};

}  // namespace

std::unique_ptr<AttackWork> prepare(const AttackCase& which) {
  return std::make_unique<MatchingWork>(which);
}

}  // namespace tacit::bench
