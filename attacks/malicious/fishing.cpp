#include "attacks/malicious/fishing.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "attacks/malicious/fishing_cutoffs.h"
#include "attacks/observed_gradient.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

constexpr std::int64_t most_classes = 1'000'000'000;

class FishingCraft final : public Craft {
 public:
  FishingCraft(const FishingHead& settings, std::optional<FishingRange> range) : settings_(settings), range_(range) {}

  void write(const models::Model<float>& model, std::uint64_t, std::span<float> theta) const override {
    const auto head = last_linear_layer(model);
    if (!head || !head->bias_offset || model.loss() != models::Loss::softmax_cross_entropy) {
      fail(ErrorKind::configuration,
           "fishing needs a model whose last layer is 'linear' with a bias and whose loss is softmax_cross_entropy");
    }
    if (settings_.target_class >= head->outputs)
      fail(ErrorKind::configuration, "fishing for class {} needs more than the {} classes that the model has",
           settings_.target_class, head->outputs);
    if (settings_.feature && *settings_.feature >= head->inputs)
      fail(ErrorKind::configuration, "fishing by feature {} needs more than the {} inputs that the last layer has",
           *settings_.feature, head->inputs);
    write_fishing_head(*head, settings_, theta);
  }

  /// The layers below the head stay those of the first round, or rounds could not be subtracted.
  void write_for(const CraftOccasion& occasion, const models::Model<float>& model, std::uint64_t seed,
                 std::span<float> theta) const override {
    if (occasion.answers.empty()) return write(model, seed, theta);
    const auto& first = occasion.answers.front().model().values();
    if (first.size() != theta.size())
      fail(ErrorKind::usage, "fishing has {} parameters, the model of the first round had {}", theta.size(),
           first.size());
    std::copy(first.begin(), first.end(), theta.begin());
    if (!range_) return;
    FishingHead head = settings_;
    head.cutoff = cutoff_after(occasion.answers, last_linear_layer(model).value());
    write_fishing_head(last_linear_layer(model).value(), head, theta);
  }

 private:
  /// The first answer is the reference, of a head that no feature reaches. Once every example is alone, the last cutoff
  /// stays.
  double cutoff_after(std::span<const Observation> rounds, const LinearLayer& layer) const {
    ThreatModel all_rounds = ThreatModel::of(Observer::malicious_coordinator);
    all_rounds.observes = View::many_rounds;
    const auto passing = [&](const Observation& seen) {
      const std::vector<double> gradient = observed_gradient(seen, all_rounds, true, "fishing").values;
      return static_cast<double>(seen.examples()) * layer.bias(gradient)[settings_.target_class];
    };
    const double reference = passing(rounds.front());
    std::vector<FishingAnswer> answers;
    for (const Observation& seen : rounds.subspan(1)) {
      const std::vector<double> theta(seen.model().values().begin(), seen.model().values().end());
      answers.push_back(
          {fishing_cutoff(layer, settings_, layer.bias(theta)[settings_.target_class]), passing(seen) - reference});
    }
    if (const auto next = next_fishing_cutoff(answers, *range_)) return *next;
    return answers.back().cutoff;
  }

  FishingHead settings_;
  std::optional<FishingRange> range_;
};

double middle_of(const LinearLayer& head) {
  return std::log(static_cast<double>(head.outputs - 1));
}

}  // namespace

void write_fishing_head(const LinearLayer& head, const FishingHead& settings, std::span<float> theta) {
  const bool by_class = !settings.feature.has_value();
  const auto row = [&](std::size_t k) { return theta.subspan(head.weight_offset + k * head.inputs, head.inputs); };
  for (std::size_t k = 0; k < head.outputs; ++k) {
    if (k == settings.target_class) continue;
    std::fill(row(k).begin(), row(k).end(), 0.0f);
    theta[*head.bias_offset + k] = by_class ? static_cast<float>(settings.class_bias) : 0;
  }
  const auto target = row(settings.target_class);
  float& bias = theta[*head.bias_offset + settings.target_class];
  if (by_class) {
    for (float& weight : target) weight *= static_cast<float>(settings.class_scale);
    return;
  }
  std::fill(target.begin(), target.end(), 0.0f);
  target[*settings.feature] = static_cast<float>(settings.feature_gain);
  bias = static_cast<float>(settings.cutoff ? middle_of(head) - settings.feature_gain * *settings.cutoff : -1e30);
}

double fishing_cutoff(const LinearLayer& head, const FishingHead& settings, double bias) {
  return (middle_of(head) - bias) / settings.feature_gain;
}

std::unique_ptr<const Craft> make_fishing_craft(ConfigTable section) {
  FishingHead settings;
  std::optional<FishingRange> range;
  settings.target_class = static_cast<std::size_t>(section.integer("class", {0, most_classes}));
  if (section.has("feature")) {
    settings.feature = static_cast<std::size_t>(section.integer("feature", {0, most_classes}));
    settings.feature_gain = section.number("feature_gain", {1e-6, 1e9}, settings.feature_gain);
    if (section.has("low") || section.has("high")) {
      range = {section.number("low", {-1e9, 1e9}), section.number("high", {-1e9, 1e9}),
               section.number("resolution", {1e-12, 1e9}, 1e-4)};
      if (!(range->low < range->high)) section.refuse("high", "must be above low");
    } else if (section.has("cutoff")) {
      settings.cutoff = section.number("cutoff", {-1e9, 1e9});
    }
  } else {
    settings.class_bias = section.number("class_bias", {0, 1e9}, settings.class_bias);
    settings.class_scale = section.number("class_scale", {1e-9, 1e9}, settings.class_scale);
  }
  return std::make_unique<const FishingCraft>(settings, range);
}

FishingSearch::FishingSearch(double low, double high, double resolution)
    : low_(low), high_(high), resolution_(resolution) {
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high) || !(resolution > 0))
    fail(ErrorKind::usage, "a search for a cutoff needs a finite interval and a positive resolution");
}

void FishingSearch::answer(double above) {
  if (std::abs(above - 1) < 1e-3) {
    found_ = true;
    return;
  }
  (above > 1 ? low_ : high_) = cutoff();
}

}  // namespace tacit::attacks
