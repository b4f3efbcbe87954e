#include "quantum_sim/noise/trajectory.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace tacit::quantum_sim {
namespace {

/// Below this weight the state is normalised again, long before a float loses digits.
constexpr double renormalised_below = 1e-4;
/// A probability that is nothing but rounding.
constexpr double impossible = 1e-12;
constexpr std::size_t max_rows = std::size_t{1} << Channel::max_qubits;

/// Tr(E rho) of a Hermitian effect.
double trace_product(const Channel::Matrix& effect, std::span<const std::complex<double>> rho, std::size_t rows) {
  double sum = 0;
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < rows; ++column)
      sum += (effect[row * rows + column] * rho[column * rows + row]).real();
  return sum;
}

}  // namespace

ChannelStep::ChannelStep(std::shared_ptr<const Channel> channel_in, std::vector<std::uint32_t> qubits_in)
    : channel(std::move(channel_in)), qubits(std::move(qubits_in)) {
  for (std::size_t index = 0; index < channel->kraus().size(); ++index) {
    LocalMap map;
    map.targets = qubits;
    map.entries = channel->kraus()[index];
    if (channel->is_mixture())
      for (std::complex<double>& entry : map.entries) entry /= std::sqrt(channel->probabilities()[index]);
    operators.push_back(std::move(map));
  }
}

std::size_t choose_operator(std::span<const double> probabilities, double u) noexcept {
  double sum = 0;
  for (std::size_t index = 1; index < probabilities.size(); ++index) {
    sum += probabilities[index];
    if (u < sum) return index;
  }
  // Rounding may leave a rest to a first operator that is impossible.
  if (probabilities[0] > impossible) return 0;
  return static_cast<std::size_t>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
}

// Added up in the order of choose_operator, so that both agree on every u.
double jumps_end(std::span<const double> probabilities) noexcept {
  if (probabilities[0] <= impossible) return 1;
  double sum = 0;
  for (std::size_t index = 1; index < probabilities.size(); ++index) sum += probabilities[index];
  return sum;
}

Pauli on_qubits(const Pauli& local, std::span<const std::uint32_t> qubits) noexcept {
  Pauli pauli{0, 0, local.phase};
  for (std::size_t place = 0; place < qubits.size(); ++place) {
    pauli.x |= (local.x >> place & 1) << qubits[place];
    pauli.z |= (local.z >> place & 1) << qubits[place];
  }
  return pauli;
}

template <class T>
void Trajectory<T>::apply(const ChannelStep& step) {
  const Channel& channel = *step.channel;
  const double u = stream_.uniform();
  if (channel.is_mixture()) {
    const std::size_t index = choose_operator(channel.probabilities(), u);
    if (index == 0 && channel.keeps_state()) return;
    if (channel.is_pauli_mixture()) return state_.apply(on_qubits(channel.strings()[index], step.qubits));
    return state_.apply(step.operators[index]);
  }
  if (u >= channel.most_jumps()) return keep_first(step);
  jump(step, u);
}

// No state would have jumped at this u.
template <class T>
void Trajectory<T>::keep_first(const ChannelStep& step) {
  state_.apply(step.operators[0]);
  least_weight_ *= 1 - step.channel->most_jumps();
  if (least_weight_ >= renormalised_below) return;
  state_.scale(1 / std::sqrt(state_.weight()));
  least_weight_ = 1;
}

template <class T>
void Trajectory<T>::jump(const ChannelStep& step, double u) {
  const Channel& channel = *step.channel;
  const std::size_t rows = std::size_t{1} << channel.qubits(), count = channel.effects().size();
  std::array<std::complex<double>, max_rows * max_rows> rho{};
  if (channel.qubits() == 1 && channel.has_diagonal_effects()) {
    const auto weights = state_.weights(step.qubits[0]);
    rho[0] = weights[0];
    rho[3] = weights[1];
  } else {
    state_.reduced_density(step.qubits, rho);
  }
  double weight = 0;
  for (std::size_t row = 0; row < rows; ++row) weight += rho[row * (rows + 1)].real();
  std::array<double, max_rows * max_rows> few{};
  std::vector<double> many(count > few.size() ? count : 0);
  const std::span<double> probabilities = std::span(many.empty() ? few.data() : many.data(), count);
  for (std::size_t index = 0; index < count; ++index)
    probabilities[index] = std::max(0.0, trace_product(channel.effects()[index], rho, rows) / weight);
  const std::size_t index = choose_operator(probabilities, u);
  state_.apply(step.operators[index], 1 / std::sqrt(probabilities[index] * weight));
  least_weight_ = 1;
}

template <class T>
bool Trajectory<T>::measure(std::uint32_t qubit) {
  const auto weights = state_.weights(qubit);
  const bool bit = stream_.uniform() * (weights[0] + weights[1]) < weights[1];
  state_.project(qubit, bit);
  state_.scale(1 / std::sqrt(weights[bit]));
  least_weight_ = 1;
  return bit;
}

template <class T>
void Trajectory<T>::reset(std::uint32_t qubit) {
  if (measure(qubit)) state_.lower_to_zero(qubit);
}

template <class T>
bool Trajectory<T>::misread(bool bit, const ReadoutError& error) noexcept {
  if (error.is_perfect()) return bit;
  return bit != (stream_.uniform() < (bit ? error.read_zero_of_one : error.read_one_of_zero));
}

template class Trajectory<float>;
template class Trajectory<double>;

}  // namespace tacit::quantum_sim
