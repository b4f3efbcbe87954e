#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/batch/angles.h"
#include "quantum_sim/batch/batch_call.h"
#include "quantum_sim/batch/compiled_batch.h"
#include "quantum_sim/batch/encoded_start.h"
#include "quantum_sim/batch/gradient_sums.h"
#include "quantum_sim/batch/tile.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

/// One thread's share of a batch: the angles, states and sums of one tile of samples at a time.
template <class T>
class BatchWorker {
 public:
  /// `compiled` must outlive this object. Throws Error(resource) if one state tile does not fit into memory.
  explicit BatchWorker(const CompiledBatch& compiled);

  /// Allocates what such a call needs and has not been allocated yet; nothing after this does.
  void prepare(const BatchCall<T>& call);
  /// Throws Error(usage) that names the gate of an angle that is not finite, or the sample without amplitudes.
  void require_valid(const BatchCall<T>& call);
  /// Takes the angles of a call, which must be valid and prepared.
  void begin(const BatchCall<T>& call);
  /// Runs tiles first_tile .. end_tile - 1 and writes what they give for single samples. Of a call that goes back, also
  /// writes the gradients by parameter [P], summed over the chunk, and their derivatives (of a tangent call).
  void run_chunk(const BatchCall<T>& call, std::size_t first_tile, std::size_t end_tile, double* parameter_sums,
                 double* parameter_sums_dot);

 private:
  /// Gradients of the diagonals of one chunk.
  struct DiagonalSums {
    AlignedArray<T> overlaps;     ///< [rows][W]
    AlignedArray<double> by_row;  ///< [diagonals][rows]
    std::vector<double> by_slot;  ///< [slots]
    std::vector<double> scratch;  ///< [rows]
  };

  std::size_t state_stride() const;  ///< in elements
  Tile<T> tile(const BatchCall<T>& call) const;
  void ensure_sums(DiagonalSums& sums);
  void begin_sums(GradientSums<T>& sums, DiagonalSums& diagonals);
  void finish_sums(GradientSums<T>& sums, DiagonalSums& diagonals, double* parameters);
  void run_tile(const BatchCall<T>& call, Tile<T>& tile, std::size_t first);

  const CompiledBatch& compiled_;
  const Program& program_;
  Angles<T> angles_;
  EncodedStart<T> start_;
  GradientSums<T> gradient_, gradient_dot_;
  DiagonalSums diagonals_, diagonals_dot_;
  AlignedArray<T> psi_, psi_dot_, lambda_, lambda_dot_;
  AlignedArray<T> upstream_, upstream_dot_, outputs_, outputs_dot_;
};

}  // namespace tacit::quantum_sim
