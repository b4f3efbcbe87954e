#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <optional>
#include <span>
#include <utility>

#include "core/files.h"
#include "quantum_sim/openqasm/broadcast.h"
#include "quantum_sim/openqasm/declarations.h"
#include "quantum_sim/openqasm/gate_definitions.h"
#include "quantum_sim/openqasm/gate_list.h"
#include "quantum_sim/openqasm/limits.h"
#include "quantum_sim/openqasm/modifiers.h"
#include "quantum_sim/openqasm/openqasm.h"
#include "quantum_sim/openqasm/parser.h"
#include "quantum_sim/openqasm/symbolic.h"

namespace tacit::quantum_sim {
namespace openqasm {
namespace {

/// Executes statement after statement: declarations are noted, calls and loops written out.
class Importer {
 public:
  Importer(std::string_view text, const std::string& origin) : origin_(origin), parser_(text, origin) {}

  OpenQasmCircuit run() {
    parser_.read_version();
    while (const std::optional<Statement> statement = parser_.next_statement())
      execute(*statement, declared_.globals(), {});
    if (declared_.qubit_names.empty()) fail(ErrorKind::data, "{}: it declares no qubits", origin_);
    OpenQasmCircuit result{
        parser_.version(), Circuit(static_cast<std::uint32_t>(declared_.qubit_names.size())), {}, {}, {}};
    for (Gate& gate : std::move(gates_).take()) result.circuit.append(std::move(gate));
    result.parameters = std::move(declared_.parameter_names);
    result.inputs = std::move(declared_.input_names);
    result.qubits = std::move(declared_.qubit_names);
    return result;
  }

 private:
  void execute(const Statement& statement, Scope& scope, const Context& context) {
    steps_.take(statement.place);
    switch (statement.kind) {
      case Statement::Kind::qubits:
        return declared_.add_qubits(statement);
      case Statement::Kind::bits:
        return declare_bits(statement);
      case Statement::Kind::free_value:
        return declared_.add_free_value(statement);
      case Statement::Kind::constant:
        return declared_.add_constant(statement);
      case Statement::Kind::alias:
        return declared_.add_alias(statement);
      case Statement::Kind::gate:
        declared_.add_name(statement);
        return definitions_.define(statement);
      case Statement::Kind::call:
        return call(statement, scope, context);
      case Statement::Kind::phase:
        return phase(statement, scope, context);
      case Statement::Kind::measure:
        return measure(statement.operands[0], evaluate_operand(statement.operands[1], scope, &Scope::bits, origin_),
                       scope);
      case Statement::Kind::reset:
        return reset(statement, scope);
      case Statement::Kind::barrier:
        // Orders nothing that a state could see: gates on different qubits commute anyway. Its operands must exist.
        for (const Operand& operand : statement.operands) evaluate_operand(operand, scope, &Scope::qubits, origin_);
        return;
      case Statement::Kind::loop:
        return loop(statement, scope, context);
    }
  }

  void execute_all(const Statement& block, Scope& scope, const Context& context) {
    steps_.take(block.place);
    if (!context.inverse) {
      for (const Statement& statement : block.body) execute(statement, scope, context);
    } else {
      for (auto statement = block.body.rbegin(); statement != block.body.rend(); ++statement)
        execute(*statement, scope, context);
    }
  }

  // Calls.

  void call(const Statement& statement, const Scope& scope, const Context& context) {
    const Modifiers modifiers = evaluate_modifiers(statement, scope, origin_);
    const Statement* const definition = definitions_.find(statement.name);
    if (definition) {
      require_counts(statement, modifiers, definition->parameters.size(), definition->qubits.size());
    } else {
      const StandardGate standard = definitions_.standard(statement.name, statement.place);
      require_counts(statement, modifiers, standard.parameters, standard.qubits);
    }
    std::vector<Angle> angles;
    for (const Expression& argument : statement.arguments) angles.push_back(evaluate(argument, scope, origin_));
    for_each_copy(statement, scope, modifiers, context, [&](const Context& inner, std::span<const std::uint32_t> on) {
      if (definition) {
        apply_definition(*definition, statement, angles, on, modifiers, inner);
      } else {
        apply_standard(statement, angles, on, modifiers, inner);
      }
    });
  }

  void require_counts(const Statement& statement, const Modifiers& modifiers, std::size_t parameters,
                      std::size_t qubits) const {
    if (statement.arguments.size() != parameters)
      refuse(origin_, statement.place, "the gate '{}' takes {} angle{}, not {}", statement.name, parameters,
             parameters == 1 ? "" : "s", statement.arguments.size());
    const std::size_t operands = qubits + modifiers.negative.size();
    if (statement.operands.size() != operands)
      refuse(origin_, statement.place, "the gate '{}' takes {} qubit{} here, not {}", statement.name, operands,
             operands == 1 ? "" : "s", statement.operands.size());
  }

  // gphase acts on nothing but the qubits that control it.
  void phase(const Statement& statement, const Scope& scope, const Context& context) {
    const Modifiers modifiers = evaluate_modifiers(statement, scope, origin_);
    if (statement.arguments.size() != 1)
      refuse(origin_, statement.place, "gphase takes 1 angle, not {}", statement.arguments.size());
    if (statement.operands.size() != modifiers.negative.size())
      refuse(origin_, statement.place, "gphase takes {} qubits here, as many as it has controls, not {}",
             modifiers.negative.size(), statement.operands.size());
    Angle angle = evaluate(statement.arguments[0], scope, origin_);
    if (modifiers.fraction && !angle.is_constant())
      refuse(origin_, statement.place, "a power that is not whole needs a constant angle");
    if (modifiers.fraction) angle.offset = std::remainder(angle.offset, 2 * std::numbers::pi) * *modifiers.fraction;
    angle = times(angle, static_cast<double>(modifiers.repeats) * (modifiers.inverse ? -1 : 1));
    for_each_copy(statement, scope, modifiers, context, [&](const Context& inner, std::span<const std::uint32_t>) {
      gates_.append_phase(angle, inner, statement.place);
    });
  }

  // Calls action(context with the copy's controls, its other qubits). A control on 0 is a control on 1 between two X,
  // which need no controls themselves.
  template <class Action>
  void for_each_copy(const Statement& statement, const Scope& scope, const Modifiers& modifiers, const Context& context,
                     Action action) {
    const Broadcast broadcast(statement, scope, declared_.qubit_names, origin_);
    const std::size_t controls = modifiers.negative.size();
    for (std::size_t copy = 0; copy < broadcast.copies(); ++copy) {
      steps_.take(statement.place);
      const std::vector<std::uint32_t> on = broadcast.qubits(copy);
      Context inner = context;
      inner.controls.insert(inner.controls.end(), on.begin(), on.begin() + static_cast<std::ptrdiff_t>(controls));
      const auto flip = [&] {
        for (std::size_t place = 0; place < controls; ++place)
          if (modifiers.negative[place]) gates_.push({GateKind::x, {on[place]}}, {}, statement.place);
      };
      flip();
      action(inner, std::span(on).subspan(controls));
      flip();
    }
  }

  void apply_standard(const Statement& statement, const std::vector<Angle>& angles,
                      std::span<const std::uint32_t> targets, const Modifiers& modifiers, Context context) {
    Expansion expansion = expand_standard_gate(statement.name, angles, targets);
    if (modifiers.fraction) expansion = fractional_power(statement, expansion, *modifiers.fraction, origin_);
    std::int64_t repeats = modifiers.repeats;
    if (modifiers.inverse) repeats = -repeats;
    // One rotation repeated is one rotation by as many times the angle.
    if (expansion.gates.size() == 1 && expansion.phases.empty() && expansion.gates[0].angles.size() == 1) {
      expansion.gates[0].angles[0] = times(expansion.gates[0].angles[0], static_cast<double>(repeats));
      repeats = 1;
    }
    if (repeats < 0) context.inverse = !context.inverse;
    for (std::int64_t count = std::abs(repeats); count > 0; --count) gates_.append(expansion, context, statement.place);
  }

  void apply_definition(const Statement& definition, const Statement& statement, const std::vector<Angle>& angles,
                        std::span<const std::uint32_t> targets, const Modifiers& modifiers, Context context) {
    if (modifiers.fraction)
      refuse(origin_, statement.place, "a power that is not whole can be taken of standard gates only, not of '{}'",
             statement.name);
    require_depth(++context.depth, statement.place);
    Scope scope{.outer = &declared_.constants()};
    for (std::size_t place = 0; place < angles.size(); ++place)
      scope.values[definition.parameters[place]] = angles[place];
    for (std::size_t place = 0; place < targets.size(); ++place)
      scope.qubits[definition.qubits[place]] = {{targets[place]}, true};
    if ((modifiers.repeats < 0) != modifiers.inverse) context.inverse = !context.inverse;
    for (std::int64_t count = std::abs(modifiers.repeats); count > 0; --count) execute_all(definition, scope, context);
  }

  void require_depth(std::size_t depth, Place place) const {
    if (depth > max_nesting) refuse(origin_, place, "gates and loops lie in one another at most {} deep", max_nesting);
  }

  void loop(const Statement& statement, Scope& scope, Context context) {
    require_depth(++context.depth, statement.place);
    std::vector<std::int64_t> values;
    if (statement.range) {
      values = evaluate_range(*statement.range, statement.place, scope, origin_, 0, max_steps);
    } else {
      constexpr std::int64_t largest = std::int64_t{1} << 31;
      for (const Expression& value : statement.arguments)
        values.push_back(evaluate_whole(value, scope, origin_, -largest, largest));
    }
    if (context.inverse) std::reverse(values.begin(), values.end());
    Scope inner{.outer = &scope};
    for (const std::int64_t value : values) {
      inner.values[statement.name] = Angle::constant(static_cast<double>(value));
      execute_all(statement, inner, context);
    }
  }

  // Not unitary.

  void declare_bits(const Statement& statement) {
    const std::vector<std::uint32_t> members = declared_.add_bits(statement);
    if (!statement.operands.empty()) measure(statement.operands[0], members, declared_.globals());
  }

  void measure(const Operand& operand, const std::vector<std::uint32_t>& bits, const Scope& scope) {
    const std::vector<std::uint32_t> qubits = evaluate_operand(operand, scope, &Scope::qubits, origin_);
    if (qubits.size() != bits.size())
      refuse(origin_, operand.place, "{} qubits are measured into {} bits", qubits.size(), bits.size());
    for (std::size_t place = 0; place < qubits.size(); ++place)
      gates_.push({.kind = GateKind::measure, .targets = {qubits[place]}, .classical_bit = bits[place]}, {},
                  operand.place);
  }

  void reset(const Statement& statement, const Scope& scope) {
    if (statement.operands.empty()) refuse(origin_, statement.place, "reset needs a qubit or a register");
    for (const Operand& operand : statement.operands)
      for (const std::uint32_t qubit : evaluate_operand(operand, scope, &Scope::qubits, origin_))
        gates_.push({GateKind::reset, {qubit}}, {}, operand.place);
  }

  const std::string& origin_;
  Parser parser_;
  Declarations declared_{origin_};
  GateDefinitions definitions_{parser_};
  Steps steps_{origin_};
  GateList gates_{origin_, steps_};
};

}  // namespace
}  // namespace openqasm

OpenQasmCircuit import_openqasm(std::string_view text, const std::string& origin) {
  if (text.size() > openqasm::max_file_bytes)
    fail(ErrorKind::data, "{}: it has {} bytes, more than the {} that can be read", origin, text.size(),
         openqasm::max_file_bytes);
  return openqasm::Importer(text, origin).run();
}

OpenQasmCircuit read_openqasm(const std::filesystem::path& file) {
  return import_openqasm(read_text(file, openqasm::max_file_bytes), file.string());
}

}  // namespace tacit::quantum_sim
