#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/noise/density_matrix.h"
#include "quantum_sim/noise/noisy_units.h"

namespace tacit::quantum_sim {

/// One sample's way through a noisy circuit, unit by unit, forward and back. What it is given must live as long.
template <class T>
class DensityMatrixSweep {
 public:
  struct Given {
    const Circuit& circuit;
    const std::vector<NoisyStep>& steps;
    const std::vector<NoisyUnit>& units;
    std::span<const double> parameters, inputs;
    ThreadPool* pool;
  };
  explicit DensityMatrixSweep(const Given& given) : given_(given) {}

  /// |0...0><0...0|, or the encoded amplitudes.
  void prepare(BasicDensityMatrix<T>& rho) const;
  void apply(const NoisyUnit& unit, BasicDensityMatrix<T>& rho) const;
  bool has_angles(const NoisyUnit& unit) const;

  /// Takes an operator from behind a unit to before it. With `before`, rho there, also adds the gradients by the unit's
  /// angles: by_parameters [P], by_inputs [I]; empty ones are not wanted.
  void undo(const NoisyUnit& unit, const BasicDensityMatrix<T>* before, BasicDensityMatrix<T>& observable,
            std::span<double> by_parameters, std::span<double> by_inputs) const;
  /// Adds the gradient by the amplitudes that the state starts from, with the operator there.
  void add_start_gradient(const BasicDensityMatrix<T>& observable, std::span<double> by_inputs) const;

 private:
  std::vector<Channel::Matrix> factors(const NoisyUnit& unit) const;
  void undo_product(const NoisyUnit& unit, const BasicDensityMatrix<T>* before, BasicDensityMatrix<T>& observable,
                    std::span<double> by_parameters, std::span<double> by_inputs) const;
  void undo_gate(const NoisyStep& step, const BasicDensityMatrix<T>* before, BasicDensityMatrix<T>& observable,
                 std::span<double> by_parameters, std::span<double> by_inputs) const;

  Given given_;
};

extern template class DensityMatrixSweep<float>;
extern template class DensityMatrixSweep<double>;

}  // namespace tacit::quantum_sim
