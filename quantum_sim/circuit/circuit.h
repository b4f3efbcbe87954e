#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tacit::quantum_sim {

/// Conventions: qubit 0 is the least significant bit of a basis index; R_P(angle) = exp(-i angle P / 2).

enum class GateKind : std::uint8_t { rx, ry, rz, cnot, cz };

/// Where a rotation's angle comes from: offset + scale * source value.
struct Angle {
  enum class Source : std::uint8_t { constant, parameter, input };
  Source source = Source::constant;
  std::uint32_t index = 0;  ///< which parameter theta_k or input x_j
  double scale = 1;
  double offset = 0;

  static Angle constant(double value) { return {Source::constant, 0, 0, value}; }
  static Angle parameter(std::uint32_t index, double scale = 1) { return {Source::parameter, index, scale, 0}; }
  static Angle input(std::uint32_t index, double scale = 1, double offset = 0) {
    return {Source::input, index, scale, offset};
  }
};

struct Gate {
  GateKind kind;
  std::uint32_t target = 0;
  std::uint32_t control = 0;  ///< cnot and cz only
  Angle angle;                ///< rotations only
};

/// A circuit: gates in order of application to |0...0>. Parameters theta are shared by a batch, inputs x belong to a
/// sample. A value; nothing is simulated here. Every method throws Error(usage) that names the gate's position and the
/// qubit on a qubit out of range, a control equal to its target, or an angle that is not finite.
class Circuit {
 public:
  static constexpr std::uint32_t max_qubits = 30;
  explicit Circuit(std::uint32_t qubits);

  Circuit& rx(std::uint32_t target, Angle angle);
  Circuit& ry(std::uint32_t target, Angle angle);
  Circuit& rz(std::uint32_t target, Angle angle);
  Circuit& cnot(std::uint32_t control, std::uint32_t target);
  Circuit& cz(std::uint32_t first, std::uint32_t second);

  std::uint32_t qubits() const noexcept { return qubits_; }
  /// One more than the highest parameter index used.
  std::size_t parameters() const noexcept { return parameters_; }
  std::size_t inputs() const noexcept { return inputs_; }
  const std::vector<Gate>& gates() const noexcept { return gates_; }

 private:
  Circuit& append(Gate gate);
  std::uint32_t qubits_;
  std::size_t parameters_ = 0;
  std::size_t inputs_ = 0;
  std::vector<Gate> gates_;
};

/// A Pauli string with a real coefficient: bit q of x_mask (z_mask) says that qubit q carries X (Z); both bits mean Y.
struct PauliTerm {
  double coefficient = 1;
  std::uint64_t x_mask = 0;
  std::uint64_t z_mask = 0;
};

/// A weighted sum of Pauli strings: one real output of a circuit.
struct Observable {
  std::vector<PauliTerm> terms;
  static Observable pauli_z(std::uint32_t qubit) { return {{{1.0, 0, std::uint64_t{1} << qubit}}}; }
  /// Z on every qubit of the mask.
  static Observable pauli_z_string(std::uint64_t mask) { return {{{1.0, 0, mask}}}; }
};

}  // namespace tacit::quantum_sim
