#include "quantum_sim/gradients/parameter_shift.h"

#include <cmath>

#include "core/error.h"
#include "quantum_sim/gradients/shift_rule.h"

namespace tacit::quantum_sim {
namespace {

void require_sets(std::span<const double> parameters, std::span<const FrequencySet> frequencies) {
  if (frequencies.size() != parameters.size())
    fail(ErrorKind::usage, "parameter shift: expected one set of frequencies for each of {} parameters, got {}",
         parameters.size(), frequencies.size());
}

/// Evaluates the function at shifted parameters and sums what rules weigh.
class ShiftedSums {
 public:
  ShiftedSums(const ExpectationFunction& function, std::span<const double> parameters)
      : function_(function), center_(parameters), shifted_(parameters.begin(), parameters.end()) {}

  Estimate sum(const ShiftRule& rule, std::size_t index) {
    Estimate total;
    for (std::size_t m = 0; m < rule.shifts.size(); ++m) {
      shifted_[index] = center_[index] + rule.shifts[m];
      add(total, rule.coefficients[m]);
    }
    shifted_[index] = center_[index];
    return total;
  }

  Estimate sum(const ShiftRule& first, std::size_t p, const ShiftRule& second, std::size_t q) {
    Estimate total;
    for (std::size_t m = 0; m < first.shifts.size(); ++m) {
      shifted_[p] = center_[p] + first.shifts[m];
      for (std::size_t l = 0; l < second.shifts.size(); ++l) {
        shifted_[q] = center_[q] + second.shifts[l];
        add(total, first.coefficients[m] * second.coefficients[l]);
      }
    }
    shifted_[p] = center_[p];
    shifted_[q] = center_[q];
    return total;
  }

  std::size_t evaluations() const noexcept { return evaluations_; }

 private:
  void add(Estimate& total, double coefficient) {
    const Estimate value = function_(shifted_, evaluations_++);
    total.mean += coefficient * value.mean;
    total.variance += coefficient * coefficient * value.variance;
  }

  const ExpectationFunction& function_;
  std::span<const double> center_;
  std::vector<double> shifted_;
  std::size_t evaluations_ = 0;
};

}  // namespace

DerivativeEstimates parameter_shift_gradient(const ExpectationFunction& function, std::span<const double> parameters,
                                             std::span<const FrequencySet> frequencies) {
  require_sets(parameters, frequencies);
  ShiftedSums sums(function, parameters);
  DerivativeEstimates result;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const Estimate derivative = sums.sum(first_derivative_rule(frequencies[p]), p);
    result.values.push_back(derivative.mean);
    result.standard_errors.push_back(std::sqrt(derivative.variance));
  }
  result.evaluations = sums.evaluations();
  return result;
}

DerivativeEstimates parameter_shift_hessian(const ExpectationFunction& function, std::span<const double> parameters,
                                            std::span<const FrequencySet> frequencies) {
  require_sets(parameters, frequencies);
  const std::size_t count = parameters.size();
  std::vector<ShiftRule> rules;
  for (const FrequencySet& set : frequencies) rules.push_back(first_derivative_rule(set));
  ShiftedSums sums(function, parameters);
  DerivativeEstimates result{std::vector<double>(count * count), std::vector<double>(count * count), 0};
  for (std::size_t p = 0; p < count; ++p) {
    for (std::size_t q = 0; q <= p; ++q) {
      const Estimate entry =
          p == q ? sums.sum(second_derivative_rule(frequencies[p]), p) : sums.sum(rules[p], p, rules[q], q);
      for (const std::size_t place : {p * count + q, q * count + p}) {
        result.values[place] = entry.mean;
        result.standard_errors[place] = std::sqrt(entry.variance);
      }
    }
  }
  result.evaluations = sums.evaluations();
  return result;
}

}  // namespace tacit::quantum_sim
