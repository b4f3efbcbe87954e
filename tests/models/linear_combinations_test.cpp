#include "models/kernels/linear_combinations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.h"
#include "models/instruction_sets.h"

namespace tacit::models::kernels {
namespace {

/// Random arrays and an order of terms that goes forth and back over them.
template <class T>
struct Problem {
  Problem(std::size_t row_count, std::size_t column_count, bool pad)
      : rows(row_count),
        columns(column_count),
        padded(pad),
        c_step(columns + 70),
        a(random_values(4000, 1)),
        b(random_values(4000, 2)),
        before(random_values(rows * c_step, 3)),
        start(random_values(rows, 4)) {
    for (std::size_t i = 0; i < rows; ++i) offsets.push_back(i * i % 97);
  }

  static std::vector<T> random_values(std::size_t size, std::uint32_t which) {
    RandomStream stream({11, Purpose::test, which});
    std::vector<T> values(size);
    for (T& value : values) value = static_cast<T>(stream.normal());
    return values;
  }

  LinearCombinations<T> work(std::vector<T>& c) const {
    return {.rows = rows,
            .columns = columns,
            .padded = padded,
            .a = a.data(),
            .row_step = 5,
            .row_offsets = with_offsets ? offsets.data() : nullptr,
            .b = b.data(),
            .terms = terms,
            .a_step = 3,
            .b_step = -7,
            .c = c.data(),
            .c_step = c_step,
            .start = with_start ? start.data() : nullptr,
            .add = add};
  }

  /// The documented sequence of operations.
  T element(std::size_t i, std::size_t j) const {
    T sum = with_start ? start[i] : T(0);
    for (const Terms& stretch : terms)
      for (std::size_t t = 0; t < stretch.count; ++t)
        sum = std::fma(a[(with_offsets ? offsets[i] : i * 5) + stretch.a + t * 3], b[stretch.b - t * 7 + j], sum);
    return add ? before[i * c_step + j] + sum : sum;
  }

  std::size_t rows, columns;
  bool padded, with_offsets = false, with_start = false, add = false;
  std::size_t c_step;
  std::vector<T> a, b, before, start;
  std::vector<std::size_t> offsets;
  std::vector<Terms> terms{{.a = 2, .b = 1000, .count = 11},
                           {.a = 900, .b = 40, .count = 1},
                           {.a = 7, .b = 400, .count = 0},
                           {.a = 50, .b = 777, .count = 23}};
};

template <class T>
void expect_sequence(const Problem<T>& problem, bool fused) {
  SCOPED_TRACE(std::to_string(problem.rows) + " x " + std::to_string(problem.columns));
  std::vector<T> c = problem.before;
  combine<T>(problem.work(c));
  for (std::size_t i = 0; i < problem.rows; ++i) {
    for (std::size_t j = 0; j < problem.columns; ++j) {
      const T truth = problem.element(i, j);
      if (fused) {
        ASSERT_EQ(c[i * problem.c_step + j], truth) << i << ", " << j;
      }
      ASSERT_NEAR(static_cast<double>(c[i * problem.c_step + j]), static_cast<double>(truth),
                  sizeof(T) == 4 ? 1e-4 : 1e-12);
    }
    const std::size_t line = 64 / sizeof(T);
    const std::size_t end = problem.padded ? (problem.columns + line - 1) / line * line : problem.columns;
    for (std::size_t j = end; j < problem.c_step; ++j)
      ASSERT_EQ(c[i * problem.c_step + j], problem.before[i * problem.c_step + j]) << "written beyond the columns";
  }
}

template <class T>
void expect_sequences(bool fused) {
  for (const bool padded : {false, true}) {
    for (const std::size_t rows : {1, 2, 3, 7, 8, 12, 25})
      for (const std::size_t columns : {1, 15, 16, 17, 33, 48, 64, 129})
        expect_sequence(Problem<T>(rows, columns, padded), fused);
    for (const bool with_offsets : {false, true})
      for (const bool with_start : {false, true})
        for (const bool add : {false, true}) {
          Problem<T> problem(10, 37, padded);
          problem.with_offsets = with_offsets, problem.with_start = with_start, problem.add = add;
          expect_sequence(problem, fused);
        }
  }
}

TEST(LinearCombinations, FollowTheirSequenceToTheBitOnEveryInstructionSet) {
  for_each_target([](auto target) {
    SCOPED_TRACE(hwy::TargetName(target));
    expect_sequences<float>(has_fused_multiply_add(target));
    expect_sequences<double>(has_fused_multiply_add(target));
  });
}

}  // namespace
}  // namespace tacit::models::kernels
