#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "quantum_sim/openqasm/lexer.h"
#include "quantum_sim/openqasm/syntax.h"

namespace tacit::quantum_sim::openqasm {

/// Reads a program statement by statement. Everything outside the unitary subset with measurement and reset is refused
/// by Error(data) with line and column, the token, and what is supported.
class Parser {
 public:
  Parser(std::string_view text, std::string origin) : lexer_(text, std::move(origin)) {}

  /// The version that the file says, 2 or 3; 3 if it says none.
  int read_version();
  /// The next statement that does something, or nothing at the end. Included libraries are noted, not returned.
  std::optional<Statement> next_statement();
  int version() const noexcept { return version_; }
  bool includes_standard_gates() const noexcept { return includes_standard_gates_; }
  const std::string& origin() const noexcept { return lexer_.origin(); }

 private:
  // expression_parser.cpp
  Expression expression();
  Expression sum();
  Expression product();
  Expression unary();
  Expression power();
  Expression primary();
  Expression combined(std::string op, Place place, Expression left, Expression right);
  std::vector<Expression> list_until(std::string_view closing);

  // statement_parser.cpp
  std::optional<Statement> statement(bool in_block, bool in_gate);
  std::string annotations();
  void require_allowed(const Token& keyword, bool in_block, bool in_gate) const;
  void include();
  Statement declaration_of_register(Statement::Kind kind, bool size_behind_name);
  Statement declaration_of_bits();
  Statement declaration_of_input(std::string annotation);
  Statement declaration_of_constant();
  Statement alias();
  Statement gate_definition();
  Statement measure_arrow();
  Statement assignment(const Token& name);
  Statement call(bool in_gate);
  Statement simple(Statement::Kind kind);
  Statement loop(bool in_gate);
  std::vector<Modifier> modifiers();
  std::vector<Statement> block(bool in_gate);
  std::vector<Operand> operands();
  Operand operand();
  RangeSyntax range(std::optional<Expression> start);
  void skip_size();
  std::string new_name(const char* what);
  void only_in_version(int version, const Token& token);

  Token expect(std::string_view symbol, const char* why);
  bool accept(std::string_view symbol);
  [[noreturn]] void refuse_statement(const Token& token) const;

  Lexer lexer_;
  int version_ = 3;
  bool includes_standard_gates_ = false;
  std::size_t nesting_ = 0;
  std::size_t stored_ = 0;
};

}  // namespace tacit::quantum_sim::openqasm
