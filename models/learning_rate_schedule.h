#pragma once

#include <cstddef>
#include <cstdint>

#include "core/config.h"

namespace tacit::models {

/// A factor on the learning rate as a function of the round and the local step alone, so every way to run a federation
/// gives the same bits (promise P1) and a client that joins late or restarts needs no memory. With t the rounds before
/// this one, or the steps of this round before this one (each part chooses):
///   constant: 1;   step: factor^floor(t / every);   cosine: floor + (1 - floor) (1 + cos(pi min(t / length, 1))) / 2
/// (Loshchilov and Hutter, ICLR 2017, Eq. 5, without restarts), times the warm-up min(1, (t + 1) / warmup).
struct LearningRateSchedule {
  enum class Form { constant, step, cosine };
  enum class Time { rounds, steps };

  Form form = Form::constant;
  Time over = Time::rounds;
  std::size_t every = 1;   ///< step
  double factor = 0.1;     ///< step
  std::size_t length = 1;  ///< cosine
  double floor = 0;        ///< cosine
  std::size_t warmup = 0;  ///< 0: none
  Time warmup_over = Time::rounds;

  bool is_constant() const { return form == Form::constant && warmup == 0; }
  /// Rounds count from 1, steps of a round from 0.
  double factor_at(std::uint32_t round, std::size_t step) const;

  /// Reads schedule, schedule_over, schedule_every, schedule_factor, schedule_length, schedule_floor, warmup and
  /// warmup_over of [training]. Throws Error(configuration) with file, line and key.
  static LearningRateSchedule from_config(ConfigTable& section);
};

}  // namespace tacit::models
