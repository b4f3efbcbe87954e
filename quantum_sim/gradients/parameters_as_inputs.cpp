#include "quantum_sim/gradients/parameters_as_inputs.h"

namespace tacit::quantum_sim {

Circuit with_parameters_as_inputs(const Circuit& circuit) {
  const auto inputs = static_cast<std::uint32_t>(circuit.inputs());
  return with_angles(circuit, [&](Angle angle) {
    for (std::uint32_t place = 0; place < angle.factor_count; ++place) {
      Angle::Factor& factor = angle.factor_array[place];
      if (factor.source != Angle::Source::parameter) continue;
      factor.source = Angle::Source::input;
      factor.index += inputs;
    }
    return angle;
  });
}

std::vector<double> joined(std::span<const double> inputs, std::span<const double> parameters) {
  std::vector<double> row(inputs.begin(), inputs.end());
  row.insert(row.end(), parameters.begin(), parameters.end());
  return row;
}

}  // namespace tacit::quantum_sim
