#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/progress.h"
#include "simulation/experiment.h"

namespace tacit::evaluation {

/// What is asked: the [inference.canary] section.
///
///   [inference.canary]
///   canaries = 8        # random examples with random labels that are put among the training examples
///   repeats = 1         # how often each of them stands there
///   candidates = 1024   # random examples of the canary's label among which its loss is ranked, itself included
struct CanarySettings {
  std::size_t canaries = 8, repeats = 1, candidates = 1024;

  static CanarySettings from_config(ConfigTable section);
};

struct CanaryRow {
  bool inserted = false;  ///< false: a control that was drawn likewise and left out
  std::int32_t label = 0;
  double loss = 0;  ///< of the final model
  std::size_t rank = 0;
  double exposure = 0;  ///< bits
};

struct CanaryOutcome {
  std::vector<CanaryRow> rows;  ///< canaries, then as many controls
  double mean_exposure = 0, control_exposure = 0;
  double p_value = 1;  ///< of the claim that nothing of the canaries was memorised
};

/// The exposure of canaries (Carlini et al. 2019, arXiv 1802.08232), taken from texts to images and tables: a canary
/// has features drawn uniformly from the interval that the features keep, so nothing but its presence in training can
/// make its loss lower than that of others drawn likewise. One training run, below `folder`; advances the bar by 2.
/// Throws as simulation::run.
CanaryOutcome expose_canaries(const simulation::Experiment& experiment, const CanarySettings& settings,
                              const std::filesystem::path& folder, Progress& bar);

std::string canary_table(const CanaryOutcome& outcome, const CanarySettings& settings, unsigned width);
/// One line a canary or control: inserted, label, loss, rank, exposure.
std::string canary_csv(const CanaryOutcome& outcome);

}  // namespace tacit::evaluation
