#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim {

/// Rotations that stand together and commute, seen as one: exp(-i sum_k angle_k G_k). The gaps between the joint
/// eigenvalues are sum_k weights[k] angle_k for each entry of `gap_weights`, its negative, and zero.
///
/// A plain rotation has the one weight 1; behind controls, where G also has the eigenvalue 0, 1/2 and 1; a phase behind
/// controls 1/2. Strings that are products of one another, such as the three of a controlled phase, are taken together,
/// since their eigenvalues do not combine freely.
struct GeneratorGroup {
  std::vector<std::size_t> rotations;            ///< indices
  std::vector<std::vector<double>> gap_weights;  ///< [gaps][rotations of the group]
};

/// Of the rotations that are marked in `reads`. Groups of more than 12 rotations, or of strings of rank above 6, are
/// taken apart: their gaps are then a superset.
std::vector<GeneratorGroup> generator_groups(const std::vector<PauliRotation>& rotations,
                                             const std::vector<bool>& reads);

/// Positive gaps of a group whose rotations' angles change at these rates, slopes over all rotations.
std::vector<double> group_gaps(const GeneratorGroup& group, std::span<const double> slopes);

}  // namespace tacit::quantum_sim
