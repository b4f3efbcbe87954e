#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "attacks/inference/membership_attack.h"
#include "attacks/metrics/roc.h"
#include "core/config.h"
#include "core/progress.h"
#include "simulation/experiment.h"

namespace tacit::evaluation {

/// What is asked: the [inference.membership] section.
///
///   [inference.membership]
///   candidates = 1000   # at most so many training examples take part, chosen at random
///   targets = 1         # runs under attack
///   shadows = 8         # runs that the attacker makes; 0: attacks that need them are not run
///   ascent = 0.0        # above 0: a malicious client joins the runs under attack and climbs at this rate
///   attacks = ["loss", "lira_offline_fixed", "cosine"]   # default: all there are; controls are always run
struct MembershipSettings {
  std::size_t candidates = 1000, targets = 1, shadows = 8;
  double ascent = 0;
  std::vector<const attacks::MembershipAttack*> attacks;

  static MembershipSettings from_config(ConfigTable section);
};

/// One run under attack, with the truth that the attacks did not get.
struct MembershipTarget {
  std::vector<char> members;                ///< [candidates]
  std::vector<double> losses;               ///< [candidates], of the final model
  std::vector<std::vector<double>> scores;  ///< [attacks][candidates]; empty where the attack could not be run
  double member_accuracy = 0, other_accuracy = 0;
  std::optional<double> test_accuracy;
};

struct MembershipRow {
  const attacks::MembershipAttack* attack = nullptr;
  std::optional<attacks::Roc> roc;  ///< over all targets together; none where it could not be run
  std::string note;                 ///< why not
};

struct MembershipOutcome {
  std::vector<std::size_t> candidates;  ///< indices into the training part of the data
  std::vector<std::int32_t> labels;     ///< [candidates]
  std::vector<MembershipTarget> targets;
  std::vector<attacks::ShadowModel> shadows;
  std::vector<MembershipRow> rows;
};

/// The membership game (Yeom et al. 2018; Carlini et al. 2022): every candidate is put into each target run by a fair
/// coin of its own and trained on by the coordinator's and clients' own code; shadow runs hold each candidate in
/// exactly half of them, by coins that are independent of the targets'. Attacks get what crossed the wire, the
/// candidates and the shadow models; the coins of the targets meet the scores here, afterwards. Runs go below `folder`
/// (targets and, until each is done, shadows), each of a seed of its own; what a former game there has done is not done
/// again. With `ascent` a malicious client joins the target runs, claims all candidates as its own and sends
/// attacks::ascent_step; the threat model must grant crafted updates. Advances the bar by `membership_work`.
/// Throws Error(configuration) if the data are too few, else as simulation::run.
MembershipOutcome play_membership(const simulation::Experiment& experiment, const MembershipSettings& settings,
                                  const std::filesystem::path& folder, Progress& bar);
double membership_work(const MembershipSettings& settings);

/// A table for a terminal.
std::string membership_table(const MembershipOutcome& outcome, unsigned width);
/// One line a candidate and target: target, candidate, label, member, loss, then one score a row of the outcome.
std::string membership_scores_csv(const MembershipOutcome& outcome);
/// One line a candidate and shadow model: shadow, candidate, member, confidence.
std::string membership_shadows_csv(const MembershipOutcome& outcome);

}  // namespace tacit::evaluation
