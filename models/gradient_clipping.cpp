#include "models/gradient_clipping.h"

#include <algorithm>
#include <cmath>

namespace tacit::models {

void GradientClipping::apply(std::span<float> gradient) const {
  if (value > 0) {
    const auto bound = static_cast<float>(value);
    for (float& element : gradient) element = std::clamp(element, -bound, bound);
  }
  if (norm <= 0) return;
  double squares = 0;
  for (const float element : gradient) squares += static_cast<double>(element) * static_cast<double>(element);
  const double length = std::sqrt(squares);
  if (!(length > norm)) return;
  const double scale = norm / length;
  for (float& element : gradient) element = static_cast<float>(scale * static_cast<double>(element));
}

}  // namespace tacit::models
