#include "models/kernels/matrix_multiply.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "models/instruction_sets.h"

namespace tacit::models::kernels {
namespace {

template <class T>
std::vector<T> random_matrix(std::size_t size, std::uint32_t which) {
  RandomStream stream({3, Purpose::test, which});
  std::vector<T> values(size);
  for (T& value : values) value = static_cast<T>(stream.normal());
  return values;
}

enum class Kind { right, plain, left };

template <class T>
void run_kind(Kind kind, std::size_t m, std::size_t n, std::size_t k, std::span<const T> a, std::span<const T> b,
              std::span<T> c, Store store) {
  if (kind == Kind::right) multiply_transposed_right<T>(m, n, k, a, b, c, store);
  if (kind == Kind::plain) multiply<T>(m, n, k, a, b, c, store);
  if (kind == Kind::left) multiply_transposed_left<T>(m, n, k, a, b, c, store);
}

double element(Kind kind, std::size_t m, std::size_t n, std::size_t k, const auto& a, const auto& b, std::size_t i,
               std::size_t j) {
  double sum = 0;
  for (std::size_t p = 0; p < k; ++p) {
    const double left = kind == Kind::left ? a[p * m + i] : a[i * k + p];
    const double right = kind == Kind::right ? b[j * k + p] : b[p * n + j];
    sum += left * right;
  }
  return sum;
}

template <class T>
void expect_product(Kind kind, std::size_t m, std::size_t n, std::size_t k) {
  SCOPED_TRACE(std::to_string(static_cast<int>(kind)) + ": " + std::to_string(m) + " x " + std::to_string(n) + " x " +
               std::to_string(k));
  const auto a = random_matrix<T>(m * k, 1), b = random_matrix<T>(k * n, 2), before = random_matrix<T>(m * n, 3);
  const double tolerance = (sizeof(T) == 4 ? 1e-6 : 1e-14) * (10 + static_cast<double>(k));
  for (const Store store : {Store::replace, Store::add}) {
    std::vector<T> c = before;
    run_kind<T>(kind, m, n, k, a, b, c, store);
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        const double start = store == Store::add ? static_cast<double>(before[i * n + j]) : 0.0;
        ASSERT_NEAR(static_cast<double>(c[i * n + j]), start + element(kind, m, n, k, a, b, i, j), tolerance);
      }
  }
}

template <class T>
void expect_products_of_all_sizes() {
  for (const Kind kind : {Kind::right, Kind::plain, Kind::left}) {
    for (const std::size_t m : {1, 2, 3, 4, 5, 9})
      for (const std::size_t n : {1, 2, 3, 5, 7, 8, 15, 16, 17, 33})
        for (const std::size_t k : {1, 2, 7, 8, 15, 16, 17, 31, 40}) expect_product<T>(kind, m, n, k);
    expect_product<T>(kind, 64, 10, 300);
    expect_product<T>(kind, 5, 100, 784);
    expect_product<T>(kind, 9, 13, 2500);
  }
}

TEST(MatrixMultiply, AgreesWithTheDefinition) {
  expect_products_of_all_sizes<float>();
  expect_products_of_all_sizes<double>();
}

TEST(MatrixMultiply, EveryInstructionSetAgreesWithTheDefinition) {
  int targets = 0;
  for_each_target([&](auto target) {
    SCOPED_TRACE(hwy::TargetName(target));
    ++targets;
    for (const Kind kind : {Kind::right, Kind::plain, Kind::left}) {
      expect_product<float>(kind, 7, 37, 53);
      expect_product<double>(kind, 7, 37, 53);
    }
  });
  EXPECT_GE(targets, 1);
}

template <class T>
void expect_same_bits_with_fused_multiply_add() {
  const std::size_t m = 6, n = 29, k = 2 * 4096 / sizeof(T) + 77;
  const auto a = random_matrix<T>(m * k, 1), b = random_matrix<T>(k * n, 2);
  for (const Kind kind : {Kind::right, Kind::plain, Kind::left}) {
    std::vector<T> first;
    for_each_target([&](auto target) {
      if (!has_fused_multiply_add(target)) return;
      std::vector<T> c(m * n);
      run_kind<T>(kind, m, n, k, a, b, c, Store::replace);
      if (first.empty()) first = c;
      EXPECT_EQ(c, first) << hwy::TargetName(target);
    });
  }
}

TEST(MatrixMultiply, VectorWidthDoesNotChangeTheBits) {
  expect_same_bits_with_fused_multiply_add<float>();
  expect_same_bits_with_fused_multiply_add<double>();
}

/// A row's result depends neither on the other rows nor on where the matrices lie.
TEST(MatrixMultiply, RowsDoNotDependOnBatchOrAlignment) {
  const std::size_t m = 13, n = 21, k = 1045;
  const auto a = random_matrix<float>(m * k, 1), b = random_matrix<float>(n * k, 2);
  for (const Kind kind : {Kind::right, Kind::plain}) {
    std::vector<float> whole(m * n);
    run_kind<float>(kind, m, n, k, a, b, whole, Store::replace);
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t shift = 0; shift < 5; ++shift) {
        std::vector<float> left(shift), right(shift), row(shift + n);
        left.insert(left.end(), a.begin() + static_cast<std::ptrdiff_t>(i * k),
                    a.begin() + static_cast<std::ptrdiff_t>((i + 1) * k));
        right.insert(right.end(), b.begin(), b.end());
        run_kind<float>(kind, 1, n, k, std::span<const float>(left).subspan(shift),
                        std::span<const float>(right).subspan(shift), std::span(row).subspan(shift), Store::replace);
        for (std::size_t j = 0; j < n; ++j) ASSERT_EQ(row[shift + j], whole[i * n + j]);
      }
    }
  }
}

/// The elements beyond the matrices are neither read nor written: they lie in the guard values.
TEST(MatrixMultiply, StaysInsideItsMatrices) {
  for (std::size_t n = 1; n < 40; ++n) {
    const std::size_t m = 3, k = n;
    std::vector<float> a(m * k + 40, std::nanf("")), b(n * k + 40, std::nanf("")), c(m * n + 40, 7.0f);
    std::fill_n(a.begin(), m * k, 1.0f);
    std::fill_n(b.begin(), n * k, 1.0f);
    for (const Kind kind : {Kind::right, Kind::plain, Kind::left}) {
      run_kind<float>(kind, m, n, k, std::span<const float>(a).first(m * k), std::span<const float>(b).first(n * k),
                      std::span(c).first(m * n), Store::replace);
      for (std::size_t i = 0; i < m * n; ++i) ASSERT_EQ(c[i], static_cast<float>(k));
      for (std::size_t i = m * n; i < c.size(); ++i) ASSERT_EQ(c[i], 7.0f);
    }
  }
}

TEST(MatrixMultiply, RefusesMatricesOfOtherSizes) {
  std::vector<float> a(6), b(6), c(4);
  EXPECT_THROW(multiply<float>(2, 2, 4, a, b, c), Error);
  EXPECT_THROW(multiply_transposed_left<float>(3, 2, 3, a, b, c), Error);
  EXPECT_THROW(multiply_transposed_right<float>(2, 3, 3, a, b, c), Error);
}

}  // namespace
}  // namespace tacit::models::kernels
