#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/layer.h"
#include "quantum_sim/simulator.h"

namespace tacit::models {

/// A circuit for passes in lanes: its parameters are read as inputs, so that every sample has a direction and a
/// gradient of the parameters of its own. Spans as in the passes of a layer, [count, ..] and, for lanes, with their
/// stride; an empty direction is zero, an empty gradient not wanted. Sums over the samples of a lane run in their
/// order, in double.
template <class T>
class LaneSimulator {
 public:
  LaneSimulator(const quantum_sim::Circuit& circuit, std::vector<quantum_sim::Observable> observables);

  void forward_tangent(const ForwardTangentPass<T>& pass);
  /// `upstream` [count, outputs] stands for that of the pass.
  void backward(const BackwardPass<T>& pass, std::span<const T> upstream);
  /// `upstream` and `upstream_dot` stand for those of the pass.
  void backward_tangent(const BackwardTangentPass<T>& pass, std::span<const T> upstream,
                        std::span<const T> upstream_dot);

 private:
  /// Rows [inputs, theta] of all samples, into `rows`; theta is that of the sample's lane.
  void join(std::span<const T> inputs, std::span<const T> theta, const Lanes& lanes, std::size_t count,
            std::vector<T>& rows) const;
  /// From rows of gradients back to gradients of inputs and, summed over the samples of each lane, of theta.
  void split(std::span<const T> rows, std::size_t count, const Lanes& lanes, std::span<T> inputs, std::span<T> theta);

  std::size_t inputs_, parameters_;
  quantum_sim::Simulator<T> simulator_;
  std::vector<T> rows_, rows_dot_, gradient_, gradient_dot_;
  std::vector<double> sum_;
};

}  // namespace tacit::models
