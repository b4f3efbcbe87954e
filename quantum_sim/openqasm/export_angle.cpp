#include "quantum_sim/openqasm/export_angle.h"

#include <fmt/core.h>

namespace tacit::quantum_sim::openqasm {
namespace {

// Not `x`: that is a gate of stdgates.inc, and OpenQASM has one space of names.
std::string factor_text(const Angle::Factor& factor) {
  std::string name = fmt::format("{}[{}]", factor.source == Angle::Source::input ? "inputs" : "theta", factor.index);
  if (factor.function == Angle::Function::arccos) name = "arccos(" + name + ")";
  if (factor.shift == 0) return name;
  return fmt::format("({} {} {})", name, factor.shift < 0 ? "-" : "+", number_text(std::abs(factor.shift)));
}

}  // namespace

std::string number_text(double value) {
  return fmt::format("{}", value);
}

std::string angle_text(const Angle& angle) {
  if (angle.is_constant()) return number_text(angle.offset);
  std::string product;
  for (const Angle::Factor& factor : angle.factors()) product += (product.empty() ? "" : "*") + factor_text(factor);
  // The factors first: reading scale * f * g from the left would divide their shifts by the scale again.
  if (angle.scale == -1)
    product = "-" + product;
  else if (angle.scale != 1)
    product = fmt::format("{}*{}", number_text(angle.scale), angle.factor_count > 1 ? "(" + product + ")" : product);
  if (angle.offset == 0) return product;
  return fmt::format("{} {} {}", product, angle.offset < 0 ? "-" : "+", number_text(std::abs(angle.offset)));
}

}  // namespace tacit::quantum_sim::openqasm
