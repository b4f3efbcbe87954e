#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config.h"

namespace tacit::models {

/// Groups of clients that train with settings of their own in one run: slow machines that do one epoch where others do
/// five, small memories with small batches. Part of the [training] section, which every member and every observer of a
/// run is told, so all of them know who trains how:
///
///   [training]
///   local_epochs = 5
///   cohort_seed = 0                     # other seeds draw other members for shares
///   [[training.cohorts]]
///   name = "slow"
///   share = 0.3                         # so much of all clients, each drawn by its name
///   local_epochs = 1                    # any key of [training] but algorithm, in place of the section's own
///   [[training.cohorts]]
///   name = "small"
///   clients = ["client-2", "client-7"]  # or these, by the names of their certificates
///   batch_size = 8
///
/// A client that is named belongs to that cohort. Of the others, client c belongs to the cohort within whose part of
/// [0, 1), shares laid end to end in the order of the file, lies the number u(c) that the first 53 bits of
/// SHA-256("cohort_seed:name") make; beyond the last share it has the section's own settings. So the cohort is a
/// function of the text and the client's name alone, whoever joins when; a share is met on average, not exactly.
class TrainingCohorts {
 public:
  /// Reads the keys `cohorts` and `cohort_seed` of a [training] section; whether the settings of each cohort are valid
  /// is for their reader. Throws Error(configuration) with file, line and key: a cohort without a name of its own, with
  /// both share and clients or neither, with no setting or a forbidden one; shares of more than 1; a client named
  /// twice.
  explicit TrainingCohorts(ConfigTable& section);

  bool empty() const noexcept { return cohorts_.empty(); }
  /// In the order of the file.
  std::vector<std::string> names() const;
  /// The clients that are named anywhere, in the order of the file.
  std::vector<std::string> named_clients() const;
  /// Number of the cohort of a client, names().size() for none.
  std::size_t of(const std::string& client) const;
  /// The section without cohorts, with the settings of cohort number `cohort` in place; of none as it is.
  ConfigTable settings(const ConfigTable& section, std::size_t cohort) const;

 private:
  struct Cohort {
    std::string name;
    double share = 0;  ///< 0 where clients are named
    std::vector<std::string> clients;
    ConfigTable settings;
  };
  std::vector<Cohort> cohorts_;
  std::int64_t seed_ = 0;
};

}  // namespace tacit::models
