#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/batch/batch_call.h"
#include "quantum_sim/batch/tile.h"
#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

/// The states x / ||x|| that samples start from under amplitude encoding, one tile at a time, and the way back of
/// gradients by them. Does nothing for a program without.
///
/// E = <a| A |a> of a real start a has dE/da = 2 Re A a, and A a is what lambda is when it has come back to the start.
template <class T>
class EncodedStart {
 public:
  /// `program` must outlive this object.
  EncodedStart(const Circuit& circuit, const Program& program);

  /// Allocates what such a call needs and has not been allocated yet.
  void prepare(const BatchCall<T>& call);
  /// Throws Error(usage) that names the sample whose inputs are not finite or all zero, before any work.
  void require_valid(const BatchCall<T>& call);
  void begin(const BatchCall<T>& call);
  /// Fills the start of samples first .. first + count - 1; the other lanes start from row 0.
  void load_tile(std::size_t first, std::size_t count);

  /// [encoded amplitudes][W] each; null without.
  const T* rows() const noexcept { return rows_.get(); }
  const T* rows_dot() const noexcept { return rows_dot_.get(); }
  T* gradient() const noexcept { return gradient_.get(); }          ///< written by the kernels: 2 Re lambda
  T* gradient_dot() const noexcept { return gradient_dot_.get(); }  ///< written by the kernels: 2 Re lambda_dot

  /// Adds what the kernels left of the tile, times `factor`, to the gradients [batch, I] of the call's inputs.
  void add_gradients(double factor);

 private:
  std::size_t count() const noexcept { return program_.encoded_amplitudes; }
  void load_lane(std::size_t lane);
  void gather(const T* rows, std::size_t lane, double factor, std::span<double> lane_values) const;
  void add(std::span<T> inputs, std::size_t sample) const;

  const Program& program_;
  std::size_t inputs_per_sample_;
  BatchCall<T> call_;
  std::size_t first_ = 0, samples_ = 0;              ///< of the tile
  AlignedArray<double> units_, units_dot_;           ///< [W][encoded amplitudes]
  std::vector<double> norms_, norms_dot_;            ///< [W]
  std::vector<double> by_unit_, by_unit_dot_, sum_;  ///< [encoded amplitudes], of one sample
  AlignedArray<T> rows_, rows_dot_, gradient_, gradient_dot_;
};

}  // namespace tacit::quantum_sim
