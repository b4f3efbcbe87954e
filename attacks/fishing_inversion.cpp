#include "attacks/fishing_inversion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

/// One round as the attack needs it.
struct Round {
  const Observation* observation = nullptr;
  SeenFishingHead head;
  double passing = 0;
};

/// The gradient of one example behind the head, in the form of an update to one model.
struct Catch {
  const Observation* model = nullptr;  ///< whose model it answers to, with the label of the target class
  std::size_t target_class = 0;
  std::vector<float> update;
  std::optional<std::int32_t> label;  ///< if the catch tells it
};

bool is_one(double count) {
  return std::abs(count - 1) < 1e-2;
}

/// Equal but for the bias of the head.
bool same_but_cutoff(const Round& a, const Round& b) {
  const auto &x = a.observation->model().values(), &y = b.observation->model().values();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool in_bias = i >= *a.head.layer.bias_offset && i < *a.head.layer.bias_offset + a.head.layer.outputs;
    if (!in_bias && x[i] != y[i]) return false;
  }
  return a.head.target_class == b.head.target_class;
}

/// The head mixes all examples, so nothing of it is left.
void clear_head(const LinearLayer& head, std::vector<float>& update) {
  std::fill_n(update.begin() + static_cast<std::ptrdiff_t>(head.weight_offset), head.outputs * head.inputs, 0.0f);
  std::fill_n(update.begin() + static_cast<std::ptrdiff_t>(*head.bias_offset), head.outputs, 0.0f);
}

Catch caught_alone(const Round& round) {
  Catch result{round.observation, round.head.target_class, round.observation->update(),
               static_cast<std::int32_t>(round.head.target_class)};
  const auto examples = static_cast<float>(round.observation->examples());
  for (float& value : result.update) value *= examples;
  clear_head(round.head.layer, result.update);
  return result;
}

/// Above the higher cutoff the example would count -1 under the label of the target class.
Catch caught_between(const Round& lower, const Round& higher) {
  Catch result{higher.observation, higher.head.target_class, higher.observation->update(), {}};
  const auto &low = lower.observation->update(), &high = higher.observation->update();
  const auto examples = static_cast<double>(higher.observation->examples());
  for (std::size_t i = 0; i < low.size(); ++i)
    result.update[i] = static_cast<float>(-examples * (static_cast<double>(low[i]) - static_cast<double>(high[i])));
  clear_head(higher.head.layer, result.update);
  return result;
}

class FishingInversion final : public Method {
 public:
  explicit FishingInversion(std::unique_ptr<const Method> inner) : inner_(std::move(inner)) {}

  std::vector<Need> needs() const override {
    std::vector<Need> all = inner_->needs();
    all.insert(all.end(), {Need::crafted_parameters, Need::batch_size});
    return all;
  }
  bool uses_rounds() const noexcept override { return true; }
  bool searches() const noexcept override { return inner_->searches(); }
  AttackResult run(const AttackTask& task) const override;

 private:
  std::vector<Round> rounds_of(const AttackTask& task) const;
  std::vector<Catch> catches_of(const std::vector<Round>& rounds) const;
  AttackResult invert(const Catch& one, const AttackTask& task) const;

  std::shared_ptr<const Method> inner_;
};

std::vector<Round> FishingInversion::rounds_of(const AttackTask& task) const {
  const models::Model<double> model = observed_model(task.observation.run());
  const auto layer = last_linear_layer(model);
  if (!layer || !layer->bias_offset || model.loss() != models::Loss::softmax_cross_entropy) {
    fail(ErrorKind::configuration,
         "fishing needs a model whose last layer is 'linear' with a bias and whose loss is softmax_cross_entropy");
  }
  const std::span<const Observation> all = task.rounds.empty() ? std::span(&task.observation, 1) : task.rounds;
  std::vector<Round> rounds;
  for (const Observation& one : all) {
    const ObservedGradient gradient = observed_gradient(one, task.threat_model, true, "fishing");
    const std::vector<double> theta(one.model().values().begin(), one.model().values().end());
    const auto head = fishing_head_of(*layer, theta);
    if (!head) continue;
    rounds.push_back({&one, *head, fished_examples(*head, gradient.values, one.examples())});
  }
  if (rounds.empty()) {
    fail(
        ErrorKind::configuration,
        "fishing needs a model whose sender left one row of the last layer's weights, and none that was sent is such a "
        "model");
  }
  // By falling bias, which is by rising cutoff.
  std::stable_sort(rounds.begin(), rounds.end(),
                   [](const Round& a, const Round& b) { return a.head.bias > b.head.bias; });
  return rounds;
}

std::vector<Catch> FishingInversion::catches_of(const std::vector<Round>& rounds) const {
  std::vector<Catch> catches;
  // Not only neighbours: a cutoff that an example lies on counts it in part, and is passed over.
  for (std::size_t low = 0; low < rounds.size(); ++low)
    for (std::size_t high = low + 1; high < rounds.size(); ++high) {
      if (!same_but_cutoff(rounds[low], rounds[high]) || !is_one(rounds[low].passing - rounds[high].passing)) continue;
      // As narrow as can be: rounds between which nothing lies add nothing but rounding.
      while (low + 1 < high && std::abs(rounds[low + 1].passing - rounds[low].passing) < 1e-3) ++low;
      catches.push_back(caught_between(rounds[low], rounds[high]));
      low = high - 1;
      break;
    }
  if (!catches.empty()) return catches;
  for (const Round& round : rounds)
    if (is_one(-round.passing)) catches.push_back(caught_alone(round));
  return catches;
}

AttackResult FishingInversion::invert(const Catch& one, const AttackTask& task) const {
  // The label is the attacker's own: it belongs to the head and to no example.
  ThreatModel threat_model = task.threat_model;
  threat_model.knows_labels = true;
  const KnownLabels label{{static_cast<std::int32_t>(one.target_class)}};
  const Observation caught = one.model->with_update(one.update);
  return inner_->run({caught, threat_model, 1, &label, task.control});
}

AttackResult FishingInversion::run(const AttackTask& task) const {
  const std::vector<Round> rounds = rounds_of(task);
  const std::vector<Catch> catches = catches_of(rounds);
  if (catches.empty()) {
    std::vector<std::string> counts;
    for (const Round& round : rounds) counts.push_back(fmt::format("{:.2f}", round.passing));
    fail(ErrorKind::data, "no example is alone in what was fished: by rising cutoff {} passed, more above than below",
         fmt::join(counts, ", "));
  }
  AttackResult result;
  bool labelled = true;
  const std::size_t caught = std::min(task.count, catches.size());
  for (std::size_t i = 0; i < caught; ++i) {
    AttackResult one = invert(catches[i], task);
    if (i == 0) result.notes = one.notes;
    result.inputs.insert(result.inputs.end(), one.inputs.begin(), one.inputs.end());
    result.score = std::max(result.score, one.score);
    labelled = labelled && catches[i].label.has_value();
    if (catches[i].label) result.labels.push_back(*catches[i].label);
    RestartRow row = one.rows.at(one.chosen);
    row.labels.clear();
    result.rows.push_back(std::move(row));
  }
  const std::size_t features = result.inputs.size() / caught;
  for (std::size_t i = caught; i < task.count; ++i)
    for (std::size_t j = 0; j < features; ++j) result.inputs.push_back(result.inputs[j]);
  if (!labelled || caught < task.count) result.labels.clear();
  result.notes.push_back(fmt::format("{} examples were alone in what was fished in {} rounds; {} of them inverted.",
                                     catches.size(), rounds.size(), caught));
  return result;
}

}  // namespace

std::optional<SeenFishingHead> fishing_head_of(const LinearLayer& head, std::span<const double> theta) {
  std::optional<std::size_t> target;
  for (std::size_t k = 0; k < head.outputs; ++k) {
    const auto row = head.weight_row(theta, k);
    if (std::all_of(row.begin(), row.end(), [](double weight) { return weight == 0; })) continue;
    if (target) return {};
    target = k;
  }
  if (!target || head.outputs < 2) return {};
  return SeenFishingHead{head, *target, head.bias(theta)[*target]};
}

double fished_examples(const SeenFishingHead& head, std::span<const double> gradient, std::uint64_t examples) {
  return static_cast<double>(examples) * head.layer.bias(gradient)[head.target_class];
}

std::unique_ptr<const Method> make_fishing(ConfigTable file) {
  return std::make_unique<const FishingInversion>(make_method(file.table("inner")));
}

}  // namespace tacit::attacks
