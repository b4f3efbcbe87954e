#include "quantum_sim/measurement/probabilities.h"

#include "core/error.h"
#include "quantum_sim/measurement/expectation.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

template <class T>
double weight_of(std::complex<T> amplitude) {
  const double re = static_cast<double>(amplitude.real()), im = static_cast<double>(amplitude.imag());
  return re * re + im * im;
}
double weight_of(double probability) {
  return probability;
}

template <class Value>
std::vector<double> summed(std::span<const Value> values, std::span<const std::uint32_t> qubits) {
  require_distinct("probabilities", qubits, qubits_of(values.size()));
  require_memory((std::uint64_t{8} << qubits.size()), available_memory(),
                 fmt::format("the probabilities of {} qubits", qubits.size()));
  std::vector<double> result(std::size_t{1} << qubits.size());
  for (std::size_t j = 0; j < values.size(); ++j) result[extract_bits(j, qubits)] += weight_of(values[j]);
  return result;
}

}  // namespace

template <class T>
std::vector<double> probabilities(std::span<const std::complex<T>> state) {
  require_memory(std::uint64_t{8} << qubits_of(state.size()), available_memory(), "the probabilities of a state");
  std::vector<double> result(state.size());
  for (std::size_t j = 0; j < state.size(); ++j) result[j] = weight_of(state[j]);
  return result;
}

template <class T>
std::vector<double> probabilities(std::span<const std::complex<T>> state, std::span<const std::uint32_t> qubits) {
  return summed(state, qubits);
}

std::vector<double> marginal(std::span<const double> probabilities, std::span<const std::uint32_t> qubits) {
  return summed(probabilities, qubits);
}

std::uint64_t extract_bits(std::uint64_t outcome, std::span<const std::uint32_t> qubits) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t place = 0; place < qubits.size(); ++place) bits |= (outcome >> qubits[place] & 1) << place;
  return bits;
}

void require_distinct(const char* what, std::span<const std::uint32_t> chosen, std::uint32_t qubits) {
  std::uint64_t seen = 0;
  for (const std::uint32_t qubit : chosen) {
    if (qubit >= qubits)
      fail(ErrorKind::usage, "{}: qubit {} is out of range, there are qubits 0 to {}", what, qubit, qubits - 1);
    if (seen >> qubit & 1) fail(ErrorKind::usage, "{}: qubit {} is named twice", what, qubit);
    seen |= std::uint64_t{1} << qubit;
  }
}

template std::vector<double> probabilities(std::span<const std::complex<float>>);
template std::vector<double> probabilities(std::span<const std::complex<double>>);
template std::vector<double> probabilities(std::span<const std::complex<float>>, std::span<const std::uint32_t>);
template std::vector<double> probabilities(std::span<const std::complex<double>>, std::span<const std::uint32_t>);

}  // namespace tacit::quantum_sim
