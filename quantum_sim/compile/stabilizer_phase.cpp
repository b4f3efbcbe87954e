#include "quantum_sim/compile/stabilizer_phase.h"

#include <bit>
#include <optional>
#include <vector>

namespace tacit::quantum_sim {
namespace {

// Powers of i are counted in quarters, modulo 4.

// <index| P |state> = i^quarters <index ^ P.x| state>, as P is Hermitian.
std::uint32_t element(const Pauli& pauli, std::uint64_t index) {
  const std::uint64_t from = index ^ pauli.x;
  return (pauli.phase + 2 * parity(from & pauli.z)) & 3u;
}

class StabilizerState {
 public:
  explicit StabilizerState(std::uint32_t qubits) {
    for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) stabilizers_.push_back(Pauli::pauli_z(qubit));
  }

  void apply(const CliffordTurn& turn) {
    if (turn.quarters == 2)
      flip(turn.pauli);
    else if (turn.quarters != 0)
      mix(turn);
    // G S G^dagger, where `conjugated` has the adjoint first.
    for (Pauli& stabilizer : stabilizers_) stabilizer = conjugated(stabilizer, {turn.pauli, (4 - turn.quarters) & 3u});
  }

  StabilizerAmplitude amplitude() const { return {index_, eighths_}; }

 private:
  // -i P.
  void flip(const Pauli& pauli) {
    index_ ^= pauli.x;
    eighths_ = (eighths_ + 2 * ((element(pauli, index_) + 3) & 3u)) & 7u;
  }

  // (1 - i P) / sqrt(2) or -(1 + i P) / sqrt(2). In units of the amplitude followed: it becomes +-(1 + i^m).
  void mix(const CliffordTurn& turn) {
    const std::uint32_t sign = turn.quarters == 1 ? 3 : 1;
    if (turn.quarters == 3) eighths_ = (eighths_ + 4) & 7u;
    const std::optional<std::uint32_t> partner = relative_amplitude(turn.pauli.x);
    if (!partner) return;  // nothing is mixed in
    const std::uint32_t mixed = (sign + element(turn.pauli, index_) + *partner) & 3u;
    if (mixed != 2) {
      add_sum(mixed);
      return;
    }
    // It vanishes; the partner, i^partner + (-+ i) i^element, does not.
    index_ ^= turn.pauli.x;
    eighths_ = (eighths_ + 2 * *partner) & 7u;
    add_sum((sign + element(turn.pauli, index_) + 4 - *partner) & 3u);
  }

  // The argument of 1 + i^m, m not 2.
  void add_sum(std::uint32_t m) { eighths_ = (eighths_ + (m == 1 ? 1 : m == 3 ? 7 : 0)) & 7u; }

  // <index ^ x| state> / <index| state> = i^quarters, or nothing if that is zero.
  std::optional<std::uint32_t> relative_amplitude(std::uint64_t x) const {
    std::vector<Pauli> rest = stabilizers_;
    Pauli product;
    while (true) {
      // Each stabilizer in turn clears its highest X bit from the others and from what is looked for.
      std::size_t place = 0;
      while (place < rest.size() && rest[place].x == 0) ++place;
      if (place == rest.size()) break;
      const Pauli pivot = rest[place];
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(place));
      const std::uint64_t bit = std::bit_floor(pivot.x);
      for (Pauli& other : rest)
        if (other.x & bit) other = other * pivot;
      if ((product.x ^ x) & bit) product = product * pivot;
    }
    if (product.x != x) return std::nullopt;
    // <index ^ x| S |state> with S |state> = |state>.
    return element(product, index_ ^ x);
  }

  std::vector<Pauli> stabilizers_;
  std::uint64_t index_ = 0;
  std::uint32_t eighths_ = 0;
};

}  // namespace

StabilizerAmplitude stabilizer_amplitude(std::span<const CliffordTurn> turns, std::uint32_t qubits) {
  StabilizerState state(qubits);
  for (const CliffordTurn& turn : turns) state.apply(turn);
  return state.amplitude();
}

}  // namespace tacit::quantum_sim
