#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/random.h"

namespace tacit::quantum_sim {

struct Count {
  std::uint64_t outcome;
  std::uint64_t shots;

  friend bool operator==(const Count&, const Count&) = default;
};

/// Independent outcomes, in the order drawn: shot s depends on the s-th uniform of the stream alone. Probabilities need
/// not add up to one, only be finite and not negative; Error(usage) names the one that is not. Uniforms are sorted and
/// met with the running sum in one pass: O(2^n + shots log shots) time, O(shots) memory, no table.
std::vector<std::uint64_t> sample(std::span<const double> probabilities, std::size_t shots, RandomStream& stream);

/// The same outcomes, counted: ascending, those that occurred.
std::vector<Count> sample_counts(std::span<const double> probabilities, std::size_t shots, RandomStream& stream);

/// By inverting the distribution at u in [0, 1).
template <class Weight>
std::size_t outcome_at(double u, std::size_t outcomes, double total, Weight&& weight) {
  double sum = 0;
  std::size_t last = 0;
  for (std::size_t outcome = 0; outcome < outcomes; ++outcome) {
    const double w = weight(outcome);
    if (w <= 0) continue;
    last = outcome;
    sum += w;
    if (u * total < sum) return outcome;
  }
  return last;  // Rounding left the sum below u * total.
}

/// Qubit n-1 first, as one writes a basis state: outcome 1 of 3 qubits is "001".
std::string bit_string(std::uint64_t outcome, std::uint32_t qubits);

/// The stream of one sample's shots, or of one of its trajectories; no two share numbers.
RandomStream shot_stream(std::uint64_t seed, std::uint32_t sample);
RandomStream trajectory_stream(std::uint64_t seed, std::uint32_t sample, std::uint32_t trajectory);
/// Trajectories have the numbers below; this one is the shots'.
inline constexpr std::uint32_t max_trajectories = 0xffffffffu;

}  // namespace tacit::quantum_sim
