#pragma once

#include <cstddef>

namespace tacit::models::kernels {

/// to[j to_step + i] = from[i from_step + j] for i < rows and j < columns. The arrays do not overlap.
template <class T>
void transpose(std::size_t rows, std::size_t columns, const T* from, std::size_t from_step, T* to, std::size_t to_step);

}  // namespace tacit::models::kernels
