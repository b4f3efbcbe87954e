#include "attacks/defence/known_defence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "attacks/recorded_section.h"
#include "models/local_training.h"

namespace tacit::attacks {
namespace {

void clip_to(KnownDefence& defence, double bound) {
  if (bound <= 0 || defence.length == KnownDefence::Length::lost) return;
  defence.bound = defence.length == KnownDefence::Length::bounded ? std::min(defence.bound, bound) : bound;
  defence.length = KnownDefence::Length::bounded;
}

/// What training does to the gradient. Only a gradient that is sent as it is can be compared with one clipped alike.
void add_training(KnownDefence& defence, const Observation& observation, std::size_t count) {
  const auto training = models::LocalTraining::from_config(
      recorded_section(observation.run().training_toml, "training"), observation.client());
  if (training.gradient.kind != models::GradientSource::Kind::exact)
    defence.notes.emplace_back("Training estimates or transforms gradients: candidates are compared by exact ones.");
  const bool one_gradient = observation.kind() == UpdateKind::gradient;
  defence.masked_share = training.gradient.soteria_share;
  defence.masked = defence.masked_share > 0;
  if (const double bound = training.gradient.example_clip_norm; bound > 0) {
    if (one_gradient && count == 1) {
      clip_to(defence, bound);
      if (training.gradient.example_noise > 0) {
        defence.noise = KnownDefence::Noise::gaussian;
        defence.deviation = training.gradient.example_noise * bound;
      }
    } else {
      defence.length = KnownDefence::Length::lost;
      defence.notes.emplace_back(
          "Gradients were clipped one by one: candidates are compared as if all of a batch had been scaled alike.");
    }
  }
  if (training.clipping.is_off()) return;
  if (one_gradient && training.clipping.value == 0)
    clip_to(defence, training.clipping.norm);
  else
    defence.notes.emplace_back("Training clips gradients in a way that candidates do not repeat.");
}

void add_pipeline(KnownDefence& defence, const Observation& observation) {
  ConfigTable update = recorded_section(observation.run().pipeline_toml, "update");
  clip_to(defence, update.number("clip_norm", {0, 1e30}, 0.0));
  const std::string noise = update.choice("noise", {"none", "gaussian", "laplace"}, "none");
  if (const double scale = noise == "none" ? 0 : update.number("noise_scale", {0, 1e6}); scale > 0) {
    const bool laplace = noise == "laplace";
    // Of two noises the louder shapes their sum.
    const double deviation = laplace ? std::sqrt(2.0) * scale : scale;
    if (deviation >= defence.deviation)
      defence.noise = laplace ? KnownDefence::Noise::laplace : KnownDefence::Noise::gaussian;
    defence.deviation = std::hypot(defence.deviation, deviation);
  }
  defence.keep_share = update.number("keep_share", {1e-9, 1}, 1.0);
  defence.pruned = defence.keep_share < 1;
  defence.bits = static_cast<unsigned>(update.integer("quantise_bits", {0, 16}, 0));
  defence.stochastic = update.choice("quantise_rounding", {"nearest", "stochastic"}, "nearest") == "stochastic";
}

/// Whether every value lies on the grid of so many bits whose largest magnitude is `scale`.
bool on_grid(std::span<const float> values, double scale, unsigned bits) {
  const double levels = (1u << (bits - 1)) - 1;
  // Rounding to float moves a level by a part of 2^-24 of itself; a grid of 16 bits has steps of 2^-15 of the scale.
  return std::ranges::all_of(values, [&](float value) {
    const double level = static_cast<double>(value) / scale * levels;
    return std::abs(level - std::round(level)) <= 2e-7 * levels;
  });
}

unsigned bits_of(std::span<const float> values) {
  double largest = 0, smallest = HUGE_VAL;
  for (const float value : values) {
    largest = std::max(largest, std::abs(static_cast<double>(value)));
    smallest = std::min(smallest, std::abs(static_cast<double>(value)));
  }
  if (!(largest > 0) || values.size() < 2) return 0;
  if (smallest == largest) return 1;
  for (unsigned bits = 2; bits <= 16; ++bits)
    if (on_grid(values, largest, bits)) return bits;
  return 0;
}

}  // namespace

KnownDefence KnownDefence::declared(const Observation& observation, std::size_t count) {
  KnownDefence defence;
  add_training(defence, observation, count);
  add_pipeline(defence, observation);
  return defence;
}

KnownDefence KnownDefence::estimated(const Observation& observation) {
  KnownDefence defence;
  const std::vector<float>& update = observation.update();
  double squares = 0;
  for (const float value : update) squares += static_cast<double>(value) * static_cast<double>(value);
  defence.bits = bits_of(update);
  // Of signs the magnitude is compared by itself.
  if (defence.bits != 1) clip_to(defence, std::sqrt(squares));
  defence.bound_of_sent = true;
  defence.keep_share = 0;
  defence.masked = true;
  defence.pruned = defence.bits == 0 && std::ranges::find(update, 0.0f) != update.end();
  const std::string grid = defence.bits == 0   ? "no grid"
                           : defence.bits == 1 ? "signs"
                                               : fmt::format("a grid of {} bits", defence.bits);
  defence.notes.push_back(
      fmt::format("The defence was estimated from the update: {}{}.", grid, defence.pruned ? ", pruned" : ""));
  return defence;
}

}  // namespace tacit::attacks
