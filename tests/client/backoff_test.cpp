#include "client/backoff.h"

#include <gtest/gtest.h>

#include <set>

#include "refusal.h"

namespace tacit::client {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

TEST(Backoff, CeilingDoublesUpToTheCap) {
  Backoff backoff({.initial = 100ms, .cap = 1000ms}, [] { return 0x1.fffffffffffffp-1; });
  for (const milliseconds expected : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms, 1000ms}) {
    EXPECT_EQ(backoff.next(), expected);
  }
  backoff.reset();
  EXPECT_EQ(backoff.next(), 100ms);
}

TEST(Backoff, JitterIsFull) {
  double uniform = 0;
  Backoff backoff({.initial = 1000ms, .cap = 1000ms}, [&] { return uniform; });
  EXPECT_EQ(backoff.next(), 0ms);
  uniform = 0.25;
  EXPECT_EQ(backoff.next(), 250ms);
  uniform = 0.5;
  EXPECT_EQ(backoff.next(), 500ms);
}

TEST(Backoff, EntropyIsUniformInItsInterval) {
  const Backoff::Uniform uniform = Backoff::entropy();
  std::set<double> seen;
  double sum = 0;
  for (int i = 0; i < 4000; ++i) {
    const double value = uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    seen.insert(value);
    sum += value;
  }
  EXPECT_GT(seen.size(), 3990u);
  EXPECT_NEAR(sum / 4000, 0.5, 6 * 0.2887 / std::sqrt(4000.0));
}

TEST(Backoff, GrowsToItsCapAndStaysThere) {
  Backoff backoff({.initial = 1ms, .cap = 24h}, [] { return 0x1.fffffffffffffp-1; });
  milliseconds last{0};
  for (int i = 0; i < 200; ++i) {
    const milliseconds pause = backoff.next();
    ASSERT_GE(pause, last);
    last = pause;
  }
  EXPECT_EQ(last, 24h);
}

TEST(Backoff, RefusesSenselessSettings) {
  refusal(ErrorKind::usage, [] { Backoff({.initial = 0ms, .cap = 1ms}); });
  refusal(ErrorKind::usage, [] { Backoff({.initial = 2ms, .cap = 1ms}); });
  refusal(ErrorKind::usage, [] { Backoff({.initial = 2ms, .cap = milliseconds::max()}); });
}

}  // namespace
}  // namespace tacit::client
