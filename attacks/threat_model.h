#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attacks/bounds.h"
#include "core/config.h"

namespace tacit::attacks {

/// Where the attacker stands, and so which messages can be seen and written.
enum class Observer {
  honest_but_curious_coordinator,  ///< follows the protocol and keeps every message of every client
  malicious_coordinator,           ///< the same, and chooses what it sends
  eavesdropper,                    ///< reads the connection of the client under attack: a link without TLS, or its keys
  malicious_client,                ///< another client, who sends what it likes
  member,                          ///< another client: sees the run description and each global model, no update
};

/// Which of the messages reach the attack.
enum class View {
  one_update,     ///< one update of one client, and the model it answers to
  many_rounds,    ///< every update of one client, round after round
  aggregate,      ///< a round's updates as one weighted mean: all that secure aggregation lets through
  global_models,  ///< the models of successive rounds
};

/// What an attacker may send in place of the truth.
enum class Crafts {
  nothing,
  updates,     ///< of its own
  parameters,  ///< of the model that everybody expects
  model,       ///< layers of its choice too
};

/// Something that a part of an attack uses and the threat model may deny.
enum class Need {
  individual_update,
  many_rounds,
  aggregate_update,
  global_models,
  crafted_updates,
  crafted_parameters,
  crafted_model,
  labels,
  batch_size,
  learning_rate,
  local_steps,
  pipeline,
  normalisation_statistics,
  feature_bounds,
  data_statistics,
  table_columns,
  public_data,
};

std::string_view to_string(Observer observer) noexcept;
std::string_view to_string(View view) noexcept;
std::string_view to_string(Crafts crafts) noexcept;
std::string_view to_string(Need need) noexcept;

/// What the attacker is allowed to know beyond the recorded messages. Everything not granted is denied.
///
///   [threat_model]
///   observer = "honest_but_curious_coordinator"   # malicious_coordinator, eavesdropper, malicious_client, member
///   observes = "one_update"       # many_rounds, aggregate, global_models; clients see global_models and nothing else
///   crafts = "nothing"            # malicious_coordinator: parameters or model (default); malicious_client: updates
///   knows_labels = false
///   knows_batch_size = true       # how many examples made the update
///   knows_learning_rate = true
///   knows_local_steps = true      # epochs and batch size of local training
///   knows_pipeline = true         # how updates are clipped, perturbed and encoded
///   knows_normalisation_statistics = false   # of the batches that batch normalisation saw
///   knows_feature_bounds = true   # the range that all features keep
///   feature_bounds = [0.0, 1.0]   # absent: whoever runs the attack may fill in what the data keep by construction
///   features_are_angles = false   # features count modulo 2 pi
///   feature_mean = [0.3]          # mean and deviation of each feature over the population; one number: of all alike
///   feature_deviation = [0.2]
///   knows_table_columns = false   # what each column of a table means: its categories, its range
///   knows_public_data = false     # examples of the same kind that belong to nobody here
struct ThreatModel {
  Observer observer = Observer::honest_but_curious_coordinator;
  View observes = View::one_update;
  Crafts crafts = Crafts::nothing;
  bool knows_labels = false;
  bool knows_batch_size = true;
  bool knows_learning_rate = true;
  bool knows_local_steps = true;
  bool knows_pipeline = true;
  bool knows_normalisation_statistics = false;
  bool knows_feature_bounds = true;
  std::optional<Bounds> feature_bounds;  ///< only if knows_feature_bounds
  bool features_are_angles = false;
  std::vector<double> feature_mean, feature_deviation;  ///< both or neither; [1] or [features]; deviations positive
  bool knows_table_columns = false;
  bool knows_public_data = false;

  static ThreatModel from_config(ConfigTable section);
  /// An observer with what it sees and crafts unless something else is said.
  static ThreatModel of(Observer observer);

  /// Fills in what the features keep by construction, unless the threat model denies or already names their bounds.
  void offer_feature_bounds(const Bounds& bounds, bool angles);

  /// Whether somebody departs from the protocol.
  bool is_malicious() const noexcept { return crafts != Crafts::nothing; }
  bool grants(Need need) const noexcept;
  /// Throws Error(configuration) with one sentence that names the part, the first need denied, and the observer.
  void require(Need need, std::string_view part) const;
  void require(std::span<const Need> needs, std::string_view part) const;
  /// One row a fact: what it is, and what the attacker knows of it.
  std::vector<std::pair<std::string, std::string>> rows() const;
  /// The rows as aligned text, one a line.
  std::string table() const;
};

}  // namespace tacit::attacks
