#include <algorithm>

#include "quantum_sim/openqasm/limits.h"
#include "quantum_sim/openqasm/parser.h"

namespace tacit::quantum_sim::openqasm {

Expression Parser::expression() {
  if (++nesting_ > max_nesting)
    refuse(origin(), lexer_.peek().place, "expressions and blocks nest at most {} deep", max_nesting);
  Expression result = sum();
  --nesting_;
  return result;
}

// A long chain of operators is a deep tree, too.
Expression Parser::combined(std::string op, Place place, Expression left, Expression right) {
  Expression result{Expression::Kind::binary, std::move(op), 0, {}, std::max(left.depth, right.depth) + 1, place};
  if (result.depth > max_nesting)
    refuse(origin(), place, "an expression has at most {} operators one behind the other", max_nesting);
  result.children.push_back(std::move(left));
  result.children.push_back(std::move(right));
  return result;
}

Expression Parser::sum() {
  Expression left = product();
  while (lexer_.peek().is("+") || lexer_.peek().is("-")) {
    const Token op = lexer_.next();
    Expression right = product();
    left = combined(std::string(op.text), op.place, std::move(left), std::move(right));
  }
  return left;
}

Expression Parser::product() {
  Expression left = unary();
  while (lexer_.peek().is("*") || lexer_.peek().is("/") || lexer_.peek().is("%")) {
    const Token op = lexer_.next();
    Expression right = unary();
    left = combined(std::string(op.text), op.place, std::move(left), std::move(right));
  }
  return left;
}

Expression Parser::unary() {
  if (!lexer_.peek().is("-") && !lexer_.peek().is("+")) return power();
  const Token op = lexer_.next();
  if (++nesting_ > max_nesting) refuse(origin(), op.place, "expressions and blocks nest at most {} deep", max_nesting);
  Expression inner = unary();
  --nesting_;
  if (op.is("+")) return inner;
  Expression result{Expression::Kind::negate, "-", 0, {}, inner.depth + 1, op.place};
  result.children.push_back(std::move(inner));
  return result;
}

// Binds more tightly than a sign before it, and from the right. Version 2 writes ^, which is another operator in 3.
Expression Parser::power() {
  Expression base = primary();
  if (!lexer_.peek().is("**") && !(version_ == 2 && lexer_.peek().is("^"))) return base;
  const Token op = lexer_.next();
  if (++nesting_ > max_nesting) refuse(origin(), op.place, "expressions and blocks nest at most {} deep", max_nesting);
  Expression exponent = unary();
  --nesting_;
  return combined("**", op.place, std::move(base), std::move(exponent));
}

Expression Parser::primary() {
  const Token token = lexer_.next();
  Expression result{Expression::Kind::number, std::string(token.text), token.number, {}, 1, token.place};
  if (token.kind == Token::Kind::number) return result;
  if (token.is("(")) {
    result = expression();
    expect(")", "to close the parenthesis");
    return result;
  }
  if (token.kind != Token::Kind::name)
    refuse(origin(), token.place, "expected a number, a name or '(' in an expression, not {}", describe(token));
  result.kind = Expression::Kind::name;
  if (accept("(")) {
    result.kind = Expression::Kind::call;
    result.children = list_until(")");
  } else if (accept("[")) {
    result.kind = Expression::Kind::element;
    result.children.push_back(expression());
    expect("]", "behind the index");
  }
  for (const Expression& child : result.children) result.depth = std::max(result.depth, child.depth + 1);
  return result;
}

std::vector<Expression> Parser::list_until(std::string_view closing) {
  std::vector<Expression> list;
  if (accept(closing)) return list;
  do list.push_back(expression());
  while (accept(","));
  expect(closing, "to close the list");
  return list;
}

}  // namespace tacit::quantum_sim::openqasm
