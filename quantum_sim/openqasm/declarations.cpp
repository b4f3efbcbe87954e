#include "quantum_sim/openqasm/declarations.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/openqasm/limits.h"

namespace tacit::quantum_sim::openqasm {
namespace {

bool is_input_name(std::string_view name) {
  if (name == "inputs") return true;
  return name.starts_with('x') &&
         std::all_of(name.begin() + 1, name.end(), [](char c) { return c == '_' || (c >= '0' && c <= '9'); });
}

void append_names(std::vector<std::string>& names, const Statement& statement, std::uint32_t size) {
  for (std::uint32_t place = 0; place < size; ++place)
    names.push_back(statement.size ? fmt::format("{}[{}]", statement.name, place) : statement.name);
}

Register register_of(const Statement& statement, std::uint32_t first, std::uint32_t size) {
  Register result{{}, !statement.size};
  for (std::uint32_t place = 0; place < size; ++place) result.members.push_back(first + place);
  return result;
}

}  // namespace

void Declarations::add_name(const Statement& statement) {
  if (!names_.insert(statement.name).second) refuse(origin_, statement.place, "'{}' is declared twice", statement.name);
}

std::uint32_t Declarations::size_of(const Statement& statement) const {
  if (!statement.size) return 1;
  return static_cast<std::uint32_t>(
      evaluate_whole(*statement.size, globals_, origin_, 1, static_cast<std::int64_t>(max_register_size)));
}

void Declarations::add_qubits(const Statement& statement) {
  add_name(statement);
  const std::uint32_t size = size_of(statement);
  if (qubit_names.size() + size > Circuit::max_qubits)
    refuse(origin_, statement.place, "a circuit has at most {} qubits, and with '{}' this one has {}",
           Circuit::max_qubits, statement.name, qubit_names.size() + size);
  globals_.qubits.emplace(statement.name, register_of(statement, static_cast<std::uint32_t>(qubit_names.size()), size));
  append_names(qubit_names, statement, size);
}

std::vector<std::uint32_t> Declarations::add_bits(const Statement& statement) {
  add_name(statement);
  const std::uint32_t size = size_of(statement);
  if (bits_ + size > max_register_size)
    refuse(origin_, statement.place, "there are at most {} classical bits", max_register_size);
  const auto added = globals_.bits.emplace(statement.name, register_of(statement, bits_, size)).first;
  bits_ += size;
  return added->second.members;
}

void Declarations::add_free_value(const Statement& statement) {
  add_name(statement);
  const bool is_input =
      statement.annotation.empty() ? is_input_name(statement.name) : statement.annotation == "tacit.input";
  std::vector<std::string>& names = is_input ? input_names : parameter_names;
  const std::uint32_t size = size_of(statement);
  if (names.size() + size > 16 * max_register_size)
    refuse(origin_, statement.place, "there are at most {} inputs and parameters", 16 * max_register_size);
  globals_.free_values[statement.name] = {is_input ? Angle::Source::input : Angle::Source::parameter,
                                          static_cast<std::uint32_t>(names.size()), size, statement.size.has_value()};
  append_names(names, statement, size);
}

void Declarations::add_constant(const Statement& statement) {
  add_name(statement);
  const double value = evaluate_constant(statement.arguments[0], globals_, origin_);
  if (statement.is_integer && value != std::floor(value))
    refuse(origin_, statement.arguments[0].place, "the constant '{}' is an integer, but its value is {}",
           statement.name, value);
  constants_.values[statement.name] = Angle::constant(value);
}

void Declarations::add_alias(const Statement& statement) {
  add_name(statement);
  Register joined;
  for (const Operand& operand : statement.operands) {
    for (const std::uint32_t qubit : evaluate_operand(operand, globals_, &Scope::qubits, origin_))
      joined.members.push_back(qubit);
    if (joined.members.size() > max_register_size)
      refuse(origin_, operand.place, "a register has at most {} members", max_register_size);
  }
  globals_.qubits.emplace(statement.name, std::move(joined));
}

}  // namespace tacit::quantum_sim::openqasm
