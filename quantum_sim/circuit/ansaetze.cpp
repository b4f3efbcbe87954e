#include "quantum_sim/circuit/ansaetze.h"

#include <utility>

#include "quantum_sim/circuit/pauli_letters.h"

namespace tacit::quantum_sim {
namespace {

using Bond = std::pair<std::uint32_t, std::uint32_t>;

// Hands out parameters in order.
class NextParameter {
 public:
  explicit NextParameter(std::uint32_t first) : next_(first) {}
  Angle operator()() { return Angle::parameter(next_++); }
  std::uint32_t index() const { return next_; }

 private:
  std::uint32_t next_;
};

// One angle for a whole group of terms, or a new one each time.
class GroupAngle {
 public:
  GroupAngle(NextParameter& next, Sharing sharing, bool has_terms)
      : next_(next), is_shared_(sharing == Sharing::per_group) {
    if (is_shared_ && has_terms) shared_ = next();
  }
  Angle operator()() { return is_shared_ ? shared_ : next_(); }

 private:
  NextParameter& next_;
  bool is_shared_;
  Angle shared_;
};

std::vector<Bond> bonds(std::uint32_t qubits, Boundary boundary, std::uint32_t first, std::uint32_t step) {
  std::vector<Bond> all;
  for (std::uint32_t qubit = first; qubit + 1 < qubits; qubit += step) all.push_back({qubit, qubit + 1});
  // The bond that closes the ring starts at the last qubit. On two qubits it is there already.
  if (boundary == Boundary::periodic && qubits > 2 && (qubits - 1) % step == first % step)
    all.push_back({qubits - 1, 0});
  return all;
}

void append_entangler(Circuit& circuit, Entangler entangler) {
  const std::uint32_t qubits = circuit.qubits();
  for (std::uint32_t qubit = 0; qubit + 1 < qubits; ++qubit) circuit.cnot(qubit, qubit + 1);
  // On two qubits the ring's last CNOT is the chain's own, backwards; on one there is nothing to entangle.
  if (entangler == Entangler::cnot_ring && qubits > 1) circuit.cnot(qubits - 1, 0);
}

void append_euler_angles(Circuit& circuit, std::uint32_t qubit, NextParameter& next) {
  circuit.rz(qubit, next()).ry(qubit, next()).rz(qubit, next());
}

template <class Brick>
void append_brick_wall(Circuit& circuit, std::uint32_t layers, Brick brick) {
  for (std::uint32_t layer = 0; layer < layers; ++layer)
    for (const std::uint32_t first : {0u, 1u})
      for (const auto& [low, high] : bonds(circuit.qubits(), Boundary::open, first, 2)) brick(low, high);
}

}  // namespace

std::uint32_t append_hardware_efficient(Circuit& circuit, std::uint32_t layers, Entangler entangler,
                                        std::uint32_t first_parameter) {
  NextParameter next(first_parameter);
  for (std::uint32_t layer = 0; layer < layers; ++layer) {
    for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit) {
      circuit.ry(qubit, next());
      circuit.rz(qubit, next());
    }
    append_entangler(circuit, entangler);
  }
  return next.index();
}

std::uint32_t append_strongly_entangling(Circuit& circuit, std::uint32_t layers, std::uint32_t first_parameter) {
  NextParameter next(first_parameter);
  const std::uint32_t qubits = circuit.qubits();
  for (std::uint32_t layer = 0; layer < layers; ++layer) {
    for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) append_euler_angles(circuit, qubit, next);
    if (qubits == 1) continue;
    const std::uint32_t range = 1 + layer % (qubits - 1);
    for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) circuit.cnot(qubit, (qubit + range) % qubits);
  }
  return next.index();
}

std::uint32_t append_transverse_field_ising(Circuit& circuit, std::uint32_t layers, Sharing sharing, Boundary boundary,
                                            std::uint32_t first_parameter) {
  NextParameter next(first_parameter);
  const std::vector<Bond> all = bonds(circuit.qubits(), boundary, 0, 1);
  for (std::uint32_t layer = 0; layer < layers; ++layer) {
    GroupAngle coupling(next, sharing, !all.empty());
    for (const auto& [first, second] : all) circuit.rzz(first, second, coupling());
    GroupAngle field(next, sharing, true);
    for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit) circuit.rx(qubit, field());
  }
  return next.index();
}

std::uint32_t append_xxz(Circuit& circuit, std::uint32_t layers, Sharing sharing, Boundary boundary,
                         std::uint32_t first_parameter) {
  NextParameter next(first_parameter);
  for (std::uint32_t layer = 0; layer < layers; ++layer) {
    for (const std::uint32_t start : {1u, 0u}) {
      const std::vector<Bond> set = bonds(circuit.qubits(), boundary, start, 2);
      GroupAngle along(next, sharing, !set.empty());
      for (const auto& [first, second] : set) circuit.rzz(first, second, along());
      GroupAngle across(next, sharing, !set.empty());
      for (const auto& [first, second] : set) {
        const Angle angle = across();
        circuit.rxx(first, second, angle).ryy(first, second, angle);
      }
    }
  }
  return next.index();
}

std::uint32_t append_matchgates(Circuit& circuit, std::uint32_t layers, std::uint32_t first_parameter) {
  NextParameter next(first_parameter);
  append_brick_wall(circuit, layers, [&](std::uint32_t low, std::uint32_t high) {
    circuit.rz(low, next()).rz(high, next());
    circuit.rxx(low, high, next()).ryy(low, high, next());
    circuit.rz(low, next()).rz(high, next());
  });
  return next.index();
}

std::uint32_t append_su4_bricks(Circuit& circuit, std::uint32_t layers, std::uint32_t first_parameter) {
  NextParameter next(first_parameter);
  append_brick_wall(circuit, layers, [&](std::uint32_t low, std::uint32_t high) {
    append_euler_angles(circuit, low, next);
    append_euler_angles(circuit, high, next);
    circuit.rxx(low, high, next()).ryy(low, high, next()).rzz(low, high, next());
    append_euler_angles(circuit, low, next);
    append_euler_angles(circuit, high, next);
  });
  return next.index();
}

std::uint32_t append_pauli_rotations(Circuit& circuit, std::uint32_t layers, const std::vector<std::string>& strings,
                                     std::uint32_t first_parameter) {
  for (const std::string& letters : strings) require_pauli_letters(letters, circuit.qubits());
  NextParameter next(first_parameter);
  for (std::uint32_t layer = 0; layer < layers; ++layer)
    for (const std::string& letters : strings) append_pauli_string(circuit, letters, next());
  return next.index();
}

}  // namespace tacit::quantum_sim
