#include "attacks/noisy_circuit.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "models/graph.h"
#include "models/layers/circuit_noise.h"
#include "models/losses/loss_function.h"
#include "quantum_sim/circuit/angle_gradient.h"
#include "quantum_sim/gradients/parameters_as_inputs.h"
#include "quantum_sim/gradients/rotation_slopes.h"

namespace tacit::attacks {
namespace {

using quantum_sim::Angle;
using Losses = models::LossFunction<double>;

const models::Quantum<double>& noisy_layer(const models::Model<double>& model) {
  const auto& nodes = model.graph().nodes();
  const auto* layer = dynamic_cast<const models::Quantum<double>*>(nodes.front().layer.get());
  if (nodes.size() != 1 || layer == nullptr)
    fail(ErrorKind::configuration,
         "circuit_noise = \"declared\" needs a model of one quantum layer, and this model has {} layers, the first of "
         "type '{}'",
         nodes.size(), nodes.front().layer->type());
  if (layer->training().depolarising == 0)
    fail(ErrorKind::configuration,
         "circuit_noise = \"declared\" needs a model with training_depolarising, and none was declared");
  if (layer->circuit().encoded_amplitudes() > 0)
    fail(ErrorKind::configuration, "circuit_noise = \"declared\" shifts angles, and this circuit encodes amplitudes");
  return *layer;
}

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

NoisyCircuit::NoisyCircuit(const models::Model<double>& model, std::span<const double> theta)
    : model_(model), theta_(theta), layer_(noisy_layer(model)) {
  const auto& circuit = layer_.circuit();
  std::uint32_t next = 0;
  const quantum_sim::Circuit free = quantum_sim::with_angles(
      circuit, [&](const Angle& one) { return one.is_constant() ? one : Angle::parameter(next++); });
  for (std::size_t gate = 0; gate < circuit.gates().size(); ++gate)
    for (std::size_t position = 0; position < circuit.gates()[gate].angles.size(); ++position) {
      const Angle& one = circuit.gates()[gate].angles[position];
      if (one.is_constant()) continue;
      const bool reads_input = one.reads(Angle::Source::input);
      if (reads_input && one.reads(Angle::Source::parameter))
        fail(ErrorKind::configuration,
             "circuit_noise = \"declared\" needs angles of parameters or of inputs, and gate {} multiplies both", gate);
      angles_.push_back({gate, position, reads_input, {}});
    }
  // Of angles that stand alone the frequencies do not depend on where.
  const auto frequencies =
      quantum_sim::parameter_frequencies(free, layer_.observables(), std::vector<double>(angles_.size()), {});
  for (std::size_t a = 0; a < angles_.size(); ++a)
    if (angles_[a].reads_input && frequencies[a].maximum > 0)
      angles_[a].rule = quantum_sim::first_derivative_rule(frequencies[a]);
  free_.emplace(free, models::depolarising_everywhere(layer_.training().depolarising), layer_.observables());
}

const Angle& NoisyCircuit::angle(const FreeAngle& free) const {
  return layer_.circuit().gates()[free.gate].angles[free.position];
}

void NoisyCircuit::add_by_chain(const FreeAngle& free, double slope, std::span<const double> inputs,
                                std::span<double> by_theta, std::span<double> by_inputs) const {
  quantum_sim::add_angle_gradient(angle(free), slope, theta_, inputs, by_theta, by_inputs,
                                  layer_.circuit().gates()[free.gate], free.gate);
}

std::span<const double> NoisyCircuit::jacobian_row(std::size_t example, std::size_t output) const {
  const std::size_t row = example * model_.output_size() + output;
  return std::span(jacobian_).subspan(row * angles_.size(), angles_.size());
}

void NoisyCircuit::gradient(const models::Examples<double>& candidates, std::span<double> g) {
  const std::size_t outputs = model_.output_size(), count = candidates.count, size = model_.input_size();
  values_.clear();
  outputs_.resize(count * outputs);
  jacobian_.resize(count * outputs * angles_.size());
  std::vector<double> upstream(outputs);
  for (std::size_t b = 0; b < count; ++b) {
    const auto inputs = candidates.inputs.subspan(b * size, size);
    for (const FreeAngle& free : angles_) values_.push_back(quantum_sim::value(angle(free), theta_, inputs));
    const auto values = std::span(values_).last(angles_.size());
    for (std::size_t k = 0; k < outputs; ++k) {
      std::ranges::fill(upstream, 0.0);
      upstream[k] = layer_.output_scale();
      const auto row = std::span(jacobian_).subspan((b * outputs + k) * angles_.size(), angles_.size());
      outputs_[b * outputs + k] = layer_.output_scale() * free_->gradient(values, {}, 1, upstream, row, {})[k];
    }
  }
  slopes_.resize(outputs_.size());
  model_.loss_function().gradient({count, outputs, outputs_, candidates.targets}, {slopes_, {}});
  std::ranges::fill(g, 0.0);
  for (std::size_t b = 0; b < count; ++b)
    for (std::size_t k = 0; k < outputs; ++k)
      for (std::size_t a = 0; a < angles_.size(); ++a)
        if (!angles_[a].reads_input)
          add_by_chain(angles_[a], slopes_[b * outputs + k] * jacobian_row(b, k)[a],
                       candidates.inputs.subspan(b * size, size), g, {});
}

void NoisyCircuit::pull_back(const models::Examples<double>& candidates, std::span<const double> direction,
                             std::span<double> inputs, std::span<double> targets) {
  const std::size_t outputs = model_.output_size(), count = candidates.count, size = model_.input_size();
  // How the angles move along the direction; those that read inputs stay.
  std::vector<double> moved(angles_.size()), by_theta(theta_.size());
  for (std::size_t a = 0; a < angles_.size(); ++a) {
    if (angles_[a].reads_input) continue;
    std::ranges::fill(by_theta, 0.0);
    add_by_chain(angles_[a], 1, candidates.inputs.first(size), by_theta, {});
    moved[a] = dot(by_theta, direction);
  }
  std::vector<double> outputs_dot(outputs_.size()), slopes(outputs_.size()), slopes_dot(outputs_.size());
  for (std::size_t b = 0; b < count; ++b)
    for (std::size_t k = 0; k < outputs; ++k) outputs_dot[b * outputs + k] = dot(jacobian_row(b, k), moved);
  std::vector<double> target_slopes(targets.size());
  model_.loss_function().gradient_tangent({count, outputs, outputs_, candidates.targets}, {outputs_dot, {}},
                                          {slopes, target_slopes}, {slopes_dot, targets});
  if (inputs.empty()) return;
  std::ranges::fill(inputs, 0.0);
  std::vector<double> upstream(outputs), shifted_gradient(angles_.size());
  for (std::size_t b = 0; b < count; ++b) {
    const auto row = candidates.inputs.subspan(b * size, size);
    const auto into = inputs.subspan(b * size, size);
    for (std::size_t k = 0; k < outputs; ++k) upstream[k] = layer_.output_scale() * slopes_[b * outputs + k];
    std::vector<double> values(values_.begin() + static_cast<std::ptrdiff_t>(b * angles_.size()),
                               values_.begin() + static_cast<std::ptrdiff_t>((b + 1) * angles_.size()));
    for (std::size_t a = 0; a < angles_.size(); ++a) {
      if (!angles_[a].reads_input) continue;
      double slope = 0;
      for (std::size_t k = 0; k < outputs; ++k) slope += slopes_dot[b * outputs + k] * jacobian_row(b, k)[a];
      const double centre = values[a];
      for (std::size_t m = 0; m < angles_[a].rule.shifts.size(); ++m) {
        values[a] = centre + angles_[a].rule.shifts[m];
        free_->gradient(values, {}, 1, upstream, shifted_gradient, {});
        slope += angles_[a].rule.coefficients[m] * dot(shifted_gradient, moved);
      }
      values[a] = centre;
      add_by_chain(angles_[a], slope, row, {}, into);
    }
  }
}

}  // namespace tacit::attacks
