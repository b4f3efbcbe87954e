#include "attacks/r_gap/recursive_inversion.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "attacks/r_gap/layer_equations.h"
#include "attacks/r_gap/logistic_margin.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

constexpr const char* part = "the recursive inversion";

/// One way to continue: what is known below the layers that are solved.
struct Branch {
  double label = 1;                     ///< y, -1 or +1
  std::vector<double> output;           ///< of the next layer, before its activation and with its bias
  std::vector<double> output_gradient;  ///< k
  double residual = 0;                  ///< the largest of a layer so far
  double margin = 0;                    ///< u = y z; 0 where the last bias gives z itself
  std::vector<LayerSolution> layers;    ///< from the last
};

class Recursion {
 public:
  Recursion(const models::Model<double>& model, std::span<const double> theta, std::span<const double> gradient)
      : model_(model), theta_(theta), gradient_(gradient), chain_(invertible_chain(model, part)) {}

  const std::vector<ChainStage>& chain() const noexcept { return chain_; }

  std::vector<Branch> run() const {
    std::vector<Branch> branches = last_layer();
    std::vector<Branch> twins;
    if (homogeneous()) twins = take_twins(branches);
    for (std::size_t layer = chain_.size(); layer-- > 0;) {
      for (Branch& branch : branches) descend(layer, branch);
      drop_contradictions(branches);
    }
    add_twins(twins, branches);
    return branches;
  }

  /// |g' - g| / |g| for the gradient g' that an input [inputs] and a label have.
  double gradient_residual(std::span<const double> input, double label) const {
    models::Evaluation<double> evaluation(model_);
    std::vector<double> candidate(gradient_.size());
    const double target[] = {label};
    evaluation.gradient(theta_, {input, target, 1}, {.theta = candidate, .inputs = {}, .targets = {}});
    double difference = 0, norm = 0;
    for (std::size_t i = 0; i < candidate.size(); ++i) {
      difference += (candidate[i] - gradient_[i]) * (candidate[i] - gradient_[i]);
      norm += gradient_[i] * gradient_[i];
    }
    return std::sqrt(difference / norm);
  }

 private:
  /// All outputs and slopes of the loss that the last layer's gradient allows.
  std::vector<Branch> last_layer() const {
    const ChainStage& last = chain_.back();
    const auto leaky = InvertibleActivation::Kind::leaky_relu;
    const auto kind = last.activation.kind();
    if (kind != InvertibleActivation::Kind::none && (kind != leaky || last.bias_offset))
      fail(ErrorKind::configuration,
           "{} needs a last layer without activation, or without a bias before leaky_relu: layer '{}' is neither", part,
           last.name);
    // <gradient, weights> = k z; a leaky ReLU in between changes neither, as it is linear along the ray through z.
    double product = 0;
    for (std::size_t i = 0; i < last.weight_size; ++i)
      product += gradient_[last.weight_offset + i] * theta_[last.weight_offset + i];
    std::vector<Branch> branches;
    if (last.bias_offset) {
      const double k = gradient_[*last.bias_offset];
      if (k == 0) fail(ErrorKind::data, "the gradient of the last bias is zero: there is nothing to divide by");
      const double z = (product + k * theta_[*last.bias_offset]) / k;
      branches.push_back({k < 0 ? 1.0 : -1.0, {z}, {k}, 0, 0, {}});
      return branches;
    }
    for (const double margin : logistic_margins(product))
      for (const double label : {1.0, -1.0}) {
        const double activation = label * margin, slope = -label / (1 + std::exp(margin));
        branches.push_back(
            {label, {last.activation.inverse(activation)}, {slope * last.activation.slope(activation)}, 0, margin, {}});
      }
    return branches;
  }

  /// Whether every layer multiplies its output by what its input is multiplied by, if that is positive.
  bool homogeneous() const {
    return std::all_of(chain_.begin(), chain_.end(), [](const ChainStage& stage) {
      const auto kind = stage.activation.kind();
      return !stage.bias_offset &&
             (kind == InvertibleActivation::Kind::none || kind == InvertibleActivation::Kind::leaky_relu);
    });
  }

  /// Takes out those whose label another branch has with another margin: where layers are homogeneous, everything
  /// below is that branch's, larger or smaller. Both have one and the same gradient, "twin data" (Sec. 3.1).
  static std::vector<Branch> take_twins(std::vector<Branch>& branches) {
    std::vector<Branch> first, twins;
    for (Branch& branch : branches) {
      const bool seen = std::any_of(first.begin(), first.end(), [&](const Branch& other) {
        return other.label == branch.label && other.margin * branch.margin > 0;
      });
      (seen ? twins : first).push_back(std::move(branch));
    }
    branches = std::move(first);
    return twins;
  }
  static void add_twins(const std::vector<Branch>& twins, std::vector<Branch>& branches) {
    const std::size_t solved = branches.size();
    for (const Branch& twin : twins)
      for (std::size_t i = 0; i < solved; ++i) {
        if (branches[i].label != twin.label) continue;
        Branch copy = branches[i];
        for (LayerSolution& layer : copy.layers) {
          for (double& value : layer.input) value *= twin.margin / copy.margin;
          layer.iterations = 0;
        }
        copy.margin = twin.margin;
        branches.push_back(std::move(copy));
      }
  }

  void descend(std::size_t layer, Branch& branch) const {
    const ChainStage& stage = chain_[layer];
    const auto weight = theta_.subspan(stage.weight_offset, stage.weight_size);
    std::vector<double> product = branch.output;
    for (std::size_t i = 0; stage.bias_offset && i < product.size(); ++i)
      product[i] -= theta_[*stage.bias_offset + i * stage.bias_size / product.size()];
    LayerSolution solution = solve_layer(
        stage, {weight, gradient_.subspan(stage.weight_offset, stage.weight_size), product, branch.output_gradient});
    branch.residual = std::max(branch.residual, solution.residual);
    if (layer > 0) {
      const InvertibleActivation& activation = chain_[layer - 1].activation;
      branch.output_gradient = input_gradient(stage, weight, branch.output_gradient);
      branch.output.resize(solution.input.size());
      for (std::size_t i = 0; i < solution.input.size(); ++i) {
        branch.output[i] = activation.inverse(solution.input[i]);
        branch.output_gradient[i] *= activation.slope(solution.input[i]);
      }
    }
    branch.layers.push_back(std::move(solution));
  }

  /// Rounding of float32 leaves residuals up to 1e-4 behind several layers; a wrong branch contradicts at once.
  static void drop_contradictions(std::vector<Branch>& branches) {
    double least = branches.front().residual;
    for (const Branch& branch : branches) least = std::min(least, branch.residual);
    std::erase_if(branches, [&](const Branch& branch) { return branch.residual > 100 * least + 1e-4; });
  }

  const models::Model<double>& model_;
  std::span<const double> theta_, gradient_;
  std::vector<ChainStage> chain_;
};

std::string note_of(const ChainStage& stage, const LayerSolution& layer) {
  const std::size_t equations = layer.weight_equations + layer.gradient_equations;
  return fmt::format(
      "Layer '{}': {} unknowns, {} equations of its weights and {} of its gradient, the latter of rank {}{}; relative "
      "residual {:.1e}.",
      stage.name, stage.inputs, layer.weight_equations, layer.gradient_equations, layer.gradient_rank,
      layer.gradient_rank == stage.inputs ? ", which is enough alone"
      : equations < stage.inputs          ? ", too few: the shortest solution was taken"
                                          : "",
      layer.residual);
}

void check(const models::Model<double>& model, std::size_t count) {
  if (model.loss() != models::Loss::binary_cross_entropy || model.output_size() != 1)
    fail(ErrorKind::configuration, "{} needs a model of one output with loss binary_cross_entropy", part);
  if (count != 1)
    fail(ErrorKind::configuration, "{} solves for one example, {} were asked for: a batch gives a mixture of them",
         part, count);
}

class RecursiveInversion final : public Method {
 public:
  AttackResult run(const AttackTask& task) const override {
    const auto start = std::chrono::steady_clock::now();
    const models::Model<double> model = observed_model(task.observation.run());
    check(model, task.count);
    const ObservedGradient gradient = observed_gradient(task.observation, task.threat_model, true, part);
    const auto sent = task.observation.model().values();
    const std::vector<double> theta(sent.begin(), sent.end());
    const Recursion recursion(model, theta, gradient.values);
    AttackResult result;
    result.notes = gradient.notes;
    std::vector<Branch> branches = recursion.run();
    for (const Branch& branch : branches) {
      RestartRow row;
      row.restart = result.rows.size();
      row.labels = {branch.label > 0 ? 1 : 0};
      row.inputs = branch.layers.back().input;
      row.score = row.first_score = recursion.gradient_residual(row.inputs, branch.label);
      for (const LayerSolution& layer : branch.layers) row.iterations += layer.iterations;
      row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      row.stopped = "closed form";
      if (!std::isfinite(row.score))
        fail(ErrorKind::data, "{} ended in numbers that are not finite: the update is no gradient of this model", part);
      if (result.rows.empty() || row.score < result.rows[result.chosen].score) result.chosen = result.rows.size();
      result.rows.push_back(std::move(row));
    }
    const RestartRow& best = result.rows[result.chosen];
    result.inputs = best.inputs;
    result.labels = best.labels;
    result.score = best.score;
    const auto& chain = recursion.chain();
    for (std::size_t i = 0; i < chain.size(); ++i)
      result.notes.push_back(note_of(chain[i], branches[result.chosen].layers[chain.size() - 1 - i]));
    return result;
  }
};

}  // namespace

std::unique_ptr<const Method> make_r_gap(ConfigTable) {
  return std::make_unique<const RecursiveInversion>();
}

}  // namespace tacit::attacks
