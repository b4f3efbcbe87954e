#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "quantum_sim/compile/program.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

/// Measured strings of one output that move rows alike, with the same x and phase: together one operator, which a pass
/// over the rows applies at once. A string that is alone in its group is applied as it is.
struct MeasuredGroup {
  static constexpr std::uint32_t no_weights = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t term;                  ///< the first of them
  std::uint32_t weights = no_weights;  ///< which table of weights; none for one that is alone
};

/// The groups of a program, and for each of several strings its weights by row j: the sum of the strings' coefficients
/// times (-1)^parity(j & z).
template <class T>
class MeasuredSums {
 public:
  /// The program must outlive this object.
  explicit MeasuredSums(const Program& program);

  /// From the coefficients [measured] of one call. Does nothing if they are those of the last.
  void update(const T* coefficients);

  const std::vector<MeasuredGroup>& groups() const noexcept { return groups_; }
  const T* weights() const noexcept { return weights_.get(); }  ///< [tables][rows]

 private:
  const Program& program_;
  std::vector<MeasuredGroup> groups_;
  std::vector<std::vector<std::uint32_t>> terms_;  ///< of each table
  std::vector<T> coefficients_;                    ///< of the tables as they are; empty before the first
  AlignedArray<T> weights_;
};

}  // namespace tacit::quantum_sim
