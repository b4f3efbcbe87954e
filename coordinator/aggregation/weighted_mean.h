#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "coordinator/aggregation/strategy.h"
#include "core/exact_sum.h"

namespace tacit::coordinator {

/// The mean of updates, each weighted by its number of examples, exact and free of order:
///   mean = (sum_k n_k u_k) / (sum_k n_k)
class WeightedMean {
 public:
  /// `most_updates` bounds how many updates can come; it sets how large one may be so that the sum cannot overflow.
  WeightedMean(std::shared_ptr<const ParameterSchema> schema, std::size_t most_updates);

  /// Throws Error(data) naming the first element that is NaN, infinite, or so large that sums may overflow;
  /// Error(usage) on a wrong number of values.
  void admit(const Update& update) const;
  void fold(const Update& update);
  /// [parameters]; throws Error(state) if nothing was folded.
  std::vector<float> mean() const;

 private:
  std::shared_ptr<const ParameterSchema> schema_;
  double product_limit_;
  ExactSum sum_;
  std::uint64_t examples_ = 0;
};

/// current + factor * direction, element by element: computed in double, rounded once to float. Parameters that are not
/// trained (running statistics) take the factor 1: they become the mean of the clients'. Throws Error(data)
/// naming the first parameter that leaves the range of float.
Parameters step_along(const Parameters& current, std::span<const float> direction, double factor);

}  // namespace tacit::coordinator
