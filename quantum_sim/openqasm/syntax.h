#pragma once

#include <optional>
#include <string>
#include <vector>

#include "quantum_sim/openqasm/place.h"

namespace tacit::quantum_sim::openqasm {

struct Expression {
  enum class Kind {
    number,
    name,
    element,  ///< text[children[0]]
    negate,
    binary,  ///< text is one of + - * / % **
    call     ///< text(children...)
  };
  Kind kind = Kind::number;
  std::string text;
  double number = 0;
  std::vector<Expression> children;
  std::size_t depth = 1;
  Place place;
};

/// start : step : end, both ends included; step is 1 unless given.
struct RangeSyntax {
  std::optional<Expression> start, step, end;
};

/// Quantum bits of a register: all, one, a range or a set of them.
struct Operand {
  std::string name;
  std::optional<Expression> index;
  std::optional<RangeSyntax> range;
  std::vector<Expression> set;
  Place place;
};

struct Modifier {
  enum class Kind { inverse, power, control, negative_control };
  Kind kind;
  std::optional<Expression> argument;
  Place place;
};

struct Statement {
  enum class Kind {
    qubits,      ///< name, size
    bits,        ///< name, size; value[0]... absent
    free_value,  ///< name, size if an array, annotation: an `input`
    constant,    ///< name, arguments[0]; is_integer
    alias,       ///< name = operands, joined
    gate,        ///< name, parameters, qubits, body
    call,        ///< modifiers, name, arguments, operands
    phase,       ///< modifiers, arguments[0], operands: gphase
    measure,     ///< operands[0] into operands[1]
    reset,       ///< operands
    barrier,     ///< operands
    loop         ///< name over range or arguments, body
  };
  Kind kind = Kind::call;
  Place place = {};
  std::string name = {};
  std::optional<Expression> size = {};
  std::string annotation = {};
  bool is_integer = false;
  std::vector<Modifier> modifiers = {};
  std::vector<Expression> arguments = {};
  std::vector<Operand> operands = {};
  std::vector<std::string> parameters = {}, qubits = {};
  std::optional<RangeSyntax> range = {};
  std::vector<Statement> body = {};
};

}  // namespace tacit::quantum_sim::openqasm
