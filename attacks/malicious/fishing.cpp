#include "attacks/malicious/fishing.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tacit::attacks {
namespace {

constexpr std::int64_t most_classes = 1'000'000'000;

class FishingCraft final : public Craft {
 public:
  explicit FishingCraft(const FishingHead& settings) : settings_(settings) {}

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

 private:
  FishingHead settings_;
};

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
  const double middle = std::log(static_cast<double>(head.outputs - 1));
  bias = static_cast<float>(settings.cutoff ? middle - settings.feature_gain * *settings.cutoff : -1e30);
}

std::unique_ptr<const Craft> make_fishing_craft(ConfigTable section) {
  FishingHead settings;
  settings.target_class = static_cast<std::size_t>(section.integer("class", {0, most_classes}));
  if (section.has("feature")) {
    settings.feature = static_cast<std::size_t>(section.integer("feature", {0, most_classes}));
    settings.feature_gain = section.number("feature_gain", {1e-6, 1e9}, settings.feature_gain);
    if (section.has("cutoff")) settings.cutoff = section.number("cutoff", {-1e9, 1e9});
  } else {
    settings.class_bias = section.number("class_bias", {0, 1e9}, settings.class_bias);
    settings.class_scale = section.number("class_scale", {1e-9, 1e9}, settings.class_scale);
  }
  return std::make_unique<const FishingCraft>(settings);
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
