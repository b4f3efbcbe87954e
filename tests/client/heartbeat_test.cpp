#include "client/heartbeat.h"

#include <gtest/gtest.h>

#include "client/small_run.h"

namespace tacit::client {
namespace {

using namespace std::chrono_literals;

v1::WorkKey key_of_round(std::uint32_t round) {
  v1::WorkKey key;
  key.set_run("run-1");
  key.set_round(round);
  key.set_step(1);
  return key;
}

/// Waits until `condition` holds, at most ten seconds.
bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 10'000 && !condition(); ++i) std::this_thread::sleep_for(1ms);
  return condition();
}

TEST(Heartbeat, BeatsUntilItEnds) {
  MemoryCoordinator coordinator(small_run());
  std::size_t beats = 0;
  {
    const Heartbeat heartbeat(coordinator, key_of_round(1), 1ms, 1s);
    EXPECT_TRUE(eventually([&] { return coordinator.calls().size() >= 3; }));
    EXPECT_TRUE(heartbeat.work_still_counts());
  }
  beats = coordinator.calls().size();
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(coordinator.calls().size(), beats);
}

TEST(Heartbeat, LearnsThatTheWorkDoesNotCountAnyMore) {
  MemoryCoordinator coordinator(small_run());
  coordinator.close_round();
  const Heartbeat heartbeat(coordinator, key_of_round(1), 1ms, 1s);
  EXPECT_TRUE(eventually([&] { return !heartbeat.work_still_counts(); }));
}

TEST(Heartbeat, SurvivesFailures) {
  MemoryCoordinator coordinator(small_run());
  std::atomic<int> failures = 0;
  coordinator.fault = [&](const std::string&, bool answered) {
    if (!answered && ++failures <= 3) throw ConnectionError(ErrorKind::peer, "no line");
  };
  const Heartbeat heartbeat(coordinator, key_of_round(1), 1ms, 1s);
  EXPECT_TRUE(eventually([&] { return !coordinator.calls().empty(); }));
  EXPECT_TRUE(heartbeat.work_still_counts());
}

TEST(Heartbeat, AnIntervalOfZeroSendsNone) {
  MemoryCoordinator coordinator(small_run());
  const Heartbeat heartbeat(coordinator, key_of_round(1), 0ms, 1s);
  std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(coordinator.calls().empty());
}

TEST(Heartbeat, EndsAtOnceHoweverLongTheInterval) {
  MemoryCoordinator coordinator(small_run());
  const auto begin = std::chrono::steady_clock::now();
  { const Heartbeat heartbeat(coordinator, key_of_round(1), 1h, 1s); }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

}  // namespace
}  // namespace tacit::client
