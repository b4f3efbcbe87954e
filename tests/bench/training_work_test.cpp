#include "bench/training_work.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "bench/training_cases.h"
#include "core/error.h"

namespace tacit::bench {
namespace {

constexpr std::array tasks{TrainingTask::step, TrainingTask::gradient, TrainingTask::gradient_tangent};

double loss_after(const TrainingCase& which, int steps) {
  const auto work = prepare(which);
  for (int i = 0; i <= steps; ++i) work->call();
  return work->loss();
}

TEST(TrainingWork, StepsAgainstTheGradientAndSoLowersTheLoss) {
  const auto work = prepare({"mlp", TrainingTask::step, 8});
  const std::vector<float> before = work->parameters();
  work->call();
  for (std::size_t i = 0; i < before.size(); ++i)
    ASSERT_FLOAT_EQ(work->parameters()[i], before[i] - static_cast<float>(learning_rate) * work->result()[i]);
  for (const char* network : {"mlp", "lenet5", "lenet_dlg"})
    EXPECT_LT(loss_after({network, TrainingTask::step, 4}, 10), loss_after({network, TrainingTask::step, 4}, 0));
}

TEST(TrainingWork, OnlyAStepMovesTheParameters) {
  for (const TrainingTask task : {TrainingTask::gradient, TrainingTask::gradient_tangent}) {
    const auto work = prepare({"lenet_dlg", task, 1});
    const std::vector<float> before = work->parameters();
    work->call();
    const std::vector<float> first = work->result();
    work->call();
    EXPECT_EQ(work->result(), first);
    EXPECT_EQ(work->parameters(), before);
    EXPECT_GT(std::abs(std::accumulate(first.begin(), first.end(), 0.0)), 0.0);
  }
}

// Layers as in docs/benchmarks.md: a step multiplies forward, for the weights and, but for the first layer, back.
TEST(TrainingWork, CountsTheFloor) {
  EXPECT_EQ(prepare({"mlp", TrainingTask::step, 32})->multiply_adds(), 32.0 * (2 * 784 * 128 + 3 * 128 * 10));
  EXPECT_EQ(prepare({"mlp", TrainingTask::gradient_tangent, 1})->multiply_adds(), 6.0 * 784 * 128 + 9 * 128 * 10);
  EXPECT_EQ(prepare({"lenet5", TrainingTask::gradient, 2})->multiply_adds(),
            2.0 * (2 * 6 * 25 * 784 + 3 * (16 * 150 * 100 + 400 * 120 + 120 * 84 + 84 * 10)));
}

TEST(TrainingWork, RefusesWhatThereIsNot) {
  EXPECT_THROW(prepare({"mpl", TrainingTask::step, 1}), Error);
  EXPECT_THROW(prepare({"mlp", TrainingTask::step, 0}), Error);
  EXPECT_THROW(training_task_from_string("setp"), Error);
}

TEST(TrainingWork, NamesGoBothWays) {
  for (const TrainingTask task : tasks) EXPECT_EQ(training_task_from_string(to_string(task)), task);
}

TEST(TrainingCases, QuickOnesRunAndTakeTime) {
  std::size_t told = 0;
  const auto measured = measure_training_cases(Extent::quick, [&](const MeasuredTraining& row, std::size_t of) {
    ++told;
    EXPECT_EQ(of, training_cases(Extent::quick).size());
    EXPECT_GT(row.seconds, 0);
    EXPECT_GT(row.floor_seconds, 0);
  });
  EXPECT_EQ(told, measured.size());
}

}  // namespace
}  // namespace tacit::bench
