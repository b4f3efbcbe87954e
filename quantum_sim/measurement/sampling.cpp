#include "quantum_sim/measurement/sampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

/// The sum that the running sum below ends at, bit for bit.
double checked_total(std::span<const double> probabilities) {
  double total = 0;
  for (std::size_t outcome = 0; outcome < probabilities.size(); ++outcome) {
    const double probability = probabilities[outcome];
    if (!std::isfinite(probability) || probability < 0)
      fail(ErrorKind::usage, "sampling: outcome {} has probability {}", outcome, probability);
    total += probability;
  }
  if (!(total > 0) || !std::isfinite(total))
    fail(ErrorKind::usage, "sampling: the {} probabilities add up to {}", probabilities.size(), total);
  return total;
}

std::vector<double> uniforms(std::size_t shots, RandomStream& stream) {
  require_memory(std::uint64_t{shots} * 24, available_memory(), fmt::format("{} shots", shots));
  std::vector<double> values(shots);
  for (double& value : values) value = stream.uniform();
  return values;
}

/// Calls take(outcome, i) for the sorted uniforms, i = 0, 1, ...
template <class Take>
void meet(std::span<const double> probabilities, double total, std::span<const double> sorted, Take&& take) {
  double sum = 0;
  std::size_t next = 0, last = 0;
  for (std::size_t outcome = 0; outcome < probabilities.size() && next < sorted.size(); ++outcome) {
    if (probabilities[outcome] == 0) continue;
    sum += probabilities[outcome];
    last = outcome;
    while (next < sorted.size() && sorted[next] * total < sum) take(outcome, next++);
  }
  while (next < sorted.size()) take(last, next++);
}

}  // namespace

std::vector<std::uint64_t> sample(std::span<const double> probabilities, std::size_t shots, RandomStream& stream) {
  const double total = checked_total(probabilities);
  const std::vector<double> drawn = uniforms(shots, stream);
  std::vector<std::size_t> order(shots);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return drawn[a] < drawn[b]; });
  std::vector<double> sorted(shots);
  for (std::size_t place = 0; place < shots; ++place) sorted[place] = drawn[order[place]];
  std::vector<std::uint64_t> outcomes(shots);
  meet(probabilities, total, sorted, [&](std::size_t outcome, std::size_t i) { outcomes[order[i]] = outcome; });
  return outcomes;
}

std::vector<Count> sample_counts(std::span<const double> probabilities, std::size_t shots, RandomStream& stream) {
  const double total = checked_total(probabilities);
  std::vector<double> drawn = uniforms(shots, stream);
  std::sort(drawn.begin(), drawn.end());
  std::vector<Count> counts;
  meet(probabilities, total, drawn, [&](std::size_t outcome, std::size_t) {
    if (counts.empty() || counts.back().outcome != outcome) counts.push_back({outcome, 0});
    ++counts.back().shots;
  });
  return counts;
}

std::string bit_string(std::uint64_t outcome, std::uint32_t qubits) {
  std::string bits(qubits, '0');
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit)
    if (outcome >> qubit & 1) bits[qubits - 1 - qubit] = '1';
  return bits;
}

RandomStream shot_stream(std::uint64_t seed, std::uint32_t sample) {
  return RandomStream({seed, Purpose::sampling, sample, max_trajectories});
}

RandomStream trajectory_stream(std::uint64_t seed, std::uint32_t sample, std::uint32_t trajectory) {
  return RandomStream({seed, Purpose::sampling, sample, trajectory});
}

}  // namespace tacit::quantum_sim
