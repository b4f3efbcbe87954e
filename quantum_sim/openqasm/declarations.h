#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "quantum_sim/openqasm/scope.h"
#include "quantum_sim/openqasm/syntax.h"

namespace tacit::quantum_sim::openqasm {

/// What a file declares: registers, free values, constants and aliases, by name. Everything throws Error(data) with the
/// place of what is declared twice or too large.
class Declarations {
 public:
  /// `origin` must outlive it.
  explicit Declarations(const std::string& origin) : origin_(origin) { globals_.outer = &constants_; }
  Declarations(const Declarations&) = delete;

  /// Takes the name of the statement, also of a gate, which nothing else may have afterwards.
  void add_name(const Statement& statement);
  void add_qubits(const Statement& statement);
  /// Returns the members.
  std::vector<std::uint32_t> add_bits(const Statement& statement);
  void add_free_value(const Statement& statement);
  void add_constant(const Statement& statement);
  void add_alias(const Statement& statement);

  /// All that a gate's body sees of it.
  const Scope& constants() const noexcept { return constants_; }
  Scope& globals() noexcept { return globals_; }

  /// By index: "q[0]", and so on.
  std::vector<std::string> qubit_names, parameter_names, input_names;

 private:
  std::uint32_t size_of(const Statement& statement) const;

  const std::string& origin_;
  Scope constants_, globals_;
  std::set<std::string> names_;
  std::uint32_t bits_ = 0;
};

}  // namespace tacit::quantum_sim::openqasm
