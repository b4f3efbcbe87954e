#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "attacks/bounds.h"
#include "attacks/snapshot/snapshot_map.h"

namespace tacit::attacks {

/// What gradients of y = h . e(x) say of the snapshot e, whatever x is: dy/dtheta = chi e (Heredge et al., arXiv
/// 2405.08801, Eq. 12; chi from the adjoint action, as g-sim has it). A gradient of the loss is chi u with u = c e, c
/// the derivative of the loss by y, so chi is inverted without knowing c.
///
/// Unknowns are only those combinations of the snapshot that some x can move: strings that vanish for every x are left
/// out, and where the equations do not determine the rest, so are combinations that no sampled x shows. This is sharper
/// than the paper's condition D >= dim g.
struct SnapshotEquations {
  std::size_t parameters = 0;      ///< D, those of the model
  std::size_t dimension = 0;       ///< strings of the basis: the orbit of the observable, dim g if it is in the algebra
  std::size_t unknowns = 0;        ///< columns that were left
  std::size_t rank = 0;            ///< of chi over them: singular values above tolerance * the largest
  double condition = 0;            ///< the largest over the smallest of these singular values
  std::vector<double> chi;         ///< [parameters, dimension]
  std::vector<double> output;      ///< h [dimension]: y = h . e
  double constant = 0;             ///< what of h stands at the identity, whose e is 1
  std::vector<double> directions;  ///< [rank, dimension], orthonormal: what of u is determined
  std::vector<double> left;        ///< [rank, parameters], the left singular vectors
  std::vector<double> singular_values;  ///< [rank], descending
  std::vector<double> resolution;       ///< [dimension]: 1 where a string's value is determined, 0 where not at all
  std::vector<double> deviation;        ///< [dimension]: of u_a for noise of deviation 1 on each gradient component

  bool full_rank() const noexcept { return rank == unknowns; }
  /// The coordinates of u in `directions` from a gradient [parameters]. [rank]
  std::vector<double> coordinates(std::span<const double> gradient) const;
  /// The u of least norm with these coordinates. [dimension]
  std::vector<double> scaled_snapshot(std::span<const double> coordinates) const;
};

/// For a simulator of one output and theta [parameters of the model]. Inputs are sampled within `range`. Throws
/// Error(configuration) if no gradient component depends on the snapshot.
SnapshotEquations snapshot_equations(quantum_sim::LieSimulator& simulator, SnapshotMap& map,
                                     std::span<const double> theta, const Bounds& range, double tolerance);

/// What a snapshot can be at all: an orthonormal basis of the combinations of strings that sampled inputs show, without
/// the identity.
struct ShownCombinations {
  std::size_t unknowns = 0;
  std::vector<double> basis;  ///< [unknowns, dimension]
};
ShownCombinations shown_combinations(const quantum_sim::LieSimulator& simulator, SnapshotMap& map, const Bounds& range);

/// How many rows of chi [D, dimension] are independent: singular values above tolerance * the largest. However large D,
/// at most dim g less the dimension of what commutes with O in g, as the rows are tangents of the orbit U^dagger O U.
/// So one gradient never determines a whole snapshot; that inputs show only part of it is what lets the attack succeed.
std::size_t chi_rank(std::span<const double> chi, std::size_t dimension, double tolerance);

}  // namespace tacit::attacks
