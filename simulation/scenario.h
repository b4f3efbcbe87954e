#pragma once

#include <functional>
#include <string>
#include <vector>

#include "attacks/attack_settings.h"
#include "attacks/observation.h"
#include "attacks/report/report_data.h"
#include "attacks/rows/raw_row.h"
#include "attacks/threat_model.h"
#include "core/thread_pool.h"
#include "simulation/truth.h"

namespace tacit::simulation {

/// Some observations of one kind and the attacks to try on them: one group of rows in the report.
struct Scenario {
  std::string description;  ///< "gradient of one example"
  std::vector<attacks::Observation> observations;
  std::vector<attacks::AttackSettings> attacks;
  attacks::ThreatModel threat_model;
  std::uint64_t seed = 0;
  bool noise_control = true;
  std::size_t pictures = 8;  ///< at most so many examples are shown

  /// Attacks to run: each on every observation, and each again on noise.
  std::size_t steps() const;
};

/// What a scenario gave: rows and pictures of the report.
struct ScenarioResult {
  std::vector<attacks::report::ResultRow> attacks;
  std::vector<attacks::report::ResultRow> baselines;
  std::vector<attacks::report::PictureRow> pictures;
  std::vector<attacks::RawRow> raw_rows;  ///< every run of every attack, noise controls and guesses included
};

/// Runs every attack on every observation, then scores against the truth. `done` is called after each step. An attack
/// that does not apply (to the model, the batch, the threat model) becomes a row that says why. Results do not depend
/// on the pool.
ScenarioResult run_scenario(const Scenario& scenario, const Truth& truth, ThreadPool& pool,
                            const std::function<void()>& done);

}  // namespace tacit::simulation
