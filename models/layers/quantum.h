#pragma once

#include <vector>

#include "models/layer.h"
#include "models/layers/measured_circuit.h"
#include "quantum_sim/simulator.h"

namespace tacit::models {

/// Expectation values of a parametrised circuit: y_k = output_scale * <psi(x, theta)| O_k |psi(x, theta)>. Any input
/// shape is taken as the flat features x. One parameter "theta" [circuit.parameters()], which starts uniform in [0, 2
/// pi).
///
/// A training that measures (models/layers/measured_circuit.h) replaces outputs and gradients by what a device gives,
/// in steps of local training, which have a mask key, and nowhere else: predictions, and tangents, which only somebody
/// without a device computes, stay exact.
template <class T>
class Quantum final : public Layer<T> {
 public:
  /// Throws Error(usage) if the circuit reads more inputs than the shape has, there is no observable, output_scale is
  /// zero or not finite, or the circuit cannot be trained so.
  Quantum(Shape input_shape, quantum_sim::Circuit circuit, std::vector<quantum_sim::Observable> observables,
          double output_scale = 1, CircuitTraining training = {});
  std::string_view type() const noexcept override { return "quantum"; }
  const std::vector<Shape>& input_shapes() const noexcept override { return input_shapes_; }
  const Shape& output_shape() const noexcept override { return output_shape_; }
  std::vector<ParameterSchema::Declaration> parameters() const override;
  void initialise(RandomStream& stream, std::span<T> theta) const override;
  std::unique_ptr<LayerScratch> make_scratch() const override;
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;
  bool takes_lanes() const override { return true; }

  const quantum_sim::Circuit& circuit() const noexcept { return circuit_; }
  const std::vector<quantum_sim::Observable>& observables() const noexcept { return observables_; }
  double output_scale() const noexcept { return static_cast<double>(output_scale_); }
  const CircuitTraining& training() const noexcept { return training_; }

 private:
  std::vector<Shape> input_shapes_;
  Shape output_shape_;
  quantum_sim::Circuit circuit_;
  std::vector<quantum_sim::Observable> observables_;
  T output_scale_;
  CircuitTraining training_;
};

}  // namespace tacit::models
