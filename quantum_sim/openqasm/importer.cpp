#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <numbers>
#include <optional>
#include <set>

#include "core/files.h"
#include "quantum_sim/openqasm/limits.h"
#include "quantum_sim/openqasm/openqasm.h"
#include "quantum_sim/openqasm/parser.h"
#include "quantum_sim/openqasm/scope.h"
#include "quantum_sim/openqasm/standard_gates.h"
#include "quantum_sim/openqasm/symbolic.h"

namespace tacit::quantum_sim {
namespace openqasm {
namespace {

/// What is around a gate where it is expanded.
struct Context {
  std::vector<std::uint32_t> controls;
  bool inverse = false;
  std::size_t depth = 0;
};

/// The modifiers of one call, taken together. Inverse, whole powers and controls may change places.
struct Modifiers {
  std::vector<bool> negative;  ///< for every control, in the order of operands
  bool inverse = false;
  std::int64_t repeats = 1;
  std::optional<double> fraction;  ///< a power that is not whole, applied before everything else
};

bool is_input_name(std::string_view name) {
  if (name == "inputs") return true;
  return name.starts_with('x') &&
         std::all_of(name.begin() + 1, name.end(), [](char c) { return c == '_' || (c >= '0' && c <= '9'); });
}

class Importer {
 public:
  Importer(std::string_view text, const std::string& origin) : parser_(text, origin), origin_(origin) {
    globals_.outer = &constants_;
  }

  OpenQasmCircuit run() {
    version_ = parser_.read_version();
    while (const std::optional<Statement> statement = parser_.next_statement()) execute(*statement, globals_, {});
    if (qubit_names_.empty()) fail(ErrorKind::data, "{}: it declares no qubits", origin_);
    OpenQasmCircuit result{version_, Circuit(static_cast<std::uint32_t>(qubit_names_.size())), {}, {}, {}};
    for (Gate& gate : gates_) result.circuit.append(std::move(gate));
    result.parameters = std::move(parameter_names_);
    result.inputs = std::move(input_names_);
    result.qubits = std::move(qubit_names_);
    return result;
  }

 private:
  void execute(const Statement& statement, Scope& scope, const Context& context) {
    if (++steps_ > max_steps)
      refuse(origin_, statement.place, "the file asks for more than {} steps, counted with loops and gates expanded",
             max_steps);
    switch (statement.kind) {
      case Statement::Kind::qubits:
        return declare_qubits(statement);
      case Statement::Kind::bits:
        return declare_bits(statement);
      case Statement::Kind::free_value:
        return declare_free_value(statement);
      case Statement::Kind::constant:
        return declare_constant(statement);
      case Statement::Kind::alias:
        return declare_alias(statement);
      case Statement::Kind::gate:
        return define(statement);
      case Statement::Kind::call:
        return call(statement, scope, context);
      case Statement::Kind::phase:
        return phase_statement(statement, scope, context);
      case Statement::Kind::measure:
        return measure(statement, scope);
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

  // Declarations.

  void require_new(const std::string& name, Place place) const {
    if (constants_.values.contains(name) || globals_.free_values.contains(name) || globals_.qubits.contains(name) ||
        globals_.bits.contains(name) || definitions_.contains(name))
      refuse(origin_, place, "'{}' is declared twice", name);
  }

  std::uint32_t size_of(const Statement& statement, std::size_t limit) const {
    if (!statement.size) return 1;
    return static_cast<std::uint32_t>(
        evaluate_whole(*statement.size, globals_, origin_, 1, static_cast<std::int64_t>(limit)));
  }

  static void add_names(std::vector<std::string>& names, const Statement& statement, std::uint32_t size) {
    for (std::uint32_t place = 0; place < size; ++place)
      names.push_back(statement.size ? fmt::format("{}[{}]", statement.name, place) : statement.name);
  }

  void declare_qubits(const Statement& statement) {
    require_new(statement.name, statement.place);
    const std::uint32_t size = size_of(statement, max_register_size);
    if (qubit_names_.size() + size > Circuit::max_qubits)
      refuse(origin_, statement.place, "a circuit has at most {} qubits, and with '{}' this one has {}",
             Circuit::max_qubits, statement.name, qubit_names_.size() + size);
    Register added{{}, !statement.size};
    for (std::uint32_t place = 0; place < size; ++place)
      added.members.push_back(static_cast<std::uint32_t>(qubit_names_.size()) + place);
    add_names(qubit_names_, statement, size);
    globals_.qubits.emplace(statement.name, std::move(added));
  }

  void declare_bits(const Statement& statement) {
    require_new(statement.name, statement.place);
    const std::uint32_t size = size_of(statement, max_register_size);
    if (bits_ + size > max_register_size)
      refuse(origin_, statement.place, "there are at most {} classical bits", max_register_size);
    Register added{{}, !statement.size};
    for (std::uint32_t place = 0; place < size; ++place) added.members.push_back(bits_ + place);
    bits_ += size;
    const std::vector<std::uint32_t> members = added.members;
    globals_.bits.emplace(statement.name, std::move(added));
    if (!statement.operands.empty()) measure_into(statement.operands[0], members, globals_);
  }

  void declare_free_value(const Statement& statement) {
    require_new(statement.name, statement.place);
    const bool is_input =
        statement.annotation.empty() ? is_input_name(statement.name) : statement.annotation == "tacit.input";
    std::vector<std::string>& names = is_input ? input_names_ : parameter_names_;
    const std::uint32_t size = size_of(statement, max_register_size);
    if (names.size() + size > 16 * max_register_size)
      refuse(origin_, statement.place, "there are at most {} inputs and parameters", 16 * max_register_size);
    globals_.free_values[statement.name] = {is_input ? Angle::Source::input : Angle::Source::parameter,
                                            static_cast<std::uint32_t>(names.size()), size, statement.size.has_value()};
    add_names(names, statement, size);
  }

  void declare_constant(const Statement& statement) {
    require_new(statement.name, statement.place);
    const double value = evaluate_constant(statement.arguments[0], globals_, origin_);
    if (statement.is_integer && value != std::floor(value))
      refuse(origin_, statement.arguments[0].place, "the constant '{}' is an integer, but its value is {}",
             statement.name, value);
    constants_.values[statement.name] = Angle::constant(value);
  }

  void declare_alias(const Statement& statement) {
    require_new(statement.name, statement.place);
    Register joined;
    for (const Operand& operand : statement.operands) {
      for (const std::uint32_t qubit : evaluate_operand(operand, globals_, &Scope::qubits, origin_))
        joined.members.push_back(qubit);
      if (joined.members.size() > max_register_size)
        refuse(origin_, operand.place, "a register has at most {} members", max_register_size);
    }
    globals_.qubits.emplace(statement.name, std::move(joined));
  }

  // Gates of the file.

  void define(const Statement& statement) {
    require_new(statement.name, statement.place);
    std::set<std::string> names;
    for (const auto* list : {&statement.parameters, &statement.qubits})
      for (const std::string& name : *list)
        if (!names.insert(name).second)
          refuse(origin_, statement.place, "the gate '{}' has two parameters or qubits named '{}'", statement.name,
                 name);
    require_known(statement.body, statement);
    // What was used by its standard meaning keeps it.
    if (used_standard_.contains(statement.name))
      refuse(origin_, statement.place, "the gate '{}' is defined after, or by, its use as a standard gate",
             statement.name);
    definitions_[statement.name] = std::make_shared<const Statement>(statement);
  }

  void require_known(const std::vector<Statement>& body, const Statement& gate) {
    for (const Statement& statement : body) {
      if (statement.kind == Statement::Kind::call && !definitions_.contains(statement.name))
        standard_gate(statement.name, statement.place);
      for (const Operand& operand : statement.operands)
        if (std::find(gate.qubits.begin(), gate.qubits.end(), operand.name) == gate.qubits.end() || operand.index ||
            operand.range || !operand.set.empty())
          refuse(origin_, operand.place, "inside the gate '{}' only its own qubits can be named, without an index",
                 gate.name);
      require_known(statement.body, gate);
    }
  }

  StandardGate standard_gate(const std::string& name, Place place) {
    const std::optional<StandardGate> found = find_standard_gate(name, version_);
    if (!found)
      refuse(origin_, place, "'{}' is neither a standard gate nor defined by the file before this place", name);
    if (!found->built_in && !parser_.includes_standard_gates())
      refuse(origin_, place, "the gate '{}' needs include \"{}\";", name,
             version_ == 2 ? "qelib1.inc" : "stdgates.inc");
    used_standard_.insert(name);
    return *found;
  }

  // Calls.

  Modifiers evaluate_modifiers(const Statement& statement, const Scope& scope) {
    Modifiers result;
    // From the gate outwards.
    for (auto modifier = statement.modifiers.rbegin(); modifier != statement.modifiers.rend(); ++modifier) {
      switch (modifier->kind) {
        case Modifier::Kind::inverse:
          result.inverse = !result.inverse;
          break;
        case Modifier::Kind::power:
          multiply_power(result, *modifier, scope);
          break;
        case Modifier::Kind::control:
        case Modifier::Kind::negative_control: {
          const std::int64_t count =
              modifier->argument ? evaluate_whole(*modifier->argument, scope, origin_, 1, Circuit::max_qubits) : 1;
          result.negative.insert(result.negative.begin(), static_cast<std::size_t>(count),
                                 modifier->kind == Modifier::Kind::negative_control);
          break;
        }
      }
    }
    return result;
  }

  void multiply_power(Modifiers& result, const Modifier& modifier, const Scope& scope) {
    const double power = evaluate_constant(*modifier.argument, scope, origin_);
    if (std::abs(power) > max_steps)
      refuse(origin_, modifier.place, "this power repeats the gate more than {} times", max_steps);
    if (power == std::floor(power)) {
      const double product = static_cast<double>(result.repeats) * power;
      if (std::abs(product) > max_steps)
        refuse(origin_, modifier.place, "this power repeats the gate more than {} times", max_steps);
      result.repeats = static_cast<std::int64_t>(product);
      return;
    }
    if (result.fraction || result.inverse || result.repeats != 1)
      refuse(origin_, modifier.place, "a power that is not whole comes first, right before the gate");
    result.fraction = power;
  }

  void call(const Statement& statement, const Scope& scope, const Context& context) {
    const Modifiers modifiers = evaluate_modifiers(statement, scope);
    const auto definition = definitions_.find(statement.name);
    const bool is_standard = definition == definitions_.end();
    std::size_t parameters, qubits;
    if (!is_standard) {
      parameters = definition->second->parameters.size();
      qubits = definition->second->qubits.size();
    } else {
      const StandardGate standard = standard_gate(statement.name, statement.place);
      parameters = standard.parameters;
      qubits = standard.qubits;
    }
    if (statement.arguments.size() != parameters)
      refuse(origin_, statement.place, "the gate '{}' takes {} angle{}, not {}", statement.name, parameters,
             parameters == 1 ? "" : "s", statement.arguments.size());
    const std::size_t operands = qubits + modifiers.negative.size();
    if (statement.operands.size() != operands)
      refuse(origin_, statement.place, "the gate '{}' takes {} qubit{} here, not {}", statement.name, operands,
             operands == 1 ? "" : "s", statement.operands.size());
    std::vector<Angle> angles;
    for (const Expression& argument : statement.arguments) angles.push_back(evaluate(argument, scope, origin_));
    broadcast(statement, scope, [&](std::vector<std::uint32_t> on) {
      controlled(modifiers, on, context, [&](const Context& inner, std::span<const std::uint32_t> targets) {
        if (is_standard) {
          apply_standard(statement, angles, targets, modifiers, inner);
        } else {
          apply_definition(*definition->second, statement, angles, targets, modifiers, inner);
        }
      });
    });
  }

  // gphase acts on nothing but the qubits that control it.
  void phase_statement(const Statement& statement, const Scope& scope, const Context& context) {
    Modifiers modifiers = evaluate_modifiers(statement, scope);
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
    broadcast(statement, scope, [&](std::vector<std::uint32_t> on) {
      controlled(modifiers, on, context, [&](const Context& inner, std::span<const std::uint32_t>) {
        emit_phase(angle, inner, statement.place);
      });
    });
  }

  template <class Action>
  void broadcast(const Statement& statement, const Scope& scope, Action action) {
    std::vector<std::vector<std::uint32_t>> lists;
    std::size_t size = 0;
    const Operand* first = nullptr;
    std::vector<bool> is_single;
    for (const Operand& operand : statement.operands) {
      bool single = false;
      lists.push_back(evaluate_operand(operand, scope, &Scope::qubits, origin_, &single));
      is_single.push_back(single);
      if (single) continue;
      if (first && lists.back().size() != size)
        refuse(origin_, operand.place, "'{}' has {} qubits, but '{}' in the same gate has {}", operand.name,
               lists.back().size(), first->name, size);
      first = &operand;
      size = lists.back().size();
    }
    for (std::size_t copy = 0; copy < (first ? size : 1); ++copy) {
      if (++steps_ > max_steps)
        refuse(origin_, statement.place, "the file asks for more than {} steps, counted with loops and gates expanded",
               max_steps);
      std::vector<std::uint32_t> on;
      std::uint64_t seen = 0;
      for (std::size_t place = 0; place < lists.size(); ++place) {
        on.push_back(lists[place][is_single[place] ? 0 : copy]);
        if (seen >> on.back() & 1)
          refuse(origin_, statement.operands[place].place, "the qubits of a gate must differ, but {} is named twice",
                 qubit_names_[on.back()]);
        seen |= std::uint64_t{1} << on.back();
      }
      action(std::move(on));
    }
  }

  // A control on 0 is a control on 1 between two X, which need no controls themselves.
  template <class Action>
  void controlled(const Modifiers& modifiers, const std::vector<std::uint32_t>& on, const Context& context,
                  Action action) {
    const std::size_t count = modifiers.negative.size();
    Context inner = context;
    inner.controls.insert(inner.controls.end(), on.begin(), on.begin() + static_cast<std::ptrdiff_t>(count));
    const auto flip = [&] {
      for (std::size_t place = 0; place < count; ++place)
        if (modifiers.negative[place]) push({GateKind::x, {on[place]}}, {});
    };
    flip();
    action(inner, std::span(on).subspan(count));
    flip();
  }

  void apply_standard(const Statement& statement, const std::vector<Angle>& angles,
                      std::span<const std::uint32_t> targets, const Modifiers& modifiers, Context context) {
    Expansion expansion = expand_standard_gate(statement.name, angles, targets);
    if (modifiers.fraction) expansion = fractional(statement, expansion, *modifiers.fraction);
    std::int64_t repeats = modifiers.repeats;
    if (modifiers.inverse) repeats = -repeats;
    // One rotation repeated is one rotation by as many times the angle.
    if (expansion.gates.size() == 1 && expansion.phases.empty() && expansion.gates[0].angles.size() == 1) {
      expansion.gates[0].angles[0] = times(expansion.gates[0].angles[0], static_cast<double>(repeats));
      repeats = 1;
    }
    if (repeats < 0) context.inverse = !context.inverse;
    for (std::int64_t count = std::abs(repeats); count > 0; --count) emit(expansion, context, statement.place);
  }

  Expansion fractional(const Statement& statement, const Expansion& expansion, double exponent) {
    double phase = 0;
    bool is_constant = expansion.gates.size() == 1 && expansion.gates[0].targets.size() == 1;
    for (const Angle& angle : expansion.gates[0].angles) is_constant = is_constant && angle.is_constant();
    for (const Angle& angle : expansion.phases) is_constant = is_constant && angle.is_constant(), phase += angle.offset;
    if (!is_constant)
      refuse(origin_, statement.place,
             "a power that is not whole can be taken of standard gates on one qubit with constant angles only, not of "
             "'{}' here",
             statement.name);
    Gate gate = expansion.gates[0];
    const std::vector<std::uint32_t> controls = std::exchange(gate.controls, {});
    Gate result = power_of(gate, phase, exponent);
    result.controls = controls;
    return {{std::move(result)}, {}};
  }

  void apply_definition(const Statement& definition, const Statement& statement, const std::vector<Angle>& angles,
                        std::span<const std::uint32_t> targets, const Modifiers& modifiers, Context context) {
    if (modifiers.fraction)
      refuse(origin_, statement.place, "a power that is not whole can be taken of standard gates only, not of '{}'",
             statement.name);
    require_depth(++context.depth, statement.place);
    Scope scope{.outer = &constants_};
    for (std::size_t place = 0; place < angles.size(); ++place)
      scope.values[definition.parameters[place]] = angles[place];
    for (std::size_t place = 0; place < targets.size(); ++place)
      scope.qubits[definition.qubits[place]] = {{targets[place]}, true};
    if ((modifiers.repeats < 0) != modifiers.inverse) context.inverse = !context.inverse;
    for (std::int64_t count = std::abs(modifiers.repeats); count > 0; --count)
      execute_all(definition.body, scope, context);
  }

  void execute_all(const std::vector<Statement>& body, Scope& scope, const Context& context) {
    ++steps_;
    if (!context.inverse) {
      for (const Statement& statement : body) execute(statement, scope, context);
    } else {
      for (auto statement = body.rbegin(); statement != body.rend(); ++statement) execute(*statement, scope, context);
    }
    if (steps_ > max_steps)
      fail(ErrorKind::data, "{}: the file asks for more than {} steps, counted with loops and gates expanded", origin_,
           max_steps);
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
      execute_all(statement.body, inner, context);
    }
  }

  void emit(const Expansion& expansion, const Context& context, Place place) {
    if (++steps_ > max_steps)
      refuse(origin_, place, "the file asks for more than {} steps, counted with loops and gates expanded", max_steps);
    if (context.inverse) {
      for (auto gate = expansion.gates.rbegin(); gate != expansion.gates.rend(); ++gate)
        for (Gate& part : inverse_of(*gate)) push(std::move(part), context.controls, place);
    } else {
      for (const Gate& gate : expansion.gates) push(gate, context.controls, place);
    }
    for (const Angle& phase : expansion.phases) emit_phase(phase, context, place);
  }

  void emit_phase(Angle phase, const Context& context, Place place) {
    if (context.inverse) phase = times(phase, -1);
    if (context.controls.empty() || (phase.is_constant() && phase.offset == 0)) return;
    std::vector<std::uint32_t> controls = context.controls;
    Gate gate{GateKind::phase, {controls.back()}, {}, {phase}};
    controls.pop_back();
    push(std::move(gate), controls, place);
  }

  void push(Gate gate, const std::vector<std::uint32_t>& controls, Place place = {}) {
    if (gates_.size() >= max_gates)
      refuse(origin_, place, "the circuit has more than {} gates, counted with loops and gates expanded", max_gates);
    gate.controls.insert(gate.controls.begin(), controls.begin(), controls.end());
    for (const Angle& angle : gate.angles)
      if (!std::isfinite(angle.offset) || !std::isfinite(angle.scale))
        refuse(origin_, place, "the angle of this gate is not finite");
    gates_.push_back(std::move(gate));
  }

  // Not unitary.

  void measure(const Statement& statement, const Scope& scope) {
    const std::vector<std::uint32_t> bits = evaluate_operand(statement.operands[1], scope, &Scope::bits, origin_);
    measure_into(statement.operands[0], bits, scope);
  }

  void measure_into(const Operand& operand, const std::vector<std::uint32_t>& bits, const Scope& scope) {
    const std::vector<std::uint32_t> qubits = evaluate_operand(operand, scope, &Scope::qubits, origin_);
    if (qubits.size() != bits.size())
      refuse(origin_, operand.place, "{} qubits are measured into {} bits", qubits.size(), bits.size());
    for (std::size_t place = 0; place < qubits.size(); ++place)
      push({.kind = GateKind::measure, .targets = {qubits[place]}, .classical_bit = bits[place]}, {}, operand.place);
  }

  void reset(const Statement& statement, const Scope& scope) {
    if (statement.operands.empty()) refuse(origin_, statement.place, "reset needs a qubit or a register");
    for (const Operand& operand : statement.operands)
      for (const std::uint32_t qubit : evaluate_operand(operand, scope, &Scope::qubits, origin_))
        push({GateKind::reset, {qubit}}, {}, operand.place);
  }

  Parser parser_;
  const std::string& origin_;
  int version_ = 3;
  Scope constants_, globals_;
  std::map<std::string, std::shared_ptr<const Statement>> definitions_;
  std::set<std::string> used_standard_;
  std::vector<std::string> qubit_names_, parameter_names_, input_names_;
  std::uint32_t bits_ = 0;
  std::vector<Gate> gates_;
  std::size_t steps_ = 0;
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
