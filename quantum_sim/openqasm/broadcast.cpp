#include "quantum_sim/openqasm/broadcast.h"

namespace tacit::quantum_sim::openqasm {

Broadcast::Broadcast(const Statement& statement, const Scope& scope, const std::vector<std::string>& qubit_names,
                     const std::string& origin)
    : statement_(statement), qubit_names_(qubit_names), origin_(origin) {
  const Operand* first = nullptr;
  for (const Operand& operand : statement.operands) {
    bool single = false;
    lists_.push_back(evaluate_operand(operand, scope, &Scope::qubits, origin, &single));
    is_single_.push_back(single);
    if (single) continue;
    if (first && lists_.back().size() != copies_)
      refuse(origin, operand.place, "'{}' has {} qubits, but '{}' in the same gate has {}", operand.name,
             lists_.back().size(), first->name, copies_);
    first = &operand;
    copies_ = lists_.back().size();
  }
}

std::vector<std::uint32_t> Broadcast::qubits(std::size_t copy) const {
  std::vector<std::uint32_t> on;
  std::uint64_t seen = 0;
  for (std::size_t place = 0; place < lists_.size(); ++place) {
    on.push_back(lists_[place][is_single_[place] ? 0 : copy]);
    if (seen >> on.back() & 1)
      refuse(origin_, statement_.operands[place].place, "the qubits of a gate must differ, but {} is named twice",
             qubit_names_[on.back()]);
    seen |= std::uint64_t{1} << on.back();
  }
  return on;
}

}  // namespace tacit::quantum_sim::openqasm
