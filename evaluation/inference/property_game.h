#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "attacks/metrics/roc.h"
#include "core/config.h"
#include "core/progress.h"
#include "simulation/experiment.h"

namespace tacit::evaluation {

/// What is asked: the [inference.property] section.
///
///   [inference.property]
///   kind = "class"            # or "group", "feature": what an example is to have
///   value = "3"               # number or name of the class; name of the group; number or name of the feature, of
///   which
///                             # an example has more than the median
///   share = 0.5               # of an update's examples that have it where the property holds; elsewhere none has it
///   examples = 16             # behind one update
///   public_updates = 200      # that the attacker makes of public examples, half of them with the property
///   private_updates = 200     # that are attacked, likewise
///   rounds = 0                # of training on the private examples before; 0: updates of the initial model
struct PropertySettings {
  std::string kind = "class", value;
  double share = 0.5;
  std::size_t examples = 16, public_updates = 200, private_updates = 200, rounds = 0;

  static PropertySettings from_config(ConfigTable section);
};

struct PropertyRow {
  std::string attacker;  ///< "updates", "labels alone", "random"
  attacks::Roc roc;
};

struct PropertyOutcome {
  std::string property;                            ///< in words
  std::size_t private_with = 0, private_size = 0;  ///< examples that have it, and all
  std::vector<char> holds;                         ///< [private_updates]
  std::vector<std::vector<double>> scores;         ///< [rows][private_updates]
  std::vector<PropertyRow> rows;
};

/// Property inference (Melis et al. 2019, arXiv 1805.04049, section 4.4): the examples are cut in a public half and a
/// private one; a classifier is trained on updates of public examples and asked about updates of private ones. All
/// updates are made by the client's own code and read off the wire. The control `labels alone` is the same classifier
/// given how many examples of each class are behind an update: what of the property is no more than labels. Throws
/// Error(configuration) if too few examples of either half have or lack the property, or no example can.
PropertyOutcome infer_property(const simulation::Experiment& experiment, const PropertySettings& settings,
                               const std::filesystem::path& folder, Progress& bar);
/// Units that it advances the bar by.
double property_work(const PropertySettings& settings);

std::string property_table(const PropertyOutcome& outcome, const PropertySettings& settings, unsigned width);
/// One line an update: update, holds, one score a row.
std::string property_csv(const PropertyOutcome& outcome);

}  // namespace tacit::evaluation
