#include "core/thread_pool.h"

#include <sched.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <numeric>
#include <set>
#include <thread>

#include "core/exact_sum.h"
#include "core/exact_sum_reference.h"
#include "core/expect_error.h"

namespace tacit {
namespace {

TEST(ThreadPool, RunsEveryIndexOnce) {
  for (std::size_t threads : {1u, 2u, 5u}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.size(), threads);
    for (std::size_t count : {0u, 1u, 2u, 100u, 5000u}) {
      std::vector<std::atomic<int>> runs(count);
      pool.for_each(count, [&](std::size_t i) { ++runs[i]; });
      for (const auto& run : runs) EXPECT_EQ(run, 1);
    }
  }
}

TEST(ThreadPool, ZeroMeansTheProcessorsOfThisProcess) {
  cpu_set_t set;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(set), &set), 0);
  EXPECT_EQ(ThreadPool().size(), static_cast<std::size_t>(CPU_COUNT(&set)));
}

// Each index waits until as many are running at once as there are workers besides the caller.
TEST(ThreadPool, WorksAtTheSameTimeAsTheCaller) {
  ThreadPool pool(3);
  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::thread::id> seen;
  pool.for_each(4, [&](std::size_t) {
    std::unique_lock lock(mutex);
    seen.insert(std::this_thread::get_id());
    changed.notify_all();
    EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return seen.size() == 4; }));
  });
  EXPECT_TRUE(seen.contains(std::this_thread::get_id()));
}

TEST(ThreadPool, RethrowsTheFirstExceptionByIndex) {
  ThreadPool pool(4);
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::vector<std::atomic<int>> runs(64);
    expect_error(
        [&] {
          pool.for_each(64, [&](std::size_t i) {
            ++runs[i];
            if (i % 10 == 7) fail(ErrorKind::data, "index {}.", i);
          });
        },
        ErrorKind::data, {"index 7."});
    for (std::size_t i = 0; i <= 7; ++i) EXPECT_EQ(runs[i], 1);
  }
  pool.for_each(3, [](std::size_t) {});
}

TEST(ThreadPool, NestedLoopsDoNotStarve) {
  ThreadPool pool(2);
  std::vector<std::vector<int>> results(6, std::vector<int>(50));
  pool.for_each(
      6, [&](std::size_t i) { pool.for_each(50, [&](std::size_t j) { results[i][j] = static_cast<int>(i * j); }); });
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 50; ++j) EXPECT_EQ(results[i][j], static_cast<int>(i * j));
}

TEST(ThreadPool, ItsLoopsMayRunInManyCallersAtOnce) {
  ThreadPool pool(2);
  std::vector<std::thread> callers;
  std::atomic<int> total{0};
  for (int t = 0; t < 4; ++t)
    callers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) pool.for_each(20, [&](std::size_t) { ++total; });
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(total, 4 * 50 * 20);
}

TEST(ThreadPool, DestructionWaitsForWhatWasPosted) {
  std::atomic<int> ended{0};
  {
    ThreadPool pool(2);
    for (int i = 0; i < 100; ++i)
      pool.post([&] {
        std::this_thread::yield();
        ++ended;
      });
  }
  EXPECT_EQ(ended, 100);
}

TEST(ThreadPoolDeathTest, AnExceptionOfAPostedTaskEndsTheProcessWithItsMessage) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        ThreadPool pool(1);
        pool.post([] { fail(ErrorKind::data, "the reason"); });
      },
      "a background task failed: the reason");
}

TEST(ThreadPool, ExactSumsOverItDoNotDependOnItsSize) {
  RandomStream random({21, Purpose::test, 0, 0});
  std::vector<std::vector<float>> parts(40, std::vector<float>(777));
  for (auto& part : parts)
    for (float& value : part) value = any_float(random, 3);
  ExactSum expected(777);
  for (const auto& part : parts) expected.add(part, 3);
  for (std::size_t threads : {1u, 2u, 7u}) {
    ThreadPool pool(threads);
    std::mutex mutex;
    ExactSum sum(777);
    // Added in whatever order the threads come: the sum must not tell.
    pool.for_each(parts.size(), [&](std::size_t i) {
      ExactSum one(777);
      one.add(parts[i], 3);
      const std::lock_guard lock(mutex);
      sum.merge(one);
    });
    EXPECT_TRUE(sum == expected);
  }
}

}  // namespace
}  // namespace tacit
