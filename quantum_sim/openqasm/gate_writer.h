#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "quantum_sim/circuit/gate.h"

namespace tacit::quantum_sim::openqasm {

/// Writes gates as statements of one version of OpenQASM, exactly up to a global phase of the whole circuit. What the
/// version has no gate for is written by others: version 2 has no `ctrl @`, so many controls become phases on parities.
class GateWriter {
 public:
  explicit GateWriter(int version) : version_(version) {}

  /// Throws Error(usage) that names the gate if it cannot be written.
  void write(const Gate& gate, std::size_t position);
  const std::string& statements() const noexcept { return statements_; }
  /// Of the gates that the statements use, in the order of first use.
  const std::string& definitions() const noexcept { return definitions_; }

 private:
  using Qubits = std::vector<std::uint32_t>;

  void line(const std::string& name, const std::vector<Angle>& angles, const Qubits& qubits);
  bool has_control_modifier() const noexcept { return version_ == 3; }
  void controlled_line(const char* name, const std::vector<Angle>& angles, const Qubits& controls,
                       const Qubits& targets);

  void write_fixed(const Gate& gate);
  void write_rotation(GateKind axis, const Angle& angle, const Qubits& controls, std::uint32_t target);
  /// exp(i angle) where all of the qubits are 1; none of them is a global phase, which is dropped.
  void write_phase(const Angle& angle, const Qubits& qubits);
  void write_phase_by_parities(const Angle& angle, const Qubits& qubits);
  void write_universal(const std::vector<Angle>& angles, const Qubits& controls, std::uint32_t target);
  void write_swap(const Gate& gate);
  void write_iswap(const Gate& gate);
  void write_pauli_rotation(const Gate& gate);
  void write_matrix(const Gate& gate);
  void write_large_matrix(const Gate& gate);
  void write_diagonal(const Gate& gate);
  void define_pauli_rotation(const std::string& name, const std::string& letters);

  int version_;
  std::size_t position_ = 0;
  const Gate* gate_ = nullptr;
  std::string statements_, definitions_;
  std::map<std::string, bool> defined_;
};

}  // namespace tacit::quantum_sim::openqasm
