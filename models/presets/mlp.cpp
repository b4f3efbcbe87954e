#include "models/presets/text.h"

namespace tacit::models::presets {

std::string mlp(const Request& request) {
  const std::vector<std::int64_t> hidden =
      request.section.integers("hidden", {1, 1'000'000}, std::vector<std::int64_t>{64, 64});
  const std::string activation = request.section.choice("activation", {"tanh", "relu", "gelu"}, "tanh");
  std::string text;
  for (const std::int64_t units : hidden) text += linear(static_cast<std::size_t>(units)) + layer(activation);
  return text + linear(request.outputs);
}

}  // namespace tacit::models::presets
