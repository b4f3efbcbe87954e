#include "models/learning_rate_schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace tacit::models {

namespace {

using Form = LearningRateSchedule::Form;
using Time = LearningRateSchedule::Time;

std::size_t passed(Time time, std::uint32_t round, std::size_t step) {
  if (time == Time::steps) return step;
  return round == 0 ? 0 : round - 1;
}

double form_at(const LearningRateSchedule& schedule, std::size_t t) {
  switch (schedule.form) {
    case Form::constant:
      return 1;
    case Form::step:
      return std::pow(schedule.factor, static_cast<double>(t / schedule.every));
    case Form::cosine:
      break;
  }
  const double part = std::min(static_cast<double>(t) / static_cast<double>(schedule.length), 1.0);
  return schedule.floor + (1 - schedule.floor) * (1 + std::cos(std::numbers::pi * part)) / 2;
}

Time time_of(ConfigTable& section, const char* key) {
  return section.choice(key, {"rounds", "steps"}, "rounds") == "rounds" ? Time::rounds : Time::steps;
}

std::size_t positive(ConfigTable& section, const char* key) {
  return static_cast<std::size_t>(section.integer(key, {1, 1'000'000'000}));
}

/// A key that would have no effect is a mistake.
void only_with(const ConfigTable& section, const char* key, bool applies, const std::string& what) {
  if (!applies && section.has(key)) section.refuse(key, "has a meaning only with " + what);
}

}  // namespace

double LearningRateSchedule::factor_at(std::uint32_t round, std::size_t step) const {
  const double base = form_at(*this, passed(over, round, step));
  if (warmup == 0) return base;
  const double begun = static_cast<double>(passed(warmup_over, round, step) + 1);
  return base * std::min(1.0, begun / static_cast<double>(warmup));
}

LearningRateSchedule LearningRateSchedule::from_config(ConfigTable& section) {
  LearningRateSchedule schedule;
  const std::string form = section.choice("schedule", {"constant", "step", "cosine"}, "constant");
  only_with(section, "schedule_over", form != "constant", "schedule = \"step\" or \"cosine\"");
  only_with(section, "schedule_every", form == "step", "schedule = \"step\"");
  only_with(section, "schedule_factor", form == "step", "schedule = \"step\"");
  only_with(section, "schedule_length", form == "cosine", "schedule = \"cosine\"");
  only_with(section, "schedule_floor", form == "cosine", "schedule = \"cosine\"");
  if (form != "constant") schedule.over = time_of(section, "schedule_over");
  if (form == "step") {
    schedule.form = Form::step;
    schedule.every = positive(section, "schedule_every");
    schedule.factor = section.number("schedule_factor", {1e-6, 1}, schedule.factor);
  } else if (form == "cosine") {
    schedule.form = Form::cosine;
    schedule.length = positive(section, "schedule_length");
    schedule.floor = section.number("schedule_floor", {0, 1}, schedule.floor);
  }
  schedule.warmup = static_cast<std::size_t>(section.integer("warmup", {0, 1'000'000'000}, 0));
  only_with(section, "warmup_over", schedule.warmup > 0, "a warmup above 0");
  if (schedule.warmup > 0) schedule.warmup_over = time_of(section, "warmup_over");
  return schedule;
}

}  // namespace tacit::models
