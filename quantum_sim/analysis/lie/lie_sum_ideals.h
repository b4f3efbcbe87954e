#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "quantum_sim/analysis/lie/lie_ideals.h"
#include "quantum_sim/analysis/lie/pauli_string_set.h"
#include "quantum_sim/analysis/lie/pauli_string_sum.h"

namespace tacit::quantum_sim {

/// Splits the semisimple part of a Lie algebra that sums of Pauli strings generate into its simple ideals, equal ones
/// together; their `strings` stay empty. `strings` are all that occur in the algebra and in brackets with generators;
/// the two dimensions are known (SumClosure).
///
/// In floating point, over an orthonormal basis (the trace product is invariant, so ad_x is antisymmetric). For a
/// random x, the zeros of ad_x are a Cartan subalgebra and its other eigenspaces, planes at +-i alpha(x), the roots. A
/// root's plane lies in one ideal, and generators map it only into planes of the same ideal and the Cartan part of
/// that: the connected components are the ideals, with 2 (planes) + (dimension of the Cartan part) dimensions, whose
/// last term is the rank (Humphreys, Introduction to Lie Algebras and Representation Theory, 1972, sections 8 and 15).
///
/// Empty if the algebra is too large for dense linear algebra (dimension over 1024 or 3000 strings), or if numbers do
/// not tell zero from not zero, or do not add up to the dimensions.
std::vector<LieIdeal> decompose_sums(const PauliStringSet& strings, const std::vector<PauliSum>& generators,
                                     std::size_t dimension, std::size_t centre_dimension);

/// All compact simple algebras of this dimension and rank, by matrix size: "su(4)" for so(6), "sp(4)" for so(5);
/// "so(7) or sp(6)" where both fit (Cartan's list; sp(2r) acts on 2r dimensions). "simple" if there is none.
std::string simple_algebra_of_rank(std::size_t dimension, std::size_t rank);

}  // namespace tacit::quantum_sim
