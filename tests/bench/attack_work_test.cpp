#include "bench/attack_work.h"

#include <cmath>

#include "bench/attack_cases.h"
#include "core/error.h"

namespace tacit::bench {
namespace {

/// Both precisions see the same attack, and every restart another start.
TEST(AttackWork, HasTheSameStartInFloatAndDouble) {
  for (const char* model : {"mlp", "lenet_dlg", "vqc8"}) {
    const AttackWork::Start single = prepare({model, "float", 2, 1})->start(0);
    const auto work = prepare({model, "double", 2, 2});
    const AttackWork::Start start = work->start(0);
    EXPECT_GT(start.distance, 1e-6) << model;
    EXPECT_NEAR(single.distance, start.distance, 1e-5 * start.distance) << model;
    EXPECT_NEAR(single.value, start.value, 1e-5 * start.value) << model;
    double largest = 0;
    for (const double value : start.gradient) largest = std::max(largest, std::abs(value));
    EXPECT_GT(largest, 0);
    for (std::size_t i = 0; i < start.gradient.size(); ++i)
      ASSERT_NEAR(single.gradient[i], start.gradient[i], 1e-4 * largest) << model << " " << i;
    EXPECT_NE(work->start(1).value, start.value) << model;
  }
}

// mlp: 784 x 128 and 128 x 10. LeNet of DLG: three convolutions of 12 channels, 5 x 5, and 768 x 100.
TEST(AttackWork, CountsTheFloor) {
  EXPECT_EQ(prepare({"mlp", "float", 1, 1})->multiply_adds(), 5.0 * 784 * 128 + 7 * 128 * 10);
  EXPECT_EQ(prepare({"lenet_dlg", "float", 8, 1})->multiply_adds(),
            8.0 * (5 * 75 * 12 * 256 + 7 * (300 * 12 * 64 * 2 + 768 * 100)));
  EXPECT_EQ(prepare({"vqc8", "double", 1, 10})->multiply_adds(), 10.0 * 2 * 8 * 128 * 168);
}

TEST(AttackWork, RefusesWhatThereIsNot) {
  EXPECT_THROW(prepare({"lenet5", "float", 1, 1}), Error);
  EXPECT_THROW(prepare({"mlp", "half", 1, 1}), Error);
  EXPECT_THROW(prepare({"mlp", "float", 0, 1}), Error);
  EXPECT_THROW(prepare({"mlp", "float", 1, 0}), Error);
}

TEST(AttackCases, QuickOnesRunAndTakeTime) {
  std::size_t told = 0;
  const auto measured = measure_attack_cases(Extent::quick, [&](const MeasuredAttack& row, std::size_t of) {
    ++told;
    EXPECT_EQ(of, attack_cases(Extent::quick).size());
    EXPECT_GT(row.seconds_per_iteration, 0);
    EXPECT_GT(row.floor_seconds, 0);
  });
  EXPECT_EQ(told, measured.size());
}

}  // namespace
}  // namespace tacit::bench
