#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>

#include "models/kernels/matrix_multiply.h"

namespace tacit::attacks {

// Products of row-major matrices by the vectorised kernels of the models, which reach several times the rate of Eigen's
// where the compiler may not assume a machine's widest vectors.

using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Whole rows of such a matrix.
template <class T>
struct Rows {
  T* values;
  std::size_t rows, columns;
  std::span<T> span() const { return {values, rows * columns}; }
};
inline Rows<double> rows_of(RowMajorMatrix& m, Eigen::Index first, Eigen::Index count) {
  return {m.data() + first * m.cols(), static_cast<std::size_t>(count), static_cast<std::size_t>(m.cols())};
}
inline Rows<const double> rows_of(const Rows<double>& m) {
  return {m.values, m.rows, m.columns};
}
template <class Derived>
Rows<const double> rows_of(const Eigen::PlainObjectBase<Derived>& m) {
  static_assert(Derived::IsRowMajor);
  return {m.data(), static_cast<std::size_t>(m.rows()), static_cast<std::size_t>(m.cols())};
}
inline Rows<const double> rows_of(const Eigen::Map<const RowMajorMatrix>& m) {
  return {m.data(), static_cast<std::size_t>(m.rows()), static_cast<std::size_t>(m.cols())};
}
inline Rows<double> destination(RowMajorMatrix& m) {
  return rows_of(m, 0, m.rows());
}
inline Rows<double> destination(const Rows<double>& m) {
  return m;
}

/// to = a b.
template <class A, class B, class To>
void multiply(const A& a, const B& b, To&& to) {
  const auto left = rows_of(a), right = rows_of(b);
  models::kernels::multiply<double>(left.rows, right.columns, left.columns, left.span(), right.span(),
                                    destination(to).span());
}
/// to = a b^T.
template <class A, class B, class To>
void multiply_transposed_right(const A& a, const B& b, To&& to) {
  const auto left = rows_of(a), right = rows_of(b);
  models::kernels::multiply_transposed_right<double>(left.rows, right.rows, left.columns, left.span(), right.span(),
                                                     destination(to).span());
}
/// to = a^T b.
template <class A, class B, class To>
void multiply_transposed_left(const A& a, const B& b, To&& to) {
  const auto left = rows_of(a), right = rows_of(b);
  models::kernels::multiply_transposed_left<double>(left.columns, right.columns, left.rows, left.span(), right.span(),
                                                    destination(to).span());
}

}  // namespace tacit::attacks
