#pragma once

#include <optional>
#include <span>
#include <string>

#include "attacks/attack_result.h"
#include "attacks/features.h"
#include "attacks/score.h"
#include "simulation/scenario.h"

namespace tacit::simulation {

/// One attack on one observation: a result, or the reason why there is none.
struct Trial {
  std::optional<attacks::AttackResult> result;
  std::string refusal;
};

/// Turns the trials of a scenario into rows and pictures of the report. Here, after the attacks have ended, they meet
/// the truth.
class ScenarioReport {
 public:
  ScenarioReport(const Scenario& scenario, attacks::Features features, const Truth& truth);

  /// `trials[i]` belongs to `scenario.observations[i]`.
  void add_attack(const attacks::AttackSettings& settings, std::span<const Trial> trials);
  void add_noise_control(const attacks::AttackSettings& settings, std::span<const Trial> trials);
  void add_baselines_without_gradient();
  ScenarioResult finish() { return std::move(result_); }

 private:
  attacks::report::ResultRow row_of(const attacks::AttackSettings& settings, std::span<const Trial> trials,
                                    const std::string& caption);
  void add_raw_rows(const attacks::AttackSettings& settings, std::span<const Trial> trials, attacks::Seen seen);
  void add_raw_row(attacks::RawRow row, std::size_t observation, attacks::Seen seen);
  void add_baseline(const std::string& name, const std::vector<double>& example);
  void add_score(const attacks::Score& score, attacks::report::ResultRow& row) const;
  void add_pictures(std::size_t observation, const std::vector<double>& inputs, const attacks::Score& score,
                    const std::string& caption);
  std::size_t examples_of(const attacks::GroundTruth& truth) const;
  std::string name_of(const attacks::GroundTruth& truth, std::size_t example) const;

  const Scenario& scenario_;
  attacks::Features features_;
  const Truth& truth_;
  std::vector<attacks::GroundTruth> truths_;  ///< one an observation
  std::vector<std::size_t> first_row_;        ///< index of each observation's first picture row
  ScenarioResult result_;
};

}  // namespace tacit::simulation
