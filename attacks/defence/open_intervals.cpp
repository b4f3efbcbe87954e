#include "attacks/defence/open_intervals.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "attacks/linear_layers.h"
#include "privacy/compression/sparsify.h"

namespace tacit::attacks {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Bounds anything{-infinity, infinity};

double largest_magnitude(std::span<const float> update) {
  double largest = 0;
  for (const float value : update) largest = std::max(largest, std::abs(static_cast<double>(value)));
  return largest;
}

/// What rounds to this value (privacy/compression/quantise.h, signs.h).
class Rounding {
 public:
  Rounding(std::span<const float> update, const KnownDefence& defence) : bits_(defence.bits) {
    if (bits_ < 2) return;
    scale_ = largest_magnitude(update);
    const double step = quantisation_step(update, bits_);
    reach_ = defence.stochastic ? step : step / 2;
  }

  Bounds of(double value) const {
    if (bits_ == 1) return value >= 0 ? Bounds{0, infinity} : Bounds{-infinity, 0};
    if (bits_ == 0) return {value, value};
    // The scale is the largest magnitude there was.
    return {std::max(value - reach_, -scale_), std::min(value + reach_, scale_)};
  }

 private:
  unsigned bits_;
  double scale_ = 0, reach_ = 0;
};

/// Zeros of a tensor that was pruned: what was dropped is no larger than the smallest that was kept.
void open_pruned(std::span<const float> values, double keep_share, std::span<Bounds> intervals) {
  double smallest = infinity;
  std::size_t sent = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == 0) continue;
    ++sent;
    smallest = std::min(smallest, std::max(std::abs(intervals[i].low), std::abs(intervals[i].high)));
  }
  // Fewer than were kept: some that were kept are zero or round to it, and what was dropped is no larger.
  if (sent == 0 || (keep_share > 0 && sent < privacy::kept_of(values.size(), keep_share))) return;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] == 0) intervals[i] = {-smallest, smallest};
}

/// The inputs of the last layer whose weights give least: as many as were masked.
std::vector<std::size_t> masked_columns(std::span<const float> update, const LinearLayer& layer, double share) {
  std::vector<double> squares(layer.inputs);
  for (std::size_t row = 0; row < layer.outputs; ++row)
    for (std::size_t i = 0; i < layer.inputs; ++i) {
      const double value = update[layer.weight_offset + row * layer.inputs + i];
      squares[i] += value * value;
    }
  std::vector<std::size_t> order(layer.inputs);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return squares[i]; });
  auto count = static_cast<std::size_t>(std::llround(share * static_cast<double>(layer.inputs)));
  // A column of zeros beyond these may be masked as well as it may be a unit at rest.
  while (count < order.size() && squares[order[count]] == 0) ++count;
  order.resize(count);
  return order;
}

}  // namespace

double quantisation_step(std::span<const float> update, unsigned bits) {
  return largest_magnitude(update) / ((1u << (bits - 1)) - 1);
}

std::vector<Bounds> open_intervals(const Observation& observation, const models::Model<double>& model,
                                   const KnownDefence& defence) {
  const std::span<const float> update = observation.update();
  const Rounding rounding(update, defence);
  std::vector<Bounds> intervals;
  intervals.reserve(update.size());
  for (const float value : update) intervals.push_back(rounding.of(static_cast<double>(value)));
  for (const ParameterEntry& entry : observation.model().schema().entries()) {
    const auto tensor = std::span(intervals).subspan(entry.offset, entry.size);
    if (!entry.trained)
      std::ranges::fill(tensor, anything);
    else if (defence.pruned && defence.bits != 1)
      open_pruned(update.subspan(entry.offset, entry.size), defence.keep_share, tensor);
  }
  const auto layer = defence.masked ? last_linear_layer(model) : std::nullopt;
  if (!layer) return intervals;
  // A change over several steps had another mask in each.
  const bool one_mask = observation.kind() == UpdateKind::gradient;
  std::vector<std::size_t> columns(layer->inputs);
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  if (one_mask || defence.masked_share == 0) columns = masked_columns(update, *layer, defence.masked_share);
  for (const std::size_t column : columns)
    for (std::size_t row = 0; row < layer->outputs; ++row)
      intervals[layer->weight_offset + row * layer->inputs + column] = anything;
  return intervals;
}

}  // namespace tacit::attacks
