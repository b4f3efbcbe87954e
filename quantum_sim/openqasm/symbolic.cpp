#include "quantum_sim/openqasm/symbolic.h"

#include <cmath>
#include <utility>

namespace tacit::quantum_sim::openqasm {
namespace {

using Factor = Angle::Factor;

bool same_source(const Factor& a, const Factor& b) {
  return a.source == b.source && a.index == b.index && a.function == b.function;
}

bool same_factors(const Angle& a, const Angle& b) {
  if (a.factor_count != b.factor_count) return false;
  for (std::uint32_t place = 0; place < a.factor_count; ++place)
    if (a.factor_array[place] != b.factor_array[place]) return false;
  return true;
}

// An angle without factors whose scale says nothing, or with a shift that belongs into the offset.
Angle tidy(Angle angle) {
  if (angle.factor_count > 0 && angle.scale == 0) return Angle::constant(angle.offset);
  if (angle.factor_count == 0) angle.scale = 1;
  if (angle.factor_count == 1) {
    angle.offset += angle.scale * angle.factor_array[0].shift;
    angle.factor_array[0].shift = 0;
  }
  return angle;
}

/// constant + first_linear u + second_linear v + quadratic u v, in two atoms u, v without shifts.
struct Polynomial {
  double constant = 0, first_linear = 0, second_linear = 0, quadratic = 0;
  Factor u, v;
};

Factor unshifted(Factor factor) {
  factor.shift = 0;
  return factor;
}

Polynomial expanded(const Angle& angle) {
  const Factor &f = angle.factor_array[0], &g = angle.factor_array[1];
  return {angle.offset + angle.scale * f.shift * g.shift,
          angle.scale * g.shift,
          angle.scale * f.shift,
          angle.scale,
          unshifted(f),
          unshifted(g)};
}

// q u v + a u + b v + c = q (u + b/q) (v + a/q) + c - a b / q; for u = v the linear parts are one, and the second
// factor's shift is zero.
Angle factorised(Polynomial p) {
  if (same_source(p.u, p.v)) p.first_linear = 0, p.second_linear += p.first_linear;
  p.u.shift = p.second_linear / p.quadratic;
  p.v.shift = p.first_linear / p.quadratic;
  const double constant = p.constant - p.first_linear * p.second_linear / p.quadratic;
  return Angle::product(p.u, p.v, p.quadratic, constant);
}

// A product of two plus one of its factors, scaled.
std::optional<Angle> sum_of_product_and_linear(const Angle& two, const Angle& one) {
  Polynomial p = expanded(two);
  p.constant += one.offset;
  if (same_source(p.u, one.factor_array[0])) {
    p.first_linear += one.scale;
  } else if (same_source(p.v, one.factor_array[0])) {
    p.second_linear += one.scale;
  } else {
    return std::nullopt;
  }
  if (same_source(p.u, p.v)) p.second_linear += std::exchange(p.first_linear, 0);
  return factorised(p);
}

std::optional<Angle> sum_of_products(const Angle& left, const Angle& right) {
  Polynomial p = expanded(left), q = expanded(right);
  if (same_source(p.u, q.v) && same_source(p.v, q.u)) {
    std::swap(q.u, q.v);
    std::swap(q.first_linear, q.second_linear);
  }
  if (!same_source(p.u, q.u) || !same_source(p.v, q.v) || p.quadratic + q.quadratic == 0) return std::nullopt;
  p.constant += q.constant;
  p.first_linear += q.first_linear;
  p.second_linear += q.second_linear;
  p.quadratic += q.quadratic;
  if (same_source(p.u, p.v)) p.second_linear += std::exchange(p.first_linear, 0);
  return factorised(p);
}

}  // namespace

std::optional<Angle> sum(const Angle& left, const Angle& right) {
  if (left.is_constant() || right.is_constant()) {
    Angle result = left.is_constant() ? right : left;
    result.offset = left.offset + right.offset;
    return result;
  }
  if (same_factors(left, right)) {
    Angle result = left;
    result.offset += right.offset;
    result.scale += right.scale;
    return tidy(result);
  }
  if (left.factor_count == 2 && right.factor_count == 2) return sum_of_products(left, right);
  if (left.factor_count == 2) return sum_of_product_and_linear(left, right);
  if (right.factor_count == 2) return sum_of_product_and_linear(right, left);
  return std::nullopt;
}

Angle times(const Angle& angle, double factor) {
  return tidy(scaled(angle, factor));
}

std::optional<Angle> product(const Angle& left, const Angle& right) {
  if (left.is_constant()) return times(right, left.offset);
  if (right.is_constant()) return times(left, right.offset);
  if (left.factor_count != 1 || right.factor_count != 1) return std::nullopt;
  Factor u = left.factor_array[0], v = right.factor_array[0];
  u.shift += left.offset / left.scale;
  v.shift += right.offset / right.scale;
  return Angle::product(u, v, left.scale * right.scale);
}

std::optional<Angle> arccos_of(const Angle& angle) {
  if (angle.is_constant()) return Angle::constant(std::acos(angle.offset));
  if (angle.factor_count != 1 || angle.scale != 1 || angle.offset != 0) return std::nullopt;
  Angle result = angle;
  if (result.factor_array[0].function != Angle::Function::identity || result.factor_array[0].shift != 0)
    return std::nullopt;
  result.factor_array[0].function = Angle::Function::arccos;
  return result;
}

}  // namespace tacit::quantum_sim::openqasm
