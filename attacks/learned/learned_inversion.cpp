#include "attacks/learned/learned_inversion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "attacks/learned/public_examples.h"
#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "core/error.h"
#include "core/random.h"
#include "models/optimizers/optimizer.h"
#include "models/specification.h"

namespace tacit::attacks {
namespace {

constexpr double pi = std::numbers::pi;

/// What a network is trained on, row-major.
struct Pairs {
  std::size_t count = 0, gradients = 0, targets = 0;
  std::vector<double> inputs;           ///< standardised gradients [count, gradients]
  std::vector<double> wanted;           ///< [count, targets]
  std::vector<double> mean, deviation;  ///< of each gradient component
};

class Learner {
 public:
  Learner(const AttackTask& task, const LearnedSettings& settings)
      : task_(task),
        settings_(settings),
        gradient_(observed_gradient(task.observation, task.threat_model, true, "the learned inversion")),
        model_(observed_model(task.observation.run())),
        theta_(task.observation.model().values().begin(), task.observation.model().values().end()),
        features_(model_.input_size()),
        angles_(task.threat_model.features_are_angles),
        random_({task.control.seed, Purpose::attack_restart, task.observation.round(), 0}) {
    for (std::size_t p = 0; p < gradient_.values.size(); ++p)
      if (!std::isfinite(gradient_.values[p]))
        fail(ErrorKind::data, "component {} of the gradient is {}: there is nothing to invert", p, gradient_.values[p]);
    if (std::all_of(gradient_.values.begin(), gradient_.values.end(), [](double g) { return g == 0; }))
      fail(ErrorKind::data, "the gradient is zero everywhere: there is nothing to invert");
    if (task.labels != nullptr && task.labels->labels.size() != 1)
      fail(ErrorKind::usage, "the learned inversion of one example was given {} labels", task.labels->labels.size());
    if (task.threat_model.grants(Need::feature_bounds)) bounds_ = *task.threat_model.feature_bounds;
    if (!settings.public_data.empty()) public_ = read_public_examples(settings.public_data, features_);
  }

  AttackResult run() {
    const Pairs pairs = simulate();
    const models::Model<double> network = network_of(pairs);
    std::vector<double> weights = network.initial_parameters(task_.control.seed);
    const double loss = train(network, pairs, weights);
    std::vector<double> asked(gradient_.values);
    for (std::size_t p = 0; p < asked.size(); ++p) asked[p] = (asked[p] - pairs.mean[p]) / pairs.deviation[p];
    models::Evaluation<double> evaluation(network);
    return result_of(evaluation.predict(weights, asked, 1), loss);
  }

 private:
  std::size_t outputs() const {
    return features_ * (angles_ ? 2 : 1) + (task_.labels == nullptr ? model_.classes() : 0);
  }

  void draw(std::span<double> x) {
    if (!public_.empty()) {
      const std::size_t row = random_.below(public_.size() / features_);
      std::copy_n(public_.begin() + static_cast<std::ptrdiff_t>(row * features_), features_, x.begin());
    } else {
      for (double& value : x) value = random_.uniform(bounds_.low, bounds_.high);
    }
  }

  Pairs simulate() {
    Pairs pairs{settings_.pairs, theta_.size(), outputs(), {}, {}, {}, {}};
    pairs.inputs.resize(pairs.count * pairs.gradients);
    pairs.wanted.resize(pairs.count * pairs.targets);
    models::Evaluation<double> evaluation(model_);
    std::vector<double> x(features_);
    for (std::size_t i = 0; i < pairs.count; ++i) {
      task_.control.stop_if_cancelled();
      draw(x);
      const std::int32_t label = task_.labels != nullptr ? task_.labels->labels[0]
                                                         : static_cast<std::int32_t>(random_.below(model_.classes()));
      const auto target = model_.targets_of(std::span(&label, 1));
      evaluation.gradient(theta_, {x, target, 1},
                          {.theta = std::span(pairs.inputs).subspan(i * pairs.gradients, pairs.gradients),
                           .inputs = {},
                           .targets = {}});
      write_wanted(x, label, std::span(pairs.wanted).subspan(i * pairs.targets, pairs.targets));
    }
    standardise(pairs);
    return pairs;
  }

  /// Cosines and sines, or features scaled to [-1, 1], then the label one-hot.
  void write_wanted(std::span<const double> x, std::int32_t label, std::span<double> wanted) const {
    std::size_t next = 0;
    for (const double value : x) {
      if (angles_) {
        wanted[next++] = std::cos(value);
        wanted[next++] = std::sin(value);
      } else {
        wanted[next++] = (value - bounds_.middle()) / std::max(0.5 * bounds_.width(), 1e-12);
      }
    }
    if (task_.labels == nullptr) wanted[next + static_cast<std::size_t>(label)] = 1;
  }

  static void standardise(Pairs& pairs) {
    pairs.mean.assign(pairs.gradients, 0);
    pairs.deviation.assign(pairs.gradients, 0);
    const auto count = static_cast<double>(pairs.count);
    for (std::size_t i = 0; i < pairs.count; ++i)
      for (std::size_t p = 0; p < pairs.gradients; ++p) pairs.mean[p] += pairs.inputs[i * pairs.gradients + p] / count;
    for (std::size_t i = 0; i < pairs.count; ++i)
      for (std::size_t p = 0; p < pairs.gradients; ++p)
        pairs.deviation[p] += std::pow(pairs.inputs[i * pairs.gradients + p] - pairs.mean[p], 2) / count;
    // What never moves says nothing; it stays zero.
    for (double& value : pairs.deviation) value = value > 1e-20 ? std::sqrt(value) : 1;
    for (std::size_t i = 0; i < pairs.count; ++i)
      for (std::size_t p = 0; p < pairs.gradients; ++p) {
        double& value = pairs.inputs[i * pairs.gradients + p];
        value = (value - pairs.mean[p]) / pairs.deviation[p];
      }
  }

  models::Model<double> network_of(const Pairs& pairs) const {
    const std::string toml = fmt::format(
        "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"linear\"\noutputs = {0}\n[[layers]]\ntype = \"tanh\"\n"
        "[[layers]]\ntype = \"linear\"\noutputs = {0}\n[[layers]]\ntype = \"tanh\"\n[[layers]]\ntype = \"linear\"\n"
        "outputs = {1}\n",
        settings_.hidden, pairs.targets);
    return models::build_model<double>(ConfigTable::parse_text(toml, "the attacker's network"),
                                       {static_cast<std::int64_t>(pairs.gradients)},
                                       std::max<std::size_t>(pairs.targets, 2));
  }

  /// The mean loss of the last epoch.
  double train(const models::Model<double>& network, const Pairs& pairs, std::vector<double>& weights) {
    models::Evaluation<double> evaluation(network);
    const auto adam = models::make_optimizer<double>(models::OptimizerSettings::defaults("adam"), weights.size());
    std::vector<std::size_t> order(pairs.count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<double> x, y, gradient(weights.size());
    double loss = 0;
    for (std::size_t epoch = 0; epoch < settings_.epochs; ++epoch) {
      task_.control.stop_if_cancelled();
      random_.shuffle(std::span(order));
      const double done = static_cast<double>(epoch) / static_cast<double>(settings_.epochs);
      const double rate = settings_.learning_rate * 0.5 * (1 + std::cos(pi * done));
      loss = 0;
      for (std::size_t first = 0; first < pairs.count; first += settings_.batch) {
        const std::size_t size = std::min(settings_.batch, pairs.count - first);
        x.clear(), y.clear();
        for (std::size_t i = first; i < first + size; ++i) {
          const auto row = static_cast<std::ptrdiff_t>(order[i]);
          const auto g = static_cast<std::ptrdiff_t>(pairs.gradients), t = static_cast<std::ptrdiff_t>(pairs.targets);
          x.insert(x.end(), pairs.inputs.begin() + row * g, pairs.inputs.begin() + (row + 1) * g);
          y.insert(y.end(), pairs.wanted.begin() + row * t, pairs.wanted.begin() + (row + 1) * t);
        }
        loss += evaluation.gradient(weights, {x, y, size}, {.theta = gradient, .inputs = {}, .targets = {}}) *
                static_cast<double>(size) / static_cast<double>(pairs.count);
        adam->step(weights, gradient, rate);
      }
    }
    return loss;
  }

  AttackResult result_of(std::span<const double> output, double loss) {
    RestartRow row;
    std::size_t next = 0;
    for (std::size_t j = 0; j < features_; ++j) {
      if (angles_) {
        double angle = std::atan2(output[next + 1], output[next]);
        angle -= 2 * pi * std::floor((angle - bounds_.low) / (2 * pi));  // into the turn that the bounds begin
        row.inputs.push_back(angle);
        next += 2;
      } else {
        row.inputs.push_back(bounds_.middle() + 0.5 * bounds_.width() * output[next++]);
      }
    }
    std::int32_t label = 0;
    if (task_.labels != nullptr) {
      label = task_.labels->labels[0];
    } else {
      const auto votes = output.subspan(next, model_.classes());
      label = static_cast<std::int32_t>(std::max_element(votes.begin(), votes.end()) - votes.begin());
    }
    row.labels = {label};
    row.score = row.first_score = residual(row.inputs, label);
    row.iterations = settings_.epochs;
    row.evaluations = settings_.pairs;
    row.stopped = "asked once";
    AttackResult result;
    result.notes = gradient_.notes;
    result.notes.push_back(fmt::format(
        "A network of two layers of {} units, trained on {} simulated pairs {} to a mean "
        "squared error of {:.3g}.",
        settings_.hidden, settings_.pairs, public_.empty() ? "of uniform features" : "of public data", loss));
    result.inputs = row.inputs;
    result.labels = row.labels;
    result.score = row.score;
    result.rows.push_back(std::move(row));
    return result;
  }

  /// Relative, of the whole gradient.
  double residual(const std::vector<double>& x, std::int32_t label) const {
    models::Evaluation<double> evaluation(model_);
    std::vector<double> at(theta_.size());
    const auto target = model_.targets_of(std::span(&label, 1));
    evaluation.gradient(theta_, {x, target, 1}, {.theta = at, .inputs = {}, .targets = {}});
    double squares = 0, norm = 0;
    for (std::size_t p = 0; p < at.size(); ++p) {
      squares += std::pow(at[p] - gradient_.values[p], 2);
      norm += gradient_.values[p] * gradient_.values[p];
    }
    return std::sqrt(squares / norm);
  }

  const AttackTask& task_;
  const LearnedSettings& settings_;
  ObservedGradient gradient_;
  models::Model<double> model_;
  std::vector<double> theta_;
  std::size_t features_;
  bool angles_;
  Bounds bounds_{0, 1};
  std::vector<double> public_;
  RandomStream random_;
};

}  // namespace

std::vector<Need> LearnedInversion::needs() const {
  return {Need::feature_bounds, settings_.public_data.empty() ? Need::feature_bounds : Need::public_data};
}

AttackResult LearnedInversion::run(const AttackTask& task) const {
  for (const Need need : needs()) task.threat_model.require(need, "the learned inversion");
  if (task.count != 1)
    fail(ErrorKind::configuration, "the learned inversion reconstructs one example, and the update is of {}",
         task.count);
  return Learner(task, settings_).run();
}

std::unique_ptr<const Method> make_learned(ConfigTable file) {
  LearnedSettings settings;
  settings.public_data = file.string("public_data", "");
  settings.pairs = static_cast<std::size_t>(file.integer("pairs", {16, 10'000'000}, 4096));
  settings.epochs = static_cast<std::size_t>(file.integer("epochs", {1, 1'000'000}, 40));
  settings.batch = static_cast<std::size_t>(file.integer("batch", {1, 1'000'000}, 64));
  settings.hidden = static_cast<std::size_t>(file.integer("hidden", {1, 100'000}, 128));
  settings.learning_rate = file.number("learning_rate", {1e-9, 10}, settings.learning_rate);
  return std::make_unique<const LearnedInversion>(std::move(settings));
}

}  // namespace tacit::attacks
