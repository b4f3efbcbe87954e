#include "client/retrier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "client/manual_clock.h"
#include "refusal.h"

namespace tacit::client {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

Backoff steady_backoff() {
  return Backoff({.initial = 100ms, .cap = 1600ms}, [] { return 0.999999; });
}

[[noreturn]] void lose_connection() {
  throw ConnectionError(ErrorKind::peer, "the cable is out");
}

TEST(Retrier, RepeatsUntilItWorks) {
  ManualClock clock;
  Retrier retrier(clock, steady_backoff(), 60s);
  int attempts = 0;
  const int answer = retrier.persist("count", [&] {
    if (++attempts < 4) lose_connection();
    return attempts;
  });
  EXPECT_EQ(answer, 4);
  EXPECT_THAT(clock.pauses, testing::ElementsAre(100ms, 200ms, 400ms));
}

TEST(Retrier, GivesUpWhenTheTimeIsOverAndSaysWhy) {
  ManualClock clock;
  Retrier retrier(clock, steady_backoff(), 10s);
  const std::string message = refusal(ErrorKind::peer, [&] { retrier.persist("ask for work", lose_connection); });
  EXPECT_THAT(message, HasSubstr("ask for work"));
  EXPECT_THAT(message, HasSubstr("10 s"));
  EXPECT_THAT(message, HasSubstr("the cable is out"));
  EXPECT_EQ(std::accumulate(clock.pauses.begin(), clock.pauses.end(), 0ms), 10s) << "not a moment longer";
}

TEST(Retrier, ContactBeginsTheTimeAnew) {
  ManualClock clock;
  Retrier retrier(clock, steady_backoff(), 10s);
  int attempts = 0;
  // Each attempt reaches the coordinator before it breaks: progress, so no end in sight after 10 s.
  retrier.persist("send", [&] {
    retrier.note_contact();
    clock.sleep(3s, {});
    if (++attempts < 20) lose_connection();
  });
  EXPECT_EQ(attempts, 20);
}

TEST(Retrier, TimeBeforeTheFirstFailureDoesNotCount) {
  ManualClock clock;
  Retrier retrier(clock, steady_backoff(), 10s);
  retrier.note_contact();
  clock.sleep(1h, {});
  int attempts = 0;
  retrier.persist("deliver", [&] {
    if (++attempts < 3) lose_connection();
  });
  EXPECT_EQ(attempts, 3);
}

TEST(Retrier, OtherErrorsPassAtOnce) {
  ManualClock clock;
  Retrier retrier(clock, steady_backoff(), 10s);
  int attempts = 0;
  refusal(ErrorKind::state, [&] {
    retrier.persist("x", [&] {
      ++attempts;
      fail(ErrorKind::state, "the round is closed");
    });
  });
  EXPECT_EQ(attempts, 1);
}

TEST(Retrier, StopsWhenAsked) {
  ManualClock clock;
  std::stop_source stop;
  Retrier retrier(clock, steady_backoff(), 10s, stop.get_token());
  int attempts = 0;
  EXPECT_THAT(refusal(ErrorKind::interrupted,
                      [&] {
                        retrier.persist("join the run", [&] {
                          if (++attempts == 2) stop.request_stop();
                          lose_connection();
                        });
                      }),
              HasSubstr("join the run"));
  EXPECT_EQ(attempts, 2);
}

TEST(SystemClock, SleepEndsWithAStopRequest) {
  SystemClock clock;
  std::stop_source stop;
  stop.request_stop();
  const Clock::Time before = clock.now();
  clock.sleep(60s, stop.get_token());
  EXPECT_LT(clock.now() - before, 30s);
  const Clock::Time begin = clock.now();
  clock.sleep(5ms, {});
  EXPECT_GE(clock.now() - begin, 5ms);
}

}  // namespace
}  // namespace tacit::client
