#pragma once

#include <cstddef>
#include <span>

namespace tacit::models::kernels {

/// Whether a product replaces the destination or is added to it.
enum class Store { replace, add };

// Dense products of row-major matrices, T = float or double, single-threaded, without allocation. Every output element
// is computed by one fixed sequence of fused multiply-adds that depends on the depth k alone: not on the other rows
// (batch size), on alignment or on the blocking. Where the machine has fused multiply-add, the sequence and so the bits
// are the same for every vector width. Sizes are the caller's to get right; spans are checked (Error(usage)).

/// C[m,n] = A[m,k] B[n,k]^T. Depth-wise partial sums of 4,096 bytes of a row each: 64 bytes of lanes, added pairwise
/// from the far half.
template <class T>
void multiply_transposed_right(std::size_t m, std::size_t n, std::size_t k, std::span<const T> a, std::span<const T> b,
                               std::span<T> c, Store store = Store::replace);

/// C[m,n] = A[m,k] B[k,n]. Summed along k in order; the sum is added to C where that is asked for.
template <class T>
void multiply(std::size_t m, std::size_t n, std::size_t k, std::span<const T> a, std::span<const T> b, std::span<T> c,
              Store store = Store::replace);

/// C[m,n] = A[k,m]^T B[k,n]. Summed along k in order; the sum is added to C where that is asked for.
template <class T>
void multiply_transposed_left(std::size_t m, std::size_t n, std::size_t k, std::span<const T> a, std::span<const T> b,
                              std::span<T> c, Store store = Store::replace);

}  // namespace tacit::models::kernels
