#include "coordinator/phases/phases.h"

namespace tacit::coordinator {
namespace {

// What may follow what is a matter of types: these are checked by the compiler.
template <class From, class To>
concept CanBecome = requires(From from, To to) {
  successor(from, to);
};
static_assert(CanBecome<Joining, Collecting> && CanBecome<Collecting, Closing>);
static_assert(CanBecome<Closing, Collecting> && CanBecome<Closing, Finished>);
static_assert(CanBecome<Joining, Failed> && CanBecome<Collecting, Failed> && CanBecome<Closing, Failed>);
static_assert(!CanBecome<Joining, Closing> && !CanBecome<Joining, Finished>);
static_assert(!CanBecome<Collecting, Joining> && !CanBecome<Collecting, Finished>);
static_assert(!CanBecome<Closing, Joining> && !CanBecome<Closing, Closing>);
static_assert(!CanBecome<Finished, Failed> && !CanBecome<Failed, Joining> && !CanBecome<Finished, Collecting>);

using std::chrono::milliseconds;

Instant at(int ms) {
  return Instant(milliseconds(ms));
}

template <class To, class Next>
const To* as(const std::optional<Next>& next) {
  return next ? std::get_if<To>(&*next) : nullptr;
}

Joining joining(std::size_t joined) {
  return {.minimum = 3, .window = milliseconds(1000), .deadline = at(1000), .joined = joined};
}

TEST(Joining, EndsAsSoonAsTheMinimumIsThere) {
  EXPECT_FALSE(joining(2).next(at(0)));
  const auto next = joining(3).next(at(0));
  ASSERT_TRUE(as<Collecting>(next));
  EXPECT_EQ(as<Collecting>(next)->round, 1u);
}

TEST(Joining, FailsAtTheDeadlineAndSaysHowManyCame) {
  EXPECT_FALSE(joining(2).next(at(999)));
  const auto next = joining(2).next(at(1000));
  ASSERT_TRUE(as<Failed>(next));
  EXPECT_THAT(as<Failed>(next)->reason, testing::HasSubstr("2 of the 3 clients needed had joined after 1 seconds"));
  EXPECT_TRUE(as<Collecting>(joining(3).next(at(1000)))) << "the deadline does not undo what is enough";
  EXPECT_EQ(joining(2).reason_to_wait(), "2 of 3 clients have joined");
}

Collecting collecting(std::set<std::string> committed, std::size_t minimum_updates) {
  return {.round = 4,
          .cohort = {"a", "b", "c"},
          .minimum_updates = minimum_updates,
          .window = milliseconds(500),
          .deadline = at(500),
          .committed = std::move(committed)};
}

TEST(Collecting, EndsAsSoonAsEveryoneHasCommitted) {
  EXPECT_FALSE(collecting({"a", "c"}, 1).next(at(499)));
  const auto next = collecting({"a", "b", "c"}, 3).next(at(1));
  ASSERT_TRUE(as<Closing>(next));
  EXPECT_EQ(as<Closing>(next)->round, 4u);
}

TEST(Collecting, ClosesAtTheDeadlineIfEnoughIsThere) {
  EXPECT_TRUE(as<Closing>(collecting({"a", "c"}, 2).next(at(500))));
}

TEST(Collecting, FailsAtTheDeadlineIfNotAndNamesWhoIsMissing) {
  const auto next = collecting({"b"}, 2).next(at(500));
  ASSERT_TRUE(as<Failed>(next));
  EXPECT_THAT(as<Failed>(next)->reason,
              testing::HasSubstr("round 4: 1 of at least 2 updates had arrived after 0.5 seconds; missing: a, c"));
  EXPECT_EQ(collecting({"b"}, 2).reason_to_wait(), "1 of 3 updates of round 4 have arrived");
}

TEST(Collecting, NeedNotWaitForUpdatesThatWereWithheld) {
  Collecting phase = collecting({"a", "c"}, 2);
  phase.withheld = {"b"};
  EXPECT_TRUE(as<Closing>(phase.next(at(1))));
  phase.committed = {"a"};
  EXPECT_FALSE(phase.next(at(1))) << "c may still come";
  EXPECT_EQ(phase.reason_to_wait(), "1 of 2 updates of round 4 have arrived");
  const auto late = phase.next(at(500));
  ASSERT_TRUE(as<Failed>(late));
  EXPECT_THAT(as<Failed>(late)->reason, testing::HasSubstr("missing: c"));
}

TEST(Collecting, FailsAsSoonAsTooManyWithhold) {
  Collecting phase = collecting({"a"}, 2);
  phase.withheld = {"b", "c"};
  const auto next = phase.next(at(1));
  ASSERT_TRUE(as<Failed>(next));
  EXPECT_THAT(as<Failed>(next)->reason,
              testing::AllOf(testing::HasSubstr("at most 1 of at least 2"), testing::HasSubstr("withheld by: b, c")));
  phase = collecting({}, 1);
  phase.withheld = {"a", "b", "c"};
  EXPECT_TRUE(as<Failed>(phase.next(at(1)))) << "nothing can come";
}

TEST(Closing, WaitsForTheResultAndCountsTheRounds) {
  Closing closing{.round = 4, .rounds = 5};
  EXPECT_FALSE(closing.next(at(1'000'000)));
  closing.closed = true;
  auto next = closing.next(at(0));
  ASSERT_TRUE(as<Collecting>(next));
  EXPECT_EQ(as<Collecting>(next)->round, 5u);
  closing.round = 5;
  next = closing.next(at(0));
  EXPECT_TRUE(as<Finished>(next));
}

}  // namespace
}  // namespace tacit::coordinator
