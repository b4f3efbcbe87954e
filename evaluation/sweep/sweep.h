#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "attacks/attack_settings.h"
#include "attacks/score.h"
#include "core/config.h"
#include "evaluation/sweep/target.h"

namespace tacit::evaluation {

/// One point of the grid: an attack on a target, some number of times.
struct Cell {
  std::string key;                                        ///< equal keys: equal trials, whichever sweep they stand in
  std::vector<std::string> setting;                       ///< value of each of Sweep::axes
  std::size_t target = 0;                                 ///< index into Sweep::targets
  std::shared_ptr<const attacks::AttackSettings> attack;  ///< null: the guesses without gradient
  std::string attack_label;
  std::size_t trials = 0;
  bool noise_control = true;
  std::size_t pictures = 0;  ///< so many trials are shown
};

/// An evaluation file: an experiment (docs/configuration.md) with two more sections.
///
///   [sweep]
///   name = "leak"
///   question = "Does my network leak?"   # heads the report
///   trials = 20              # of every cell: other examples, another fresh model each
///   model = "fresh"          # or "trained": the experiment is run first, and its final model attacked
///   examples = 0             # that the attacked client holds; 0: one batch
///   rounds = 1               # that the client answers with the same examples, if the attacker observes many
///   attack = "analytic"      # name in the catalog, or a file; where no axis says it
///   noise_control = true     # every attack also on noise of the same norm
///   pictures = 2             # trials of each cell whose reconstructions are shown
///   recovered_within = 0.05  # every feature within; outcomes of attacks/score.h
///   close_within = 0.2
///   fit = 1e-9
///   categories = ["0-4"]     # of a table: features that are one category; the others are numbers
///   output = "evaluations/leak"
///   [axes]                   # evaluation/sweep/axes.h
///
/// Axes may set any key of the experiment, `attack` and any key of the attack's settings as `attack.KEY`, and
/// `sweep.trials`, `sweep.model`, `sweep.examples`, `sweep.rounds`. Axes multiply.
struct Sweep {
  std::string name, question;
  std::filesystem::path output;
  attacks::OutcomeThresholds thresholds;
  std::vector<std::pair<std::size_t, std::size_t>> categories;  ///< of a table: first and last feature of each
  std::size_t threads = 0;
  std::vector<std::string> axes;  ///< those that make columns: not the one that chooses the attack
  std::vector<std::unique_ptr<Target>> targets;
  std::vector<Cell> cells;  ///< in the order of the table

  /// Builds and checks every cell before anything runs. Throws Error(configuration) naming file, line and key; on
  /// account of an axis, the line of its value.
  static Sweep from_config(const ConfigTable& file);
};

}  // namespace tacit::evaluation
