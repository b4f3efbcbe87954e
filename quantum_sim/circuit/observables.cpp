#include "quantum_sim/circuit/observables.h"

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::size_t most_projected = 12;

std::uint64_t bit(std::uint32_t qubit) {
  return std::uint64_t{1} << qubit;
}

template <class Add>
void for_each_bond(std::uint32_t qubits, Boundary boundary, Add add) {
  for (std::uint32_t qubit = 0; qubit + 1 < qubits; ++qubit) add(bit(qubit) | bit(qubit + 1));
  if (boundary == Boundary::periodic && qubits > 2) add(bit(qubits - 1) | bit(0));
}

}  // namespace

Observable sum_of_z(std::uint32_t qubits, double factor) {
  Observable sum;
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) sum.terms.push_back({factor, 0, bit(qubit)});
  return sum;
}

Observable ising_energy(std::uint32_t qubits, double coupling, double field, Boundary boundary) {
  Observable energy;
  for_each_bond(qubits, boundary, [&](std::uint64_t bond) { energy.terms.push_back({-coupling, 0, bond}); });
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) energy.terms.push_back({-field, bit(qubit), 0});
  return energy;
}

Observable xxz_energy(std::uint32_t qubits, double delta, Boundary boundary) {
  Observable energy;
  for_each_bond(qubits, boundary, [&](std::uint64_t bond) {
    energy.terms.push_back({1, bond, 0});
    energy.terms.push_back({1, bond, bond});
    energy.terms.push_back({delta, 0, bond});
  });
  return energy;
}

Observable projector(const std::vector<std::uint32_t>& qubits, std::uint64_t bits) {
  if (qubits.size() > most_projected)
    fail(ErrorKind::usage,
         "a projector on {} qubits has 2^{} Z strings; at most {} qubits are taken, read probabilities "
         "of more off the state",
         qubits.size(), qubits.size(), most_projected);
  std::uint64_t seen = 0;
  for (const std::uint32_t qubit : qubits) {
    if (qubit > 63 || (seen & bit(qubit)))
      fail(ErrorKind::usage, "projector: qubit {} is out of range or named twice", qubit);
    seen |= bit(qubit);
  }
  Observable result;
  const std::size_t count = std::size_t{1} << qubits.size();
  for (std::size_t subset = 0; subset < count; ++subset) {
    PauliTerm term{1.0 / static_cast<double>(count), 0, 0};
    for (std::size_t place = 0; place < qubits.size(); ++place) {
      if (!(subset >> place & 1)) continue;
      term.z_mask |= bit(qubits[place]);
      if (bits >> place & 1) term.coefficient = -term.coefficient;
    }
    result.terms.push_back(term);
  }
  return result;
}

}  // namespace tacit::quantum_sim
