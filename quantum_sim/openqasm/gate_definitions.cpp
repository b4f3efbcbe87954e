#include "quantum_sim/openqasm/gate_definitions.h"

#include <algorithm>
#include <optional>

namespace tacit::quantum_sim::openqasm {

void GateDefinitions::define(const Statement& statement) {
  const std::string& origin = parser_.origin();
  std::set<std::string> names;
  for (const auto* list : {&statement.parameters, &statement.qubits})
    for (const std::string& name : *list)
      if (!names.insert(name).second)
        refuse(origin, statement.place, "the gate '{}' has two parameters or qubits named '{}'", statement.name, name);
  require_known(statement.body, statement);
  if (used_standard_.contains(statement.name))
    refuse(origin, statement.place, "the gate '{}' is defined after, or by, its use as a standard gate",
           statement.name);
  definitions_.emplace(statement.name, statement);
}

void GateDefinitions::require_known(const std::vector<Statement>& body, const Statement& gate) {
  for (const Statement& statement : body) {
    if (statement.kind == Statement::Kind::call && !find(statement.name)) standard(statement.name, statement.place);
    for (const Operand& operand : statement.operands)
      if (std::find(gate.qubits.begin(), gate.qubits.end(), operand.name) == gate.qubits.end() || operand.index ||
          operand.range || !operand.set.empty())
        refuse(parser_.origin(), operand.place,
               "inside the gate '{}' only its own qubits can be named, without an index", gate.name);
    require_known(statement.body, gate);
  }
}

const Statement* GateDefinitions::find(const std::string& name) const {
  const auto found = definitions_.find(name);
  return found == definitions_.end() ? nullptr : &found->second;
}

StandardGate GateDefinitions::standard(const std::string& name, Place place) {
  const std::optional<StandardGate> found = find_standard_gate(name, parser_.version());
  if (!found)
    refuse(parser_.origin(), place, "'{}' is neither a standard gate nor defined by the file before this place", name);
  if (!found->built_in && !parser_.includes_standard_gates())
    refuse(parser_.origin(), place, "the gate '{}' needs include \"{}\";", name,
           parser_.version() == 2 ? "qelib1.inc" : "stdgates.inc");
  used_standard_.insert(name);
  return *found;
}

}  // namespace tacit::quantum_sim::openqasm
