#include "models/kernels/transpose.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "models/instruction_sets.h"

namespace tacit::models::kernels {
namespace {

template <class T>
void expect_transposes() {
  for (const std::size_t rows : {1, 2, 3, 4, 5, 8, 13})
    for (const std::size_t columns : {1, 2, 3, 4, 7, 8, 18}) {
      const std::size_t from_step = columns + 3, to_step = rows + 5;
      std::vector<T> from(rows * from_step), to(columns * to_step, T(-1));
      std::iota(from.begin(), from.end(), T(1));
      transpose<T>(rows, columns, from.data(), from_step, to.data(), to_step);
      for (std::size_t j = 0; j < columns; ++j)
        for (std::size_t i = 0; i < to_step; ++i)
          ASSERT_EQ(to[j * to_step + i], i < rows ? from[i * from_step + j] : T(-1));
    }
}

TEST(Transpose, MovesEveryElementAndTouchesNoOther) {
  for_each_target([](auto target) {
    SCOPED_TRACE(hwy::TargetName(target));
    expect_transposes<float>();
    expect_transposes<double>();
  });
}

}  // namespace
}  // namespace tacit::models::kernels
