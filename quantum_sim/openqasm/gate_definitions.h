#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "quantum_sim/openqasm/parser.h"
#include "quantum_sim/openqasm/standard_gates.h"
#include "quantum_sim/openqasm/syntax.h"

namespace tacit::quantum_sim::openqasm {

/// The gates that a file may call: those that it defines, and the standard ones that its version and includes give it.
class GateDefinitions {
 public:
  /// `parser` must outlive it: it knows what has been included so far.
  explicit GateDefinitions(const Parser& parser) : parser_(parser) {}

  /// Throws Error(data) unless the body calls known gates, on the gate's own qubits. A name that was used by its
  /// standard meaning keeps it.
  void define(const Statement& statement);
  /// Null if the file does not define it.
  const Statement* find(const std::string& name) const;
  /// Throws Error(data) if there is none of that name, or none without an include.
  StandardGate standard(const std::string& name, Place place);

 private:
  void require_known(const std::vector<Statement>& body, const Statement& gate);

  const Parser& parser_;
  std::map<std::string, Statement> definitions_;
  std::set<std::string> used_standard_;
};

}  // namespace tacit::quantum_sim::openqasm
