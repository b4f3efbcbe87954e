#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "attacks/r_gap/invertible_chain.h"

namespace tacit::attacks {

/// What is known of one layer when its input is looked for (Zhu and Blaschko, ICLR 2021, Sec. 3.2).
struct LayerKnowledge {
  std::span<const double> weight;           ///< W, of the model that was sent
  std::span<const double> weight_gradient;  ///< observed
  std::span<const double> output;           ///< W x, [outputs]
  std::span<const double> output_gradient;  ///< k = dL / d(W x), [outputs]
};

/// The input of a layer, solved for, and how well it was determined.
struct LayerSolution {
  std::vector<double> input;           ///< [inputs]
  double residual = 0;                 ///< of the equations, relative
  std::size_t weight_equations = 0;    ///< W x = output
  std::size_t gradient_equations = 0;  ///< sum over positions of k x^T = weight gradient
  std::size_t gradient_rank = 0;       ///< numerical rank of the latter alone
  std::size_t iterations = 0;          ///< of the least-squares solver; 0: closed form
};

/// For a fully connected layer the gradient is k x^T, and x = gradient^T k / |k|^2 (Eq. 8: gradient constraints alone
/// determine x). For a convolution both sets are linear in the true pixels, padding left out as it is known to be zero,
/// and are solved together by least squares; each set is divided by the root mean square of its right-hand side, as
/// both have rounding errors relative to it. Throws Error(data) if k is zero.
LayerSolution solve_layer(const ChainStage& stage, const LayerKnowledge& known);
/// W^T k, [inputs]: the gradient of the layer's input.
std::vector<double> input_gradient(const ChainStage& stage, std::span<const double> weight,
                                   std::span<const double> output_gradient);

}  // namespace tacit::attacks
