#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "quantum_sim/circuit/gate.h"
#include "quantum_sim/circuit/observable.h"

namespace tacit::quantum_sim {

/// States have at most 2^max_state_qubits amplitudes; what fits into memory is usually less.
inline constexpr std::uint32_t max_state_qubits = 30;

/// A circuit: gates in order of application to |0...0>. Parameters theta are shared by a batch, inputs x belong to a
/// sample. A value; nothing is simulated here. Every method throws Error(usage) that names the gate's position and the
/// qubit on a qubit out of range, a qubit named twice, an angle that is not finite, a matrix that is not unitary or of
/// the wrong size; the circuit is then as before.
class Circuit {
 public:
  /// Of the description; analysis by Pauli strings goes beyond what a state can hold.
  static constexpr std::uint32_t max_qubits = 63;
  explicit Circuit(std::uint32_t qubits);

  Circuit& append(Gate gate);

  Circuit& x(std::uint32_t target) { return append({GateKind::x, {target}}); }
  Circuit& y(std::uint32_t target) { return append({GateKind::y, {target}}); }
  Circuit& z(std::uint32_t target) { return append({GateKind::z, {target}}); }
  Circuit& h(std::uint32_t target) { return append({GateKind::h, {target}}); }
  Circuit& s(std::uint32_t target) { return append({GateKind::s, {target}}); }
  Circuit& s_dagger(std::uint32_t target) { return append({GateKind::s_dagger, {target}}); }
  Circuit& t(std::uint32_t target) { return append({GateKind::t, {target}}); }
  Circuit& t_dagger(std::uint32_t target) { return append({GateKind::t_dagger, {target}}); }
  Circuit& sqrt_x(std::uint32_t target) { return append({GateKind::sqrt_x, {target}}); }

  Circuit& rx(std::uint32_t target, Angle angle) { return append({GateKind::rx, {target}, {}, {angle}}); }
  Circuit& ry(std::uint32_t target, Angle angle) { return append({GateKind::ry, {target}, {}, {angle}}); }
  Circuit& rz(std::uint32_t target, Angle angle) { return append({GateKind::rz, {target}, {}, {angle}}); }
  Circuit& phase(std::uint32_t target, Angle angle) { return append({GateKind::phase, {target}, {}, {angle}}); }
  Circuit& universal(std::uint32_t target, Angle theta, Angle phi, Angle lambda) {
    return append({GateKind::universal, {target}, {}, {theta, phi, lambda}});
  }

  Circuit& cnot(std::uint32_t control, std::uint32_t target) { return append({GateKind::x, {target}, {control}}); }
  Circuit& cy(std::uint32_t control, std::uint32_t target) { return append({GateKind::y, {target}, {control}}); }
  Circuit& cz(std::uint32_t first, std::uint32_t second) { return append({GateKind::z, {second}, {first}}); }
  Circuit& crx(std::uint32_t control, std::uint32_t target, Angle angle) {
    return append({GateKind::rx, {target}, {control}, {angle}});
  }
  Circuit& cry(std::uint32_t control, std::uint32_t target, Angle angle) {
    return append({GateKind::ry, {target}, {control}, {angle}});
  }
  Circuit& crz(std::uint32_t control, std::uint32_t target, Angle angle) {
    return append({GateKind::rz, {target}, {control}, {angle}});
  }
  Circuit& cphase(std::uint32_t control, std::uint32_t target, Angle angle) {
    return append({GateKind::phase, {target}, {control}, {angle}});
  }
  Circuit& toffoli(std::uint32_t first, std::uint32_t second, std::uint32_t target) {
    return append({GateKind::x, {target}, {first, second}});
  }
  Circuit& swap(std::uint32_t first, std::uint32_t second) { return append({GateKind::swap, {first, second}}); }
  Circuit& iswap(std::uint32_t first, std::uint32_t second) { return append({GateKind::iswap, {first, second}}); }

  /// exp(-i angle P / 2); `letters` in {X, Y, Z}, letters[i] on qubits[i].
  Circuit& pauli_rotation(std::string_view letters, const std::vector<std::uint32_t>& qubits, Angle angle);
  Circuit& rxx(std::uint32_t first, std::uint32_t second, Angle angle) {
    return pauli_rotation("XX", {first, second}, angle);
  }
  Circuit& ryy(std::uint32_t first, std::uint32_t second, Angle angle) {
    return pauli_rotation("YY", {first, second}, angle);
  }
  Circuit& rzz(std::uint32_t first, std::uint32_t second, Angle angle) {
    return pauli_rotation("ZZ", {first, second}, angle);
  }

  /// A 2^k x 2^k matrix, row-major, on k targets (k <= 6); unitary to 1e-8.
  Circuit& unitary(std::vector<std::uint32_t> targets, std::vector<std::complex<double>> matrix);
  /// diag(entries) on k targets, 2^k entries of magnitude one to 1e-8 (k <= 16).
  Circuit& diagonal(std::vector<std::uint32_t> targets, std::vector<std::complex<double>> entries);

  /// For sampling and noise only: engines of expectation values refuse circuits that hold these.
  Circuit& measure(std::uint32_t target, std::uint32_t classical_bit) {
    return append({.kind = GateKind::measure, .targets = {target}, .classical_bit = classical_bit});
  }
  Circuit& reset(std::uint32_t target) { return append({GateKind::reset, {target}}); }

  /// Amplitude encoding: the circuit starts from sum_j x_j |j> / ||x|| over inputs x_0 .. x_{count-1}, count at most
  /// 2^qubits (the rest is zero), instead of |0...0>. Only before the first gate.
  Circuit& encode_amplitudes(std::size_t count);
  std::size_t encoded_amplitudes() const noexcept { return encoded_amplitudes_; }

  std::uint32_t qubits() const noexcept { return qubits_; }
  /// One more than the highest parameter index used.
  std::size_t parameters() const noexcept { return parameters_; }
  std::size_t inputs() const noexcept { return inputs_; }
  std::size_t classical_bits() const noexcept { return classical_bits_; }
  bool is_unitary() const noexcept { return is_unitary_; }
  const std::vector<Gate>& gates() const noexcept { return gates_; }

 private:
  std::uint32_t qubits_;
  std::size_t parameters_ = 0;
  std::size_t inputs_ = 0;
  std::size_t classical_bits_ = 0;
  std::size_t encoded_amplitudes_ = 0;
  bool is_unitary_ = true;
  std::vector<Gate> gates_;
};

}  // namespace tacit::quantum_sim
