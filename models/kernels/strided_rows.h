#pragma once

#include <cstddef>

namespace tacit::models::kernels {

/// Rows of `width` elements, `count` of them, that lie from_step and to_step apart.
struct Rows {
  std::size_t count, width, from_step, to_step;
};

/// to[row][i] = from[row][i].
template <class T>
void copy_rows(const Rows& rows, const T* from, T* to);

/// to[row][i] = from[row][i stride]. From each row's begin on, `within` elements may be read.
template <class T>
void pick_rows(const Rows& rows, std::size_t stride, std::size_t within, const T* from, T* to);

/// to[row][i stride] = from[row][i], the elements between them kept. In each row `within` elements may be written.
template <class T>
void place_rows(const Rows& rows, std::size_t stride, std::size_t within, const T* from, T* to);

}  // namespace tacit::models::kernels
