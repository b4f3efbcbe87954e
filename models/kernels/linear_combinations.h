#pragma once

#include <cstddef>
#include <span>

namespace tacit::models::kernels {

/// A stretch of terms: elements of A from `a` on and rows of B from `b` on, `count` of each.
struct Terms {
  std::size_t a = 0, b = 0, count = 0;
};

/// Rows of C as linear combinations of vectors that lie anywhere in B:
///   C[i, j] = start + sum over stretches, over t < count, of A[row(i) + a + t a_step] B[b + t b_step + j],
/// in that order, each term by one fused multiply-add (where the machine has it), whatever the sizes, the vector width
/// and the other elements: so the bits of C[i, j] depend on its own terms alone. Matrix products are one stretch;
/// convolutions are one for each row of the kernel (or of the image). Single-threaded, without allocation. What is
/// read and written must lie within the arrays, which is the caller's to see to; C overlaps neither A nor B.
template <class T>
struct LinearCombinations {
  std::size_t rows = 0, columns = 0;
  /// Columns up to the next multiple of 64 bytes may be read in B and written in C too, to no effect for the others.
  bool padded = false;
  const T* a = nullptr;
  std::size_t row_step = 0;                  ///< row(i) = i row_step,
  const std::size_t* row_offsets = nullptr;  ///< or row_offsets[i]
  const T* b = nullptr;
  std::span<const Terms> terms;
  std::ptrdiff_t a_step = 1, b_step = 1;
  T* c = nullptr;
  std::size_t c_step = 0;    ///< from one row of C to the next
  const T* start = nullptr;  ///< start[i] for row i; without, zero
  bool add = false;          ///< add the sum to what C holds, rather than write it
};

template <class T>
void combine(const LinearCombinations<T>& what);

}  // namespace tacit::models::kernels
