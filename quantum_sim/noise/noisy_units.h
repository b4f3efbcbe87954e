#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/noise/noise_model.h"

namespace tacit::quantum_sim {

/// What a density matrix goes through at once: gates and channels of one qubit that follow each other on it, multiplied
/// into one superoperator; or one other step.
struct NoisyUnit {
  std::vector<std::size_t> steps;  ///< in order of application
  bool is_product = false;         ///< of steps of one qubit
  std::uint32_t qubit = 0;         ///< of a product
};

/// All steps in an equivalent order: products wait until another step touches their qubit.
std::vector<NoisyUnit> noisy_units(const Circuit& circuit, const std::vector<NoisyStep>& steps);

/// A step of a product with its angles' values, as superoperator on the index ket + 2 bra: 4 x 4, row-major.
Channel::Matrix superoperator_of(const Circuit& circuit, const NoisyStep& step, std::span<const double> parameters,
                                 std::span<const double> inputs);
/// Its derivative by each of the gate's angles; of a channel, none.
std::vector<Channel::Matrix> superoperator_derivatives(const Circuit& circuit, const NoisyStep& step,
                                                       std::span<const double> parameters,
                                                       std::span<const double> inputs);

/// left * right of square matrices, row-major.
Channel::Matrix multiplied(const Channel::Matrix& left, const Channel::Matrix& right, std::size_t rows);
Channel::Matrix adjoint(const Channel::Matrix& matrix, std::size_t rows);

}  // namespace tacit::quantum_sim
