#include "attacks/r_gap/logistic_margin.h"

#include <cmath>

namespace tacit::attacks {
namespace {

double margin_times_slope(double u) {
  return -u / (1 + std::exp(u));
}

/// The root between two points of which `above` lies above c and `below` below it.
double bisect(double above, double below, double c) {
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (above + below);
    (margin_times_slope(middle) > c ? above : below) = middle;
  }
  return 0.5 * (above + below);
}

}  // namespace

std::vector<double> logistic_margins(double c) {
  constexpr double lowest = 1.2784645427610738;  // 1 + exp(-u) = u
  constexpr double far = 745;                    // exp(-745) is the smallest positive number
  if (c >= 0) return {bisect(-2 * c - 2, 0, c)};
  if (c <= margin_times_slope(lowest)) return {lowest};
  return {bisect(0, lowest, c), bisect(far, lowest, c)};
}

}  // namespace tacit::attacks
