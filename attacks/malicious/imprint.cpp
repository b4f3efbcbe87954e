#include "attacks/malicious/imprint.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"

namespace tacit::attacks {
namespace {

/// z with Phi(z) = p, 0 < p < 1, by bisection: exact to rounding, and never in a hurry.
double normal_quantile(double p) {
  double low = -40, high = 40;
  for (int step = 0; step < 100; ++step) {
    const double middle = 0.5 * (low + high);
    (0.5 * std::erfc(-middle / std::numbers::sqrt2) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

std::vector<double> imprint_cutoffs(std::size_t bins, const MeanFeature& believed) {
  if (!std::isfinite(believed.mean) || !std::isfinite(believed.deviation) || !(believed.deviation > 0)) {
    fail(ErrorKind::usage, "an imprint needs a finite mean and a positive deviation of the mean feature, got {} and {}",
         believed.mean, believed.deviation);
  }
  std::vector<double> cutoffs(bins);
  for (std::size_t k = 0; k < bins; ++k) {
    const double part = static_cast<double>(k + 1) / static_cast<double>(bins + 1);
    cutoffs[k] = believed.mean + believed.deviation * normal_quantile(part);
  }
  return cutoffs;
}

void write_imprint(const ReluBlock& block, const MeanFeature& believed, std::span<float> theta) {
  const auto& [first, second] = block;
  const std::vector<double> cutoffs = imprint_cutoffs(first.outputs, believed);
  const auto column_entry = [&](std::size_t row) { return theta[second.weight_offset + row * second.inputs]; };
  bool flows = false;
  for (std::size_t row = 0; row < second.outputs; ++row) flows = flows || column_entry(row) != 0;
  if (!flows) fail(ErrorKind::usage, "an imprint needs a second layer whose first column is not zero");

  const auto rows = theta.subspan(first.weight_offset, first.outputs * first.inputs);
  std::fill(rows.begin(), rows.end(), static_cast<float>(1.0 / static_cast<double>(first.inputs)));
  for (std::size_t k = 0; k < first.outputs; ++k) theta[*first.bias_offset + k] = static_cast<float>(-cutoffs[k]);
  for (std::size_t row = 0; row < second.outputs; ++row) {
    const auto entries = theta.subspan(second.weight_offset + row * second.inputs, second.inputs);
    std::fill(entries.begin(), entries.end(), column_entry(row));
  }
}

namespace {

class ImprintCraft final : public Craft {
 public:
  explicit ImprintCraft(const MeanFeature& believed) : believed_(believed) {}

  void write(const models::Model<float>& model, std::uint64_t, std::span<float> theta) const override {
    const auto block = first_relu_block(model);
    if (!block) {
      fail(ErrorKind::configuration,
           "an imprint needs a model that begins with layers 'linear' (with a bias), 'relu' and 'linear'");
    }
    write_imprint(*block, believed_, theta);
  }

 private:
  MeanFeature believed_;
};

}  // namespace

MeanFeature mean_feature_of(ConfigTable& section) {
  return {section.number("mean", {-1e9, 1e9}), section.number("deviation", {1e-12, 1e9})};
}

std::unique_ptr<const Craft> make_imprint_craft(ConfigTable section) {
  return std::make_unique<const ImprintCraft>(mean_feature_of(section));
}

}  // namespace tacit::attacks
