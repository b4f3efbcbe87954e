#include "coordinator/aggregation/weighted_mean.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tacit::coordinator {
namespace {

// ExactSum keeps totals inside [-2^63, 2^63) and takes products below 2^62.
constexpr double total_limit = 0x1p62;

}  // namespace

WeightedMean::WeightedMean(std::shared_ptr<const ParameterSchema> schema, std::size_t most_updates)
    : schema_(std::move(schema)),
      product_limit_(total_limit / static_cast<double>(std::max<std::size_t>(most_updates, 1))),
      sum_(schema_->size()) {}

void WeightedMean::admit(const Update& update) const {
  if (update.values.size() != schema_->size())
    fail(ErrorKind::usage, "an update of {} values for a model of {}", update.values.size(), schema_->size());
  const double limit = product_limit_ / static_cast<double>(update.examples);
  for (std::size_t i = 0; i < update.values.size(); ++i) {
    // Written so that NaN fails the comparison.
    if (std::fabs(static_cast<double>(update.values[i])) < limit) continue;
    fail(ErrorKind::data, "update: the value of parameter {} is {}, expected a finite number of magnitude below {:g}",
         schema_->element_name(i), update.values[i], limit);
  }
}

void WeightedMean::fold(const Update& update) {
  sum_.add(update.values, static_cast<double>(update.examples),
           [this](std::size_t element) { return schema_->element_name(element); });
  examples_ += update.examples;
}

std::vector<float> WeightedMean::mean() const {
  if (examples_ == 0) fail(ErrorKind::state, "no update was folded: there is no mean");
  return sum_.finish(static_cast<double>(examples_));
}

Parameters step_along(const Parameters& current, std::span<const float> direction, double factor) {
  Parameters next(current.shared_schema());
  const auto from = current.values();
  const auto to = next.values();
  for (const ParameterEntry& entry : current.schema().entries()) {
    // What an update holds of a statistic is its change, which is neither a gradient nor subject to a learning rate.
    const double by = entry.trained ? factor : 1;
    for (std::size_t i = entry.offset; i < entry.offset + entry.size; ++i) {
      to[i] = static_cast<float>(static_cast<double>(from[i]) + by * static_cast<double>(direction[i]));
      if (!std::isfinite(to[i]))
        fail(ErrorKind::data, "the aggregated model leaves the range of float: parameter {} becomes {}",
             current.schema().element_name(i), to[i]);
    }
  }
  return next;
}

}  // namespace tacit::coordinator
