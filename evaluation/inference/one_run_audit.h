#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attacks/inference/membership_attack.h"
#include "core/config.h"
#include "core/progress.h"
#include "privacy/auditing/one_run.h"
#include "simulation/experiment.h"

namespace tacit::evaluation {

/// The guesses of an auditor who calls the highest-scored half of `guesses` canaries in and the lowest-scored half out
/// and abstains from the rest (Steinke et al. 2023, section 5); ties by index. Throws Error(usage) if sizes differ or
/// there are more guesses than canaries.
privacy::OneRunGuesses guess_extremes(std::span<const double> scores, std::span<const char> members,
                                      std::size_t guesses);

struct OneRunBound {
  privacy::OneRunGuesses guesses;  ///< those that gave the bound
  double epsilon = 0;
};
/// The best bound over guessing about 5 %, 10 %, 25 %, 50 % and all of the canaries, each at confidence
/// 1 - alpha / 5 so that all hold at once with 1 - alpha.
OneRunBound one_run_bound(std::span<const double> scores, std::span<const char> members, double delta, double alpha);

/// What is asked: the [inference.epsilon] section.
///
///   [inference.epsilon]
///   level = "example"        # or "client": whose participation epsilon is about
///   canaries = 200           # training examples that are given a wrong label, or clients all of whose are; each is
///                            # put in by a fair coin
///   delta = 1e-5
///   claimed_epsilon = 8.0    # default: no claim; else a bound above it is an alarm
///   confidence = 0.95
struct EpsilonSettings {
  bool of_clients = false;
  std::size_t canaries = 200;
  double delta = 1e-5;
  std::optional<double> claimed_epsilon;
  double confidence = 0.95;

  static EpsilonSettings from_config(ConfigTable section);
};

struct EpsilonRow {
  const attacks::MembershipAttack* attack = nullptr;
  OneRunBound bound;
  std::string note;  ///< why it could not be run; empty if it was
};

struct EpsilonOutcome {
  std::vector<char> members;                ///< [canaries]
  std::vector<std::vector<double>> scores;  ///< [rows][canaries]
  std::vector<EpsilonRow> rows;             ///< each at the confidence asked for by itself
  double ceiling = 0;                       ///< what so many canaries could show at best
  double epsilon = 0;                       ///< the best row's, at the confidence asked for over all rows together
  bool alarm = false;                       ///< it exceeds the claim
  std::optional<double> test_accuracy;
};

/// Audits one training run of an experiment (arXiv 2305.08846, Algorithm 1): canaries among the training examples,
/// every membership attack that needs no shadow models as the score, bounds of the epsilon that the run has for its
/// examples or its clients, under adding or removing one. A bound of 0 is no proof of privacy. The run goes below
/// `folder`. Advances the bar by 2 units. Throws Error(configuration) if there are fewer training examples than
/// canaries, else as simulation::run.
EpsilonOutcome audit_epsilon(const simulation::Experiment& experiment, const EpsilonSettings& settings,
                             const std::filesystem::path& folder, Progress& bar);

std::string epsilon_table(const EpsilonOutcome& outcome, const EpsilonSettings& settings, unsigned width);
/// One line a canary: canary, member, one score a row.
std::string epsilon_csv(const EpsilonOutcome& outcome);

}  // namespace tacit::evaluation
