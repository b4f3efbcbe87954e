#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "quantum_sim/openqasm/scope.h"
#include "quantum_sim/openqasm/syntax.h"

namespace tacit::quantum_sim::openqasm {

/// A gate on registers: it acts once on each of their members, in order, with the operands that are single qubits the
/// same every time.
class Broadcast {
 public:
  /// All must outlive it. Throws Error(data) on registers of different sizes.
  Broadcast(const Statement& statement, const Scope& scope, const std::vector<std::string>& qubit_names,
            const std::string& origin);

  std::size_t copies() const noexcept { return copies_; }
  /// One for each operand. Throws Error(data) if two are the same.
  std::vector<std::uint32_t> qubits(std::size_t copy) const;

 private:
  const Statement& statement_;
  const std::vector<std::string>& qubit_names_;
  const std::string& origin_;
  std::vector<std::vector<std::uint32_t>> lists_;
  std::vector<bool> is_single_;
  std::size_t copies_ = 1;
};

}  // namespace tacit::quantum_sim::openqasm
