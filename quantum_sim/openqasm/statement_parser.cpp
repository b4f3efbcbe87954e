#include <algorithm>
#include <array>

#include "quantum_sim/openqasm/limits.h"
#include "quantum_sim/openqasm/parser.h"

namespace tacit::quantum_sim::openqasm {
namespace {

constexpr const char* supported =
    "supported are qreg, creg, qubit, bit, input, const, let, gate, gate calls with ctrl, negctrl, inv and pow, "
    "gphase, "
    "for over constant ranges, barrier, measure and reset";

// Everything that begins a statement and is no gate.
constexpr std::array<std::string_view, 17> keywords{"OPENQASM", "include", "qreg",    "creg",   "qubit", "bit",
                                                    "input",    "output",  "const",   "let",    "gate",  "opaque",
                                                    "barrier",  "reset",   "measure", "gphase", "for"};

// Of the language, but outside the subset: without this list they would be read as names of gates.
constexpr std::array<std::string_view, 32> not_read{
    "if",       "else",       "while",  "switch",        "case",     "default", "break", "continue",
    "return",   "def",        "defcal", "cal",           "box",      "extern",  "delay", "stretch",
    "duration", "durationof", "end",    "int",           "uint",     "float",   "angle", "bool",
    "complex",  "array",      "void",   "defcalgrammar", "readonly", "mutable", "nop",   "in"};

template <std::size_t count>
bool is_among(const Token& token, const std::array<std::string_view, count>& words) {
  return std::find(words.begin(), words.end(), token.text) != words.end();
}

bool is_number_type(std::string_view word) {
  return word == "int" || word == "uint" || word == "float" || word == "angle";
}

}  // namespace

Token Parser::expect(std::string_view symbol, const char* why) {
  const Token token = lexer_.next();
  if (!token.is(symbol)) refuse(origin(), token.place, "expected '{}' {}, not {}", symbol, why, describe(token));
  return token;
}

bool Parser::accept(std::string_view symbol) {
  if (!lexer_.peek().is(symbol)) return false;
  lexer_.next();
  return true;
}

void Parser::refuse_statement(const Token& token) const {
  refuse(origin(), token.place, "{} begins no statement that can be read; {}", describe(token), supported);
}

void Parser::only_in_version(int version, const Token& token) {
  if (version_ != version)
    refuse(origin(), token.place, "{} is a statement of OpenQASM {}, and this file is OpenQASM {}", describe(token),
           version, version_);
}

std::string Parser::new_name(const char* what) {
  const Token token = lexer_.next();
  if (token.kind != Token::Kind::name || token.text.starts_with('$'))
    refuse(origin(), token.place, "expected {}, not {}", what, describe(token));
  return std::string(token.text);
}

int Parser::read_version() {
  if (!lexer_.peek().is("OPENQASM")) return version_;
  lexer_.next();
  const Token number = lexer_.next();
  if (number.text == "2.0" || number.text == "2") {
    version_ = 2;
  } else if (number.text == "3" || number.text == "3.0" || number.text == "3.1") {
    version_ = 3;
  } else {
    refuse(origin(), number.place, "OpenQASM 2.0, 3.0 and 3.1 can be read, not {}", describe(number));
  }
  expect(";", "behind the version");
  return version_;
}

void Parser::include() {
  const Token file = lexer_.next();
  const std::string_view wanted = version_ == 2 ? "qelib1.inc" : "stdgates.inc";
  if (file.kind != Token::Kind::string || file.text != wanted)
    refuse(origin(), file.place, "only include \"{}\" can be read in OpenQASM {}, not {}", wanted, version_,
           describe(file));
  expect(";", "behind include");
  includes_standard_gates_ = true;
}

std::optional<Statement> Parser::next_statement() {
  while (lexer_.peek().kind != Token::Kind::end)
    if (std::optional<Statement> found = statement(false, false)) return found;
  return std::nullopt;
}

std::string Parser::annotations() {
  std::string found;
  Place place;
  while (lexer_.peek().is("@")) {
    place = lexer_.next().place;
    const std::string_view line = lexer_.rest_of_line();
    if (line == "tacit.input" || line == "tacit.parameter") {
      found = line;
    } else if (line.starts_with("tacit.")) {
      refuse(origin(), place, "the annotation @{} is none of @tacit.input and @tacit.parameter", line);
    }
  }
  if (!found.empty() && !lexer_.peek().is("input"))
    refuse(origin(), lexer_.peek().place, "@{} stands before an input declaration, not before {}", found,
           describe(lexer_.peek()));
  return found;
}

void Parser::require_allowed(const Token& keyword, bool in_block, bool in_gate) const {
  const bool everywhere = keyword.is("barrier") || keyword.is("for") || keyword.is("gphase");
  const bool in_loops = keyword.is("measure") || keyword.is("reset");
  if (everywhere || !in_block || (in_loops && !in_gate)) return;
  refuse(origin(), keyword.place, "{} cannot stand inside a {}", describe(keyword), in_gate ? "gate" : "block");
}

std::optional<Statement> Parser::statement(bool in_block, bool in_gate) {
  if (accept(";")) return std::nullopt;
  std::string annotation = annotations();
  const Token first = lexer_.peek();
  if (first.is("pragma") || first.is("#")) {
    lexer_.next();
    lexer_.rest_of_line();
    return std::nullopt;
  }
  if (first.kind != Token::Kind::name || is_among(first, not_read)) refuse_statement(first);
  if (!is_among(first, keywords)) return call(in_gate);
  require_allowed(first, in_block, in_gate);
  lexer_.next();
  if (first.is("include")) return include(), std::nullopt;
  if (first.is("OPENQASM")) refuse(origin(), first.place, "the version is said once, before everything else");
  if (first.is("opaque")) refuse(origin(), first.place, "an opaque gate has no known matrix; {}", supported);
  if (first.is("qreg")) return declaration_of_register(Statement::Kind::qubits, true);
  if (first.is("creg")) return declaration_of_register(Statement::Kind::bits, true);
  if (first.is("gate")) return gate_definition();
  if (first.is("barrier")) return simple(Statement::Kind::barrier);
  if (first.is("reset")) return simple(Statement::Kind::reset);
  if (first.is("measure")) return measure_arrow();
  only_in_version(3, first);
  if (first.is("qubit")) return declaration_of_register(Statement::Kind::qubits, false);
  if (first.is("bit")) return declaration_of_bits();
  if (first.is("input")) return declaration_of_input(std::move(annotation));
  if (first.is("const")) return declaration_of_constant();
  if (first.is("let")) return alias();
  if (first.is("for")) return loop(in_gate);
  if (first.is("gphase")) return simple(Statement::Kind::phase);
  expect("bit", "behind output, where only bits can be read");
  return declaration_of_bits();
}

Statement Parser::declaration_of_register(Statement::Kind kind, bool size_behind_name) {
  Statement result{.kind = kind, .place = lexer_.peek().place};
  const auto read_size = [&] {
    if (!accept("[")) return;
    result.size = expression();
    expect("]", "behind the size");
  };
  if (!size_behind_name) read_size();
  result.place = lexer_.peek().place;
  result.name = new_name("the name of a register");
  if (size_behind_name) read_size();
  expect(";", "behind the declaration");
  return result;
}

// bit[2] c;   bit[2] c = measure q;
Statement Parser::declaration_of_bits() {
  Statement result{.kind = Statement::Kind::bits, .place = lexer_.peek().place};
  if (accept("[")) {
    result.size = expression();
    expect("]", "behind the size");
  }
  result.name = new_name("the name of the bits");
  if (accept("=")) {
    expect("measure", "behind '='; a bit gets its value from a measurement only");
    result.operands.push_back(operand());
  }
  expect(";", "behind the declaration");
  return result;
}

void Parser::skip_size() {
  if (!accept("[")) return;
  expression();
  expect("]", "behind the width of the type");
}

// input float[64] a;   input angle b;   input array[float[64], 4] c;
Statement Parser::declaration_of_input(std::string annotation) {
  Statement result{
      .kind = Statement::Kind::free_value, .place = lexer_.peek().place, .annotation = std::move(annotation)};
  const bool is_array = accept("array");
  if (is_array) expect("[", "behind array");
  const Token type = lexer_.next();
  if (!type.is("float") && !type.is("angle"))
    refuse(origin(), type.place, "an input is a float, an angle or an array of one of them, not {}", describe(type));
  skip_size();
  if (is_array) {
    expect(",", "between an array's type and its size");
    result.size = expression();
    expect("]", "behind the size; arrays have one dimension");
  }
  result.place = lexer_.peek().place;
  result.name = new_name("the name of an input");
  expect(";", "behind the declaration");
  return result;
}

Statement Parser::declaration_of_constant() {
  Statement result{.kind = Statement::Kind::constant, .place = lexer_.peek().place};
  const Token type = lexer_.next();
  if (!is_number_type(type.text))
    refuse(origin(), type.place, "a constant is an int, uint, float or angle, not {}", describe(type));
  result.is_integer = type.is("int") || type.is("uint");
  skip_size();
  result.name = new_name("the name of a constant");
  expect("=", "behind the constant's name");
  result.arguments.push_back(expression());
  expect(";", "behind the declaration");
  return result;
}

Statement Parser::alias() {
  Statement result{.kind = Statement::Kind::alias, .place = lexer_.peek().place};
  result.name = new_name("the name of an alias");
  expect("=", "behind the alias");
  do result.operands.push_back(operand());
  while (accept("++"));
  expect(";", "behind the alias");
  return result;
}

Statement Parser::gate_definition() {
  Statement result{.kind = Statement::Kind::gate, .place = lexer_.peek().place};
  result.name = new_name("the name of a gate");
  if (accept("(") && !accept(")")) {
    do result.parameters.push_back(new_name("the name of a parameter"));
    while (accept(","));
    expect(")", "behind the parameters");
  }
  do result.qubits.push_back(new_name("the name of a qubit"));
  while (accept(","));
  if (!lexer_.peek().is("{")) expect("{", "before the gate's body");
  result.body = block(true);
  return result;
}

std::vector<Statement> Parser::block(bool in_gate) {
  std::vector<Statement> body;
  const Place place = lexer_.peek().place;
  if (++nesting_ > max_nesting) refuse(origin(), place, "expressions and blocks nest at most {} deep", max_nesting);
  const bool is_braced = accept("{");
  while (is_braced ? !accept("}") : body.empty()) {
    if (lexer_.peek().kind == Token::Kind::end) refuse(origin(), place, "this block is not closed by '}}'");
    std::optional<Statement> found = statement(true, in_gate);
    if (!found) continue;
    if (++stored_ > max_stored_statements)
      refuse(origin(), found->place, "gates and loops hold at most {} statements together", max_stored_statements);
    body.push_back(std::move(*found));
  }
  --nesting_;
  return body;
}

RangeSyntax Parser::range(std::optional<Expression> start) {
  const auto bound = [&]() -> std::optional<Expression> {
    if (lexer_.peek().is("]") || lexer_.peek().is(":")) return std::nullopt;
    return expression();
  };
  RangeSyntax result{std::move(start), {}, bound()};
  if (accept(":")) {
    result.step = std::move(result.end);
    result.end = bound();
  }
  expect("]", "behind the range");
  return result;
}

Operand Parser::operand() {
  const Token token = lexer_.next();
  if (token.text.starts_with('$'))
    refuse(origin(), token.place, "{} names a physical qubit; declare a register of qubits", describe(token));
  if (token.kind != Token::Kind::name)
    refuse(origin(), token.place, "expected a qubit or a register, not {}", describe(token));
  Operand result{std::string(token.text), {}, {}, {}, token.place};
  if (!accept("[")) return result;
  if (accept("{")) {
    result.set = list_until("}");
    if (result.set.empty()) refuse(origin(), token.place, "the set of indices behind {} is empty", describe(token));
    expect("]", "behind the set of indices");
    return result;
  }
  std::optional<Expression> first;
  if (!lexer_.peek().is(":")) first = expression();
  if (accept(":")) {
    result.range = range(std::move(first));
  } else {
    result.index = std::move(first);
    expect("]", "behind the index");
  }
  return result;
}

std::vector<Operand> Parser::operands() {
  std::vector<Operand> list;
  do list.push_back(operand());
  while (accept(","));
  return list;
}

Statement Parser::simple(Statement::Kind kind) {
  Statement result{.kind = kind, .place = lexer_.peek().place};
  if (kind == Statement::Kind::phase) {
    expect("(", "behind gphase");
    result.arguments = list_until(")");
  }
  if (!lexer_.peek().is(";")) result.operands = operands();
  expect(";", "behind the statement");
  return result;
}

Statement Parser::measure_arrow() {
  Statement result{.kind = Statement::Kind::measure, .place = lexer_.peek().place};
  result.operands.push_back(operand());
  expect("->", "behind the measured qubits, and the bits that take the result");
  result.operands.push_back(operand());
  expect(";", "behind the measurement");
  return result;
}

// name or name[...] = measure q;
Statement Parser::assignment(const Token& name) {
  Statement result{.kind = Statement::Kind::measure, .place = name.place};
  Operand bits{std::string(name.text), {}, {}, {}, name.place};
  if (accept("[")) {
    std::optional<Expression> first;
    if (!lexer_.peek().is(":")) first = expression();
    if (accept(":")) {
      bits.range = range(std::move(first));
    } else {
      bits.index = std::move(first);
      expect("]", "behind the index");
    }
  }
  expect("=", "behind the bits that take a measurement's result");
  expect("measure", "behind '='; a bit gets its value from a measurement only");
  result.operands.push_back(operand());
  result.operands.push_back(std::move(bits));
  expect(";", "behind the measurement");
  return result;
}

std::vector<Modifier> Parser::modifiers() {
  std::vector<Modifier> list;
  for (;;) {
    const Token token = lexer_.peek();
    Modifier modifier{Modifier::Kind::inverse, {}, token.place};
    if (token.is("pow")) {
      modifier.kind = Modifier::Kind::power;
    } else if (token.is("ctrl")) {
      modifier.kind = Modifier::Kind::control;
    } else if (token.is("negctrl")) {
      modifier.kind = Modifier::Kind::negative_control;
    } else if (!token.is("inv")) {
      return list;
    }
    only_in_version(3, token);
    lexer_.next();
    if (token.is("pow")) {
      expect("(", "behind pow");
      modifier.argument = expression();
      expect(")", "behind the power");
    } else if (!token.is("inv") && accept("(")) {
      modifier.argument = expression();
      expect(")", "behind the number of controls");
    }
    expect("@", "behind a modifier");
    list.push_back(std::move(modifier));
    if (list.size() > max_nesting) refuse(origin(), token.place, "a gate takes at most {} modifiers", max_nesting);
  }
}

Statement Parser::call(bool in_gate) {
  Statement result{.kind = Statement::Kind::call, .place = lexer_.peek().place};
  result.modifiers = modifiers();
  const Token name = lexer_.next();
  if (name.is("gphase")) {
    only_in_version(3, name);
    Statement phase = simple(Statement::Kind::phase);
    phase.modifiers = std::move(result.modifiers);
    phase.place = name.place;
    return phase;
  }
  if (name.kind != Token::Kind::name)
    refuse(origin(), name.place, "expected the name of a gate, not {}", describe(name));
  if (result.modifiers.empty() && !in_gate && version_ == 3 && (lexer_.peek().is("[") || lexer_.peek().is("=")))
    return assignment(name);
  result.place = name.place;
  result.name = name.text;
  if (accept("(")) result.arguments = list_until(")");
  if (lexer_.peek().kind != Token::Kind::name) refuse_statement(name);
  result.operands = operands();
  expect(";", "behind the gate");
  return result;
}

// for int i in [0:3] { ... }   for uint[8] i in {1, 5} rx(i) q;
Statement Parser::loop(bool in_gate) {
  Statement result{.kind = Statement::Kind::loop, .place = lexer_.peek().place};
  const Token type = lexer_.next();
  if (!type.is("int") && !type.is("uint"))
    refuse(origin(), type.place, "a loop runs over an int or uint, not {}", describe(type));
  skip_size();
  result.name = new_name("the name of the loop's variable");
  expect("in", "behind the loop's variable");
  const Token open = lexer_.next();
  if (open.is("{")) {
    result.arguments = list_until("}");
  } else if (open.is("[")) {
    std::optional<Expression> first = expression();
    expect(":", "in the loop's range");
    result.range = range(std::move(first));
    if (!result.range->end) refuse(origin(), open.place, "a loop's range needs a start and an end");
  } else {
    refuse(origin(), open.place, "a loop runs over a range [start:end] or a set {{a, b}}, not {}", describe(open));
  }
  result.body = block(in_gate);
  return result;
}

}  // namespace tacit::quantum_sim::openqasm
