#include <atomic>

#include "quantum_sim/thread_team.h"

// Run under the thread sanitizer, these show whether what one thread writes is there for the next.
namespace tacit::quantum_sim::test {
namespace {

TEST(ThreadTeam, RunsEachIndexOfEachLoopOnce) {
  for (const std::size_t threads : {1, 2, 5}) {
    ThreadTeam team(threads);
    EXPECT_EQ(team.size(), threads);
    std::vector<int> runs(67);
    for (std::size_t count : {0, 1, 2, 3, 67}) {
      for (int repeat = 0; repeat < 10; ++repeat) {
        std::fill(runs.begin(), runs.end(), 0);
        team.for_each(count, [&](std::size_t index, std::size_t thread) {
          EXPECT_LT(thread, threads);
          ++runs[index];
        });
        for (std::size_t index = 0; index < runs.size(); ++index) EXPECT_EQ(runs[index], index < count) << index;
      }
    }
  }
}

// A worker that wakes late must not take the old body for an index of the new loop.
TEST(ThreadTeam, EachLoopReadsWhatTheOneBeforeWrote) {
  ThreadTeam team(4);
  std::vector<std::uint64_t> from(8, 1), to(8);
  for (int loop = 0; loop < 400; ++loop) {
    team.for_each(from.size(),
                  [&](std::size_t index, std::size_t) { to[index] = from[index] + from[(index + 1) % from.size()]; });
    std::swap(from, to);
    if (loop % 50 == 49) std::fill(from.begin(), from.end(), 1);
  }
  EXPECT_EQ(from, std::vector<std::uint64_t>(8, 1));
}

TEST(ThreadTeam, EndsWhetherItsThreadsAreAsleepOrAwake) {
  for (int repeat = 0; repeat < 20; ++repeat) {
    ThreadTeam team(3);
    if (repeat % 2 == 0) continue;
    std::atomic<std::size_t> sum{0};
    team.for_each(10, [&](std::size_t index, std::size_t) { sum += index; });
    EXPECT_EQ(sum, 45u);
    ThreadTeam moved = std::move(team);
    moved.for_each(10, [&](std::size_t index, std::size_t) { sum += index; });
    EXPECT_EQ(sum, 90u);
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
