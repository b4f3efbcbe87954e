#include <atomic>
#include <numeric>

#include "quantum_sim/batch/crew.h"
#include "quantum_sim/state/thread_team.h"

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

TEST(Crew, RunsEachMemberOnceInEachRun) {
  for (const std::size_t members : {1, 2, 5}) {
    Crew crew(members);
    std::vector<std::size_t> runs(members);
    for (int repeat = 0; repeat < 100; ++repeat) crew.run([&](std::size_t member) { ++runs[member]; });
    EXPECT_EQ(runs, std::vector<std::size_t>(members, 100));
  }
}

// What the calling thread sums after each run was written by the others during it.
TEST(Crew, RunsReadWhatTheOneBeforeWrote) {
  Crew crew(3);
  std::vector<std::uint64_t> values(3, 0);
  std::uint64_t sum = 0;
  for (int repeat = 0; repeat < 200; ++repeat) {
    crew.run([&](std::size_t member) { values[member] = sum + member; });
    sum = std::accumulate(values.begin(), values.end(), std::uint64_t{0}) % 1009;
  }
  std::uint64_t expected = 0;
  for (int repeat = 0; repeat < 200; ++repeat) expected = (3 * expected + 3) % 1009;
  EXPECT_EQ(sum, expected);
}

TEST(Crew, EndsWithoutHavingRun) {
  for (int repeat = 0; repeat < 20; ++repeat) Crew crew(4);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
