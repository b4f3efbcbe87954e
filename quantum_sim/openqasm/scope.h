#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "quantum_sim/circuit/angle.h"
#include "quantum_sim/openqasm/place.h"
#include "quantum_sim/openqasm/syntax.h"

namespace tacit::quantum_sim::openqasm {

/// Inputs or parameters that one declaration made: indices first .. first + count - 1.
struct FreeValues {
  Angle::Source source;
  std::uint32_t first, count;
  bool is_array;
};

/// Qubits or classical bits of a register, or of an alias, in order.
struct Register {
  std::vector<std::uint32_t> members;
  bool is_single = false;  ///< declared without size: one qubit, which may not be indexed
};

/// The names that expressions and operands may use at one place, and what they stand for.
struct Scope {
  const Scope* outer = nullptr;  ///< of a loop: the block around it; a gate's body sees none but the constants
  std::map<std::string, Angle, std::less<>> values = {};
  std::map<std::string, FreeValues, std::less<>> free_values = {};
  std::map<std::string, Register, std::less<>> qubits = {}, bits = {};

  template <class Map>
  static auto find(const Scope* scope, Map Scope::*map, std::string_view name) -> typename Map::mapped_type const* {
    for (; scope; scope = scope->outer)
      if (const auto found = (scope->*map).find(name); found != (scope->*map).end()) return &found->second;
    return nullptr;
  }
};

/// The value of an expression: a constant, or an offset + scale * f_1 * f_2 of inputs and parameters. Throws
/// Error(data) with the place of the operator or name.
Angle evaluate(const Expression& expression, const Scope& scope, const std::string& origin);
double evaluate_constant(const Expression& expression, const Scope& scope, const std::string& origin);
/// A constant that is whole and in [low, high].
std::int64_t evaluate_whole(const Expression& expression, const Scope& scope, const std::string& origin,
                            std::int64_t low, std::int64_t high);

/// start, start + step, ... up to `end`, at most `limit` values. Absent bounds are those of a register of `size`
/// members, and negative ones count from its end, if size is not zero.
std::vector<std::int64_t> evaluate_range(const RangeSyntax& range, Place place, const Scope& scope,
                                         const std::string& origin, std::size_t size, std::size_t limit);

/// The members of the register, which must be one of `map`, that the operand names.
std::vector<std::uint32_t> evaluate_operand(const Operand& operand, const Scope& scope,
                                            std::map<std::string, Register, std::less<>> Scope::*map,
                                            const std::string& origin, bool* is_single = nullptr);

}  // namespace tacit::quantum_sim::openqasm
