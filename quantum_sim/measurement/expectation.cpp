#include "quantum_sim/measurement/expectation.h"

#include <bit>
#include <cmath>

#include "core/error.h"
#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {
namespace {

constexpr int max_projector_qubits = 16;

void require_projector(const Projector& projector, std::uint32_t qubits) {
  if (projector.mask >> qubits != 0 || (projector.bits & ~projector.mask) != 0)
    fail(ErrorKind::usage, "projector: mask {:#x} and bits {:#x} must lie within {} qubits, and the bits in the mask",
         projector.mask, projector.bits, qubits);
}

/// conj(left) * right in double.
template <class T>
std::complex<double> inner(std::complex<T> left, std::complex<T> right) {
  const double a = static_cast<double>(left.real()), b = static_cast<double>(left.imag());
  const double c = static_cast<double>(right.real()), d = static_cast<double>(right.imag());
  return {a * c + b * d, a * d - b * c};
}

/// Re <psi| P |psi>: every pair (j, j ^ x) gives twice the real part of one element.
template <class T>
double pair_sum(std::span<const std::complex<T>> state, std::uint64_t x, std::uint64_t z) {
  const std::uint64_t below = std::bit_floor(x) - 1;
  // <j ^ x| P |j> = i^|x & z| (-1)^parity(j & z), so the real part of i^k w is +-Re w or +-Im w.
  const int power = std::popcount(x & z) & 3;
  const bool is_imaginary = power & 1;
  double sum = 0;
  for (std::uint64_t rest = 0; rest < state.size() / 2; ++rest) {
    const std::uint64_t one = ((rest & ~below) << 1) | (rest & below);
    const std::complex<double> element = inner(state[one ^ x], state[one]);
    const double part = is_imaginary ? -element.imag() : element.real();
    sum += parity(one & z) ? -part : part;
  }
  return power & 2 ? -2 * sum : 2 * sum;
}

}  // namespace

void require_observable(const Observable& observable, std::uint32_t qubits) {
  for (std::size_t term = 0; term < observable.terms.size(); ++term) {
    const PauliTerm& pauli = observable.terms[term];
    const std::uint64_t touched = pauli.x_mask | pauli.z_mask;
    if (const auto width = static_cast<std::uint32_t>(std::bit_width(touched)); width > qubits)
      fail(ErrorKind::usage, "observable, term {}: qubit {} is out of range, there are qubits 0 to {}", term, width - 1,
           qubits - 1);
    if (!std::isfinite(pauli.coefficient))
      fail(ErrorKind::usage, "observable, term {}: its coefficient must be finite, but is {}", term, pauli.coefficient);
  }
}

std::uint32_t qubits_of(std::size_t amplitudes) {
  const auto qubits = static_cast<std::uint32_t>(std::bit_width(amplitudes)) - 1;
  if (amplitudes < 2 || !std::has_single_bit(amplitudes) || qubits > max_state_qubits)
    fail(ErrorKind::usage, "a state holds 2^n numbers, n from 1 to {}, not {}", max_state_qubits, amplitudes);
  return qubits;
}

template <class T>
double expectation(std::span<const std::complex<T>> state, const PauliTerm& term) {
  require_observable({{term}}, qubits_of(state.size()));
  if (term.x_mask != 0) return pair_sum(state, term.x_mask, term.z_mask);
  double sum = 0;
  for (std::size_t j = 0; j < state.size(); ++j) {
    const double weight = inner(state[j], state[j]).real();
    sum += parity(j & term.z_mask) ? -weight : weight;
  }
  return sum;
}

template <class T>
double expectation(std::span<const std::complex<T>> state, const Observable& observable) {
  require_observable(observable, qubits_of(state.size()));
  double sum = 0;
  for (const PauliTerm& term : observable.terms) sum += term.coefficient * expectation(state, term);
  return sum;
}

template <class T>
double expectation(std::span<const std::complex<T>> state, const Projector& projector) {
  require_projector(projector, qubits_of(state.size()));
  double sum = 0;
  for (std::size_t j = 0; j < state.size(); ++j)
    if ((j & projector.mask) == projector.bits) sum += inner(state[j], state[j]).real();
  return sum;
}

template <class T>
double overlap(std::span<const std::complex<T>> state, std::span<const std::complex<T>> other) {
  qubits_of(state.size());
  if (state.size() != other.size())
    fail(ErrorKind::usage, "overlap: the states have {} and {} amplitudes", state.size(), other.size());
  std::complex<double> sum = 0;
  for (std::size_t j = 0; j < state.size(); ++j) sum += inner(other[j], state[j]);
  return std::norm(sum);
}

Observable to_observable(const Projector& projector) {
  require_projector(projector, Circuit::max_qubits);
  const int weight = std::popcount(projector.mask);
  if (weight > max_projector_qubits)
    fail(ErrorKind::usage, "projector: as a Pauli sum it may have at most {} qubits, not {}", max_projector_qubits,
         weight);
  Observable observable;
  const double coefficient = std::ldexp(1.0, -weight);
  // Counts through all subsets of the mask.
  std::uint64_t subset = 0;
  do {
    observable.terms.push_back({parity(subset & projector.bits) ? -coefficient : coefficient, 0, subset});
    subset = (subset - projector.mask) & projector.mask;
  } while (subset != 0);
  return observable;
}

template double expectation(std::span<const std::complex<float>>, const PauliTerm&);
template double expectation(std::span<const std::complex<double>>, const PauliTerm&);
template double expectation(std::span<const std::complex<float>>, const Observable&);
template double expectation(std::span<const std::complex<double>>, const Observable&);
template double expectation(std::span<const std::complex<float>>, const Projector&);
template double expectation(std::span<const std::complex<double>>, const Projector&);
template double overlap(std::span<const std::complex<float>>, std::span<const std::complex<float>>);
template double overlap(std::span<const std::complex<double>>, std::span<const std::complex<double>>);

}  // namespace tacit::quantum_sim
