#include "quantum_sim/openqasm/scope.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "quantum_sim/openqasm/symbolic.h"

namespace tacit::quantum_sim::openqasm {
namespace {

constexpr const char* form =
    "an angle is offset + scale * a * b, with a and b an input or a parameter each (or its arccos), shifted by a "
    "constant";

class Evaluator {
 public:
  Evaluator(const Scope& scope, const std::string& origin) : scope_(scope), origin_(origin) {}

  Angle value(const Expression& expression) const {
    const Angle result = unchecked(expression);
    if (!std::isfinite(result.offset) || !std::isfinite(result.scale) || !std::isfinite(result.factor_array[0].shift) ||
        !std::isfinite(result.factor_array[1].shift))
      refuse(origin_, expression.place, "the value of this expression is not finite");
    return result;
  }

  double constant(const Expression& expression) const {
    const Angle result = value(expression);
    if (!result.is_constant()) refuse(origin_, expression.place, "this must be a constant, but depends on an input");
    return result.offset;
  }

 private:
  Angle unchecked(const Expression& expression) const {
    switch (expression.kind) {
      case Expression::Kind::number:
        return Angle::constant(expression.number);
      case Expression::Kind::name:
        return named(expression);
      case Expression::Kind::element:
        return element(expression);
      case Expression::Kind::negate:
        return times(value(expression.children[0]), -1);
      case Expression::Kind::binary:
        return binary(expression);
      case Expression::Kind::call:
        return call(expression);
    }
    return {};
  }

  Angle named(const Expression& expression) const {
    const std::string& name = expression.text;
    if (const Angle* found = Scope::find(&scope_, &Scope::values, name)) return *found;
    if (const FreeValues* found = Scope::find(&scope_, &Scope::free_values, name)) {
      if (found->is_array) refuse(origin_, expression.place, "'{}' is an array: take one element, {}[0]", name, name);
      return free_value(*found, 0);
    }
    if (name == "pi" || name == "π") return Angle::constant(std::numbers::pi);
    if (name == "tau" || name == "τ") return Angle::constant(2 * std::numbers::pi);
    if (name == "euler" || name == "ℇ") return Angle::constant(std::numbers::e);
    refuse(origin_, expression.place, "'{}' is no constant, input or parameter that is known here", name);
  }

  Angle element(const Expression& expression) const {
    const FreeValues* found = Scope::find(&scope_, &Scope::free_values, expression.text);
    if (!found || !found->is_array)
      refuse(origin_, expression.place, "'{}' is no array of inputs that is known here", expression.text);
    const std::int64_t index =
        evaluate_whole(expression.children[0], scope_, origin_, -std::int64_t{found->count}, found->count - 1);
    return free_value(*found, static_cast<std::uint32_t>(index < 0 ? index + found->count : index));
  }

  static Angle free_value(const FreeValues& values, std::uint32_t index) {
    return values.source == Angle::Source::input ? Angle::input(values.first + index)
                                                 : Angle::parameter(values.first + index);
  }

  Angle binary(const Expression& expression) const {
    const Angle left = value(expression.children[0]), right = value(expression.children[1]);
    std::optional<Angle> result;
    if (expression.text == "+") {
      result = sum(left, right);
    } else if (expression.text == "-") {
      result = sum(left, times(right, -1));
    } else if (expression.text == "*") {
      result = product(left, right);
    } else if (expression.text == "/") {
      if (right.is_constant() && right.offset == 0) refuse(origin_, expression.place, "division by zero");
      if (right.is_constant()) result = quotient(left, right.offset);
    } else if (left.is_constant() && right.is_constant()) {
      result = Angle::constant(expression.text == "%" ? std::fmod(left.offset, right.offset)
                                                      : std::pow(left.offset, right.offset));
    } else if (expression.text == "**" && right.is_constant() && right.offset == 2) {
      result = product(left, left);
    }
    if (!result)
      refuse(origin_, expression.place, "the result of this '{}' has no form that can be used: {}", expression.text,
             form);
    return *result;
  }

  static Angle quotient(Angle angle, double divisor) {
    angle.offset /= divisor;
    if (!angle.is_constant()) angle.scale /= divisor;
    return angle;
  }

  Angle call(const Expression& expression) const {
    const std::string& name = expression.text;
    const std::size_t count = expression.children.size();
    if (name == "pow" || name == "mod") {
      require_count(expression, 2);
      const double left = constant(expression.children[0]), right = constant(expression.children[1]);
      return Angle::constant(name == "pow" ? std::pow(left, right) : std::fmod(left, right));
    }
    if (name == "arccos" || name == "acos") {
      require_count(expression, 1);
      const std::optional<Angle> result = arccos_of(value(expression.children[0]));
      if (!result) refuse(origin_, expression.place, "arccos takes a constant, or an input or parameter alone");
      return *result;
    }
    using Function = double (*)(double);
    static const std::map<std::string, Function, std::less<>> functions{
        {"sin", [](double v) { return std::sin(v); }},     {"cos", [](double v) { return std::cos(v); }},
        {"tan", [](double v) { return std::tan(v); }},     {"arcsin", [](double v) { return std::asin(v); }},
        {"arctan", [](double v) { return std::atan(v); }}, {"asin", [](double v) { return std::asin(v); }},
        {"atan", [](double v) { return std::atan(v); }},   {"exp", [](double v) { return std::exp(v); }},
        {"ln", [](double v) { return std::log(v); }},      {"log", [](double v) { return std::log(v); }},
        {"sqrt", [](double v) { return std::sqrt(v); }},   {"floor", [](double v) { return std::floor(v); }},
        {"ceiling", [](double v) { return std::ceil(v); }}};
    const auto found = functions.find(name);
    if (found == functions.end())
      refuse(
          origin_, expression.place,
          "'{}' with {} arguments is no known function; there are sin, cos, tan, arcsin, arccos, arctan, exp, ln, log, "
          "sqrt, floor, ceiling, pow and mod",
          name, count);
    require_count(expression, 1);
    const Angle argument = value(expression.children[0]);
    if (!argument.is_constant())
      refuse(origin_, expression.place, "{} of an input or a parameter cannot be an angle: {}", name, form);
    return Angle::constant(found->second(argument.offset));
  }

  void require_count(const Expression& expression, std::size_t expected) const {
    if (expression.children.size() != expected)
      refuse(origin_, expression.place, "{} takes {} argument{}, not {}", expression.text, expected,
             expected == 1 ? "" : "s", expression.children.size());
  }

  const Scope& scope_;
  const std::string& origin_;
};

}  // namespace

Angle evaluate(const Expression& expression, const Scope& scope, const std::string& origin) {
  return Evaluator(scope, origin).value(expression);
}

double evaluate_constant(const Expression& expression, const Scope& scope, const std::string& origin) {
  return Evaluator(scope, origin).constant(expression);
}

std::int64_t evaluate_whole(const Expression& expression, const Scope& scope, const std::string& origin,
                            std::int64_t low, std::int64_t high) {
  const double number = evaluate_constant(expression, scope, origin);
  if (number != std::floor(number))
    refuse(origin, expression.place, "expected a whole number from {} to {}, not {}", low, high, number);
  if (number < static_cast<double>(low) || number > static_cast<double>(high))
    refuse(origin, expression.place, "{} is out of range, which goes from {} to {}", number, low, high);
  return static_cast<std::int64_t>(number);
}

std::vector<std::int64_t> evaluate_range(const RangeSyntax& range, Place place, const Scope& scope,
                                         const std::string& origin, std::size_t size, std::size_t limit) {
  constexpr std::int64_t largest = std::int64_t{1} << 31;
  const auto count = static_cast<std::int64_t>(size);
  const auto bound = [&](const std::optional<Expression>& expression, std::int64_t absent) {
    if (!expression) return absent;
    if (size == 0) return evaluate_whole(*expression, scope, origin, -largest, largest);
    const std::int64_t value = evaluate_whole(*expression, scope, origin, -count, count - 1);
    return value < 0 ? value + count : value;
  };
  const std::int64_t step = range.step ? evaluate_whole(*range.step, scope, origin, -largest, largest) : 1;
  if (step == 0) refuse(origin, place, "the step of a range must not be 0");
  const std::int64_t start = bound(range.start, step > 0 ? 0 : count - 1);
  const std::int64_t end = bound(range.end, step > 0 ? count - 1 : 0);
  std::vector<std::int64_t> values;
  for (std::int64_t value = start; step > 0 ? value <= end : value >= end; value += step) {
    if (values.size() >= limit) refuse(origin, place, "this range has more than {} values", limit);
    values.push_back(value);
  }
  return values;
}

std::vector<std::uint32_t> evaluate_operand(const Operand& operand, const Scope& scope,
                                            std::map<std::string, Register, std::less<>> Scope::*map,
                                            const std::string& origin, bool* is_single) {
  const Register* found = Scope::find(&scope, map, operand.name);
  const char* what = map == &Scope::qubits ? "qubits" : "classical bits";
  if (!found) refuse(origin, operand.place, "'{}' is no register of {} that is known here", operand.name, what);
  const bool is_indexed = operand.index || operand.range || !operand.set.empty();
  if (is_single) *is_single = operand.index || (!is_indexed && found->is_single);
  if (!is_indexed) return found->members;
  if (found->is_single) refuse(origin, operand.place, "'{}' is one of {}, without an index", operand.name, what);
  const auto size = static_cast<std::int64_t>(found->members.size());
  const auto member = [&](const Expression& expression) {
    const std::int64_t index = evaluate_whole(expression, scope, origin, -size, size - 1);
    return found->members[static_cast<std::size_t>(index < 0 ? index + size : index)];
  };
  if (operand.index) return {member(*operand.index)};
  std::vector<std::uint32_t> members;
  for (const Expression& expression : operand.set) members.push_back(member(expression));
  if (!operand.range) return members;
  for (const std::int64_t index :
       evaluate_range(*operand.range, operand.place, scope, origin, found->members.size(), found->members.size()))
    members.push_back(found->members[static_cast<std::size_t>(index)]);
  if (members.empty()) refuse(origin, operand.place, "this range of '{}' is empty", operand.name);
  return members;
}

}  // namespace tacit::quantum_sim::openqasm
