#include "models/kernels/matrix_multiply.h"

#include "core/error.h"
#include "models/kernels/linear_combinations.h"
#include "models/kernels/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels/matrix_multiply.cpp"
#include <hwy/foreach_target.h>
// The kernels follow Highway's own order of inclusion, once per instruction set.
#include "models/kernels/dot_products-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {

void dot_products_float(std::size_t m, std::size_t n, std::size_t k, const float* a, const float* b, float* c,
                        bool add) {
  dot_products<float>(m, n, k, a, b, c, add);
}
void dot_products_double(std::size_t m, std::size_t n, std::size_t k, const double* a, const double* b, double* c,
                         bool add) {
  dot_products<double>(m, n, k, a, b, c, add);
}

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::models::kernels {

namespace {

HWY_EXPORT(dot_products_float);
HWY_EXPORT(dot_products_double);

template <class T>
void dispatch_dot_products(std::size_t m, std::size_t n, std::size_t k, const T* a, const T* b, T* c, bool add) {
  if constexpr (sizeof(T) == 4) {
    HWY_DYNAMIC_DISPATCH(dot_products_float)(m, n, k, a, b, c, add);
  } else {
    HWY_DYNAMIC_DISPATCH(dot_products_double)(m, n, k, a, b, c, add);
  }
}

/// A[i, p] = a[i row_step + p depth_step], B and C row-major.
template <class T>
void combine_rows(std::size_t m, std::size_t n, std::size_t k, const T* a, std::size_t row_step, std::size_t depth_step,
                  const T* b, T* c, Store store) {
  const Terms all{.a = 0, .b = 0, .count = k};
  combine<T>({.rows = m,
              .columns = n,
              .a = a,
              .row_step = row_step,
              .b = b,
              .terms = {&all, 1},
              .a_step = static_cast<std::ptrdiff_t>(depth_step),
              .b_step = static_cast<std::ptrdiff_t>(n),
              .c = c,
              .c_step = n,
              .add = store == Store::add});
}

void check_sizes(std::size_t m, std::size_t n, std::size_t k, std::size_t a, std::size_t b, std::size_t c) {
  if (a != m * k || b != k * n || c != m * n)
    fail(ErrorKind::usage, "a product of sizes m = {}, n = {}, k = {} was given matrices of {}, {} and {} elements", m,
         n, k, a, b, c);
}

}  // namespace

template <class T>
void multiply_transposed_right(std::size_t m, std::size_t n, std::size_t k, std::span<const T> a, std::span<const T> b,
                               std::span<T> c, Store store) {
  check_sizes(m, n, k, a.size(), b.size(), c.size());
  dispatch_dot_products(m, n, k, a.data(), b.data(), c.data(), store == Store::add);
}

template <class T>
void multiply(std::size_t m, std::size_t n, std::size_t k, std::span<const T> a, std::span<const T> b, std::span<T> c,
              Store store) {
  check_sizes(m, n, k, a.size(), b.size(), c.size());
  combine_rows(m, n, k, a.data(), k, 1, b.data(), c.data(), store);
}

template <class T>
void multiply_transposed_left(std::size_t m, std::size_t n, std::size_t k, std::span<const T> a, std::span<const T> b,
                              std::span<T> c, Store store) {
  check_sizes(m, n, k, a.size(), b.size(), c.size());
  combine_rows(m, n, k, a.data(), 1, m, b.data(), c.data(), store);
}

#define TACIT_INSTANTIATE(T)                                                                               \
  template void multiply_transposed_right<T>(std::size_t, std::size_t, std::size_t, std::span<const T>,    \
                                             std::span<const T>, std::span<T>, Store);                     \
  template void multiply<T>(std::size_t, std::size_t, std::size_t, std::span<const T>, std::span<const T>, \
                            std::span<T>, Store);                                                          \
  template void multiply_transposed_left<T>(std::size_t, std::size_t, std::size_t, std::span<const T>,     \
                                            std::span<const T>, std::span<T>, Store);
TACIT_INSTANTIATE(float)
TACIT_INSTANTIATE(double)

}  // namespace tacit::models::kernels
#endif  // HWY_ONCE
