#include "client/leakage_guard.h"

#include <fmt/core.h>

#include <cmath>

#include "core/error.h"
#include "core/log.h"
#include "privacy/differential_privacy/noise.h"

namespace tacit::client {
namespace {

const std::vector<std::string> measures{"ssim", "psnr", "label_accuracy", "mse"};

const std::string& name_of(LeakageGuardSettings::Measure measure) {
  return measures.at(static_cast<std::size_t>(measure));
}

std::optional<double> value_of(const Leakage& leak, LeakageGuardSettings::Measure measure) {
  using enum LeakageGuardSettings::Measure;
  switch (measure) {
    case ssim:
      return leak.ssim;
    case psnr:
      return leak.psnr;
    case label_accuracy:
      return leak.label_accuracy;
    case mse:
      return leak.mse;
  }
  return {};
}

bool found_anything(const Leakage& leak) {
  return leak.mse || leak.psnr || leak.ssim || leak.label_accuracy;
}

/// Root mean square of the values that training moves.
double root_mean_square(std::span<const float> values, const ParameterSchema& schema) {
  double squares = 0;
  std::size_t count = 0;
  for (const ParameterEntry& entry : schema.entries()) {
    if (!entry.trained) continue;
    for (const float value : values.subspan(entry.offset, entry.size))
      squares += static_cast<double>(value) * static_cast<double>(value);
    count += entry.size;
  }
  return count > 0 ? std::sqrt(squares / static_cast<double>(count)) : 0;
}

/// Of this attempt alone. A stream has room for two numbers beside its seed, so the others are hashed into a seed.
RandomStream stream_of(const RandomKey& key, std::size_t attempt) {
  const std::uint64_t seed = RandomStream({key.seed, Purpose::leakage_guard, key.round, key.client}).next_u64();
  return RandomStream({seed, Purpose::leakage_guard, static_cast<std::uint32_t>(attempt), 0});
}

TrainedUpdate with_noise(const LeakageGuard::Candidate& candidate, double sigma, RandomStream stream) {
  TrainedUpdate noisy = candidate.trained;
  for (const ParameterEntry& entry : candidate.schema.entries())
    if (entry.trained)
      privacy::add_gaussian_noise(std::span(noisy.values).subspan(entry.offset, entry.size), sigma, stream);
  return noisy;
}

void tell(const GuardRecord& record, LeakageGuardSettings::Measure measure) {
  const auto value = value_of(record.leak, measure);
  const std::string leak =
      value ? fmt::format("{} {:.4g} of {}", name_of(measure), *value, record.leak.words) : record.leak.words;
  const std::string noise = record.attempt > 0 ? fmt::format(" with noise {:.3g}", record.noise) : "";
  switch (record.verdict) {
    case GuardRecord::Verdict::sent:
      return log::info("round {}: leakage guard{}: {}; sent", record.round, noise, leak);
    case GuardRecord::Verdict::too_much:
      return log::info("round {}: leakage guard{}: {}; too much, adding noise", record.round, noise, leak);
    case GuardRecord::Verdict::withheld:
      return log::warning("round {}: leakage guard{}: {}; too much, the update is withheld", record.round, noise, leak);
  }
}

}  // namespace

LeakageGuardSettings LeakageGuardSettings::from_config(ConfigTable& section) {
  LeakageGuardSettings settings;
  const std::string measure = section.choice("measure", measures);
  for (std::size_t i = 0; i < measures.size(); ++i)
    if (measures[i] == measure) settings.measure = static_cast<Measure>(i);
  settings.limit = section.number("limit", {-1e9, 1e9});
  if (section.choice("action", {"noise", "withhold"}) == "noise") {
    settings.noise = section.number("noise", {1e-9, 1e9}, settings.noise);
    settings.noise_growth = section.number("noise_growth", {1, 1e3}, settings.noise_growth);
    settings.attempts = static_cast<std::size_t>(section.integer("attempts", {1, 20}, 3));
    return settings;
  }
  for (const char* key : {"noise", "noise_growth", "attempts"})
    if (section.has(key)) section.refuse(key, "has a meaning only with action = \"noise\"");
  return settings;
}

bool LeakageGuardSettings::is_too_much(const Leakage& leak) const {
  const std::optional<double> value = value_of(leak, measure);
  if (!value && found_anything(leak))
    fail(ErrorKind::configuration,
         "[leakage_guard]: measure \"{}\" does not apply to what this run is about; it has: {}{}{}{}", name_of(measure),
         leak.mse ? "mse " : "", leak.psnr ? "psnr " : "", leak.ssim ? "ssim " : "",
         leak.label_accuracy ? "label_accuracy" : "");
  if (!value) return false;
  return measure == Measure::mse ? *value < limit : *value > limit;
}

LeakageGuard::LeakageGuard(const LeakageGuardSettings& settings, const LeakageMeter& meter,
                           std::function<void(const GuardRecord&)> on_record)
    : settings_(settings), meter_(meter), on_record_(std::move(on_record)) {}

std::optional<PreparedUpdate> LeakageGuard::check(const Candidate& candidate) const {
  const double loudness = root_mean_square(candidate.trained.values, candidate.schema);
  for (std::size_t attempt = 0; attempt <= settings_.attempts; ++attempt) {
    GuardRecord record{.round = candidate.key.round, .attempt = attempt};
    RandomStream stream = stream_of(candidate.key, attempt);
    const std::uint64_t seed = stream.next_u64();
    if (attempt > 0)
      record.noise = loudness * settings_.noise * std::pow(settings_.noise_growth, static_cast<double>(attempt) - 1);
    PreparedUpdate update =
        candidate.pipeline.prepare(attempt == 0 ? candidate.trained : with_noise(candidate, record.noise, stream),
                                   candidate.schema, candidate.key);
    record.leak =
        meter_.measure({candidate.description, candidate.model, update, candidate.data, candidate.examples, seed});
    const bool too_much = settings_.is_too_much(record.leak);
    if (too_much)
      record.verdict = attempt < settings_.attempts ? GuardRecord::Verdict::too_much : GuardRecord::Verdict::withheld;
    tell(record, settings_.measure);
    if (on_record_) on_record_(record);
    if (!too_much) return update;
  }
  return {};
}

}  // namespace tacit::client
