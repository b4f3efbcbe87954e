#include "quantum_sim/circuit/draw_labels.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace tacit::quantum_sim {
namespace {

constexpr double pi = std::numbers::pi;

std::string times(Spelling spelling) {
  return spelling == Spelling::plain ? "*" : "·";
}

std::string subscript(std::uint32_t index) {
  std::string text;
  for (const char digit : std::to_string(index))
    text += fmt::format("\xE2\x82{}", static_cast<char>(0x80 + digit - '0'));
  return text;
}

std::string source_label(const Angle::Factor& factor, Spelling spelling) {
  const bool is_input = factor.source == Angle::Source::input;
  if (spelling == Spelling::plain) return fmt::format("{}_{}", is_input ? "x" : "theta", factor.index);
  return (is_input ? "x" : "θ") + subscript(factor.index);
}

std::string with_sign(const std::string& left, double right, Spelling spelling) {
  return fmt::format("{} {} {}", left, right < 0 ? "-" : "+", constant_label(std::abs(right), spelling));
}

std::string factor_label(const Angle::Factor& factor, Spelling spelling) {
  std::string label = source_label(factor, spelling);
  if (factor.function == Angle::Function::arccos) label = "arccos(" + label + ")";
  return factor.shift == 0 ? label : "(" + with_sign(label, factor.shift, spelling) + ")";
}

}  // namespace

std::string constant_label(double value, Spelling spelling) {
  const std::string symbol = spelling == Spelling::plain ? "pi" : "π";
  for (const int denominator : {1, 2, 3, 4, 6, 8, 16}) {
    const double numerator = value * denominator / pi, whole = std::round(numerator);
    if (whole == 0 || std::abs(whole) > 64 || std::abs(numerator - whole) > 1e-12 * std::abs(whole)) continue;
    std::string text = whole == 1    ? symbol
                       : whole == -1 ? "-" + symbol
                                     : fmt::format("{}{}{}", whole, times(spelling), symbol);
    return denominator == 1 ? text : fmt::format("{}/{}", text, denominator);
  }
  return fmt::format("{:.4g}", value);
}

std::string angle_label(const Angle& angle, Spelling spelling) {
  if (angle.is_constant()) return constant_label(angle.offset, spelling);
  std::string label = angle.scale == 1    ? ""
                      : angle.scale == -1 ? "-"
                                          : constant_label(angle.scale, spelling) + times(spelling);
  for (std::uint32_t place = 0; place < angle.factor_count; ++place)
    label += (place == 0 ? "" : times(spelling)) + factor_label(angle.factor_array[place], spelling);
  return angle.offset == 0 ? label : with_sign(label, angle.offset, spelling);
}

std::string angles_label(const Gate& gate, Spelling spelling) {
  std::string label;
  for (const Angle& angle : gate.angles) label += (label.empty() ? "(" : ", ") + angle_label(angle, spelling);
  return label.empty() ? label : label + ")";
}

}  // namespace tacit::quantum_sim
