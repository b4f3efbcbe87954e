#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attacks/bounds.h"
#include "core/config.h"

namespace tacit::attacks {

/// Where the attacker stands, and so which messages can be seen.
enum class Observer {
  honest_but_curious_coordinator,  ///< follows the protocol and keeps every message of every client
  eavesdropper,                    ///< reads the connection of the client under attack: a link without TLS, or its keys
  member,                          ///< another client: sees the run description and each global model, no update
};

/// Something that a part of an attack uses and the threat model may deny.
enum class Need { individual_update, labels, batch_size, learning_rate, local_steps, feature_bounds };

std::string_view to_string(Observer observer) noexcept;
std::string_view to_string(Need need) noexcept;

/// What the attacker is allowed to know beyond the recorded messages. Everything not granted is denied.
///
///   [threat_model]
///   observer = "honest_but_curious_coordinator"   # eavesdropper, member
///   knows_labels = false
///   knows_batch_size = true       # how many examples made the update
///   knows_learning_rate = true
///   knows_local_steps = true      # epochs and batch size of local training
///   knows_feature_bounds = true   # the range that all features keep
///   feature_bounds = [0.0, 1.0]   # absent: whoever runs the attack may fill in what the data keep by construction
///   features_are_angles = false   # features count modulo 2 pi
struct ThreatModel {
  Observer observer = Observer::honest_but_curious_coordinator;
  bool knows_labels = false;
  bool knows_batch_size = true;
  bool knows_learning_rate = true;
  bool knows_local_steps = true;
  bool knows_feature_bounds = true;
  std::optional<Bounds> feature_bounds;  ///< only if knows_feature_bounds
  bool features_are_angles = false;

  static ThreatModel from_config(ConfigTable section);

  /// Fills in what the features keep by construction, unless the threat model denies or already names their bounds.
  void offer_feature_bounds(const Bounds& bounds, bool angles);

  bool grants(Need need) const noexcept;
  /// Throws Error(configuration) with one sentence that names the part, the need and the observer.
  void require(Need need, std::string_view part) const;
  /// One row a fact: what it is, and what the attacker knows of it.
  std::vector<std::pair<std::string, std::string>> rows() const;
  /// The rows as aligned text, one a line.
  std::string table() const;
};

}  // namespace tacit::attacks
