#include "models/learning_rate_schedule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"

namespace tacit::models {
namespace {

LearningRateSchedule read(const std::string& text) {
  ConfigTable section = ConfigTable::parse_text("[training]\n" + text, "t.toml").table("training");
  LearningRateSchedule schedule = LearningRateSchedule::from_config(section);
  section.finish();
  return schedule;
}

TEST(LearningRateSchedule, IsConstantUnlessToldOtherwise) {
  const LearningRateSchedule schedule = read("");
  EXPECT_TRUE(schedule.is_constant());
  for (const std::uint32_t round : {0u, 1u, 1000u}) EXPECT_EQ(schedule.factor_at(round, 77), 1.0);
}

TEST(LearningRateSchedule, StepsDownEverySoManyRounds) {
  const LearningRateSchedule schedule = read("schedule = \"step\"\nschedule_every = 3\nschedule_factor = 0.5");
  const double expected[] = {1, 1, 1, 0.5, 0.5, 0.5, 0.25};
  for (std::uint32_t round = 1; round <= 7; ++round) {
    EXPECT_EQ(schedule.factor_at(round, 0), expected[round - 1]) << round;
    EXPECT_EQ(schedule.factor_at(round, 99), expected[round - 1]) << round;
  }
}

TEST(LearningRateSchedule, FollowsACosineDownToItsFloor) {
  const LearningRateSchedule schedule = read("schedule = \"cosine\"\nschedule_length = 4\nschedule_floor = 0.2");
  const double expected[] = {1, 0.6 + 0.4 * std::sqrt(0.5), 0.6, 0.6 - 0.4 * std::sqrt(0.5), 0.2, 0.2, 0.2};
  for (std::uint32_t round = 1; round <= 7; ++round)
    EXPECT_NEAR(schedule.factor_at(round, 5), expected[round - 1], 1e-15) << round;
}

TEST(LearningRateSchedule, MayRunOverTheStepsOfARound) {
  const LearningRateSchedule schedule =
      read("schedule = \"step\"\nschedule_over = \"steps\"\nschedule_every = 2\nschedule_factor = 0.1");
  for (const std::uint32_t round : {1u, 50u}) {
    EXPECT_EQ(schedule.factor_at(round, 1), 1.0);
    EXPECT_NEAR(schedule.factor_at(round, 2), 0.1, 1e-17);
    EXPECT_NEAR(schedule.factor_at(round, 5), 0.01, 1e-17);
  }
}

TEST(LearningRateSchedule, WarmsUpLinearlyUnderEveryForm) {
  const LearningRateSchedule plain = read("warmup = 4");
  EXPECT_FALSE(plain.is_constant());
  const double expected[] = {0.25, 0.5, 0.75, 1, 1};
  for (std::uint32_t round = 1; round <= 5; ++round) EXPECT_EQ(plain.factor_at(round, 3), expected[round - 1]);
  for (const std::string form :
       {"schedule = \"cosine\"\nschedule_length = 10\n", "schedule = \"step\"\nschedule_every = 2\n"}) {
    const LearningRateSchedule cold = read(form), warm = read(form + "warmup = 5\nwarmup_over = \"steps\"");
    for (std::uint32_t round = 1; round <= 12; ++round)
      for (std::size_t step = 0; step < 8; ++step)
        EXPECT_EQ(warm.factor_at(round, step),
                  cold.factor_at(round, step) * std::min(1.0, static_cast<double>(step + 1) / 5));
  }
}

TEST(LearningRateSchedule, NamesPlaceAndKeyOfEveryFault) {
  const auto refused = [](const std::string& text, const std::string& piece) {
    try {
      read(text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::configuration);
      EXPECT_NE(std::string(error.what()).find("t.toml:"), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(piece), std::string::npos) << error.what();
    }
  };
  refused("schedule = \"cosin\"", "cosine");
  refused("schedule = \"cosine\"", "schedule_length");
  refused("schedule = \"step\"", "schedule_every");
  refused("schedule = \"step\"\nschedule_every = 0", "schedule_every");
  refused("schedule = \"step\"\nschedule_every = 2\nschedule_factor = 0.0", "schedule_factor");
  refused("schedule = \"cosine\"\nschedule_length = 5\nschedule_floor = 1.5", "schedule_floor");
  refused("schedule = \"cosine\"\nschedule_length = 5\nschedule_every = 5", "schedule = \"step\"");
  refused("schedule_over = \"steps\"", "schedule_over");
  refused("warmup_over = \"steps\"", "warmup above 0");
  refused("warmup = -1", "warmup");
}

}  // namespace
}  // namespace tacit::models
