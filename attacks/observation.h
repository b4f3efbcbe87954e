#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/digest.h"
#include "core/parameters.h"

namespace tacit::attacks {

/// What every member of a run was told before the first round.
struct RunDescription {
  std::string run;
  std::string model_toml;     ///< the [model] section
  std::string training_toml;  ///< the [training] section
  std::string pipeline_toml;  ///< the [update] section
  Shape input_shape;          ///< of one example
  std::size_t classes = 0;    ///< 0 where targets are real numbers
  std::size_t targets = 0;    ///< real numbers asked of an example; 0 where it has a label
  std::string audit{};        ///< what the coordinator says that it crafts, in words; empty in every honest run
};

/// What the numbers of an update are.
enum class UpdateKind {
  delta,     ///< parameters after local training minus before
  gradient,  ///< mean gradient over the examples
};

/// Whose doing the numbers of an observation are.
enum class Scope {
  client,        ///< one client's update
  aggregate,     ///< the mean of a round's updates, weighted by examples: all that secure aggregation lets through
  global_change  ///< the next round's global model minus this round's: what every member can see
};

/// An update as it crossed the wire, and the model it answers to (promise P3). Made from a recording and from nothing
/// else: no data set, label, seed or object of the training side reaches the inside. The only other ways to one are
/// to replace the update of an existing one, for controls, and to take the mean of several.
class Observation {
 public:
  /// Everything there is. All of it was sent.
  struct Contents {
    RunDescription run;
    std::uint32_t round = 0;
    std::string client;  ///< certificate identity; of several, their names
    Parameters model;    ///< sent to the client
    UpdateKind kind = UpdateKind::delta;
    std::vector<float> update;   ///< [model.size()], chunks joined and the encoding taken off
    std::uint64_t examples = 0;  ///< weight that was declared; 0 where nobody said
    double training_loss = 0;    ///< mean loss that the client declared
    Scope scope = Scope::client;
  };

  /// Reads one update of a recording. Throws Error(io) if the file cannot be read; Error(data) naming file and reason
  /// if it is damaged or cut off, comes from another version, holds a model that this version builds differently, or
  /// lacks this update.
  static Observation read(const std::filesystem::path& recording, std::uint32_t round, const std::string& client);
  /// All updates of one client, in the order of rounds; at least one. Throws as read.
  static std::vector<Observation> read_rounds(const std::filesystem::path& recording, const std::string& client);
  /// The mean of all updates of one round. Throws as read.
  static Observation read_aggregate(const std::filesystem::path& recording, std::uint32_t round);
  /// What the global model of the next recorded round differs by, as a delta of unknown scale and number of examples.
  /// Throws as read, also if no later round was recorded.
  static Observation read_global_change(const std::filesystem::path& recording, std::uint32_t round);
  /// The mean of updates of one round, weighted by examples and summed in this order, with the model that the first of
  /// them answers to. A sender of other models to other clients knows which it sent. Throws Error(usage) if there are
  /// none, or they are of several runs, rounds or kinds, or are no updates of single clients.
  static Observation mean_of(std::span<const Observation> updates);
  /// Every update of a recording, in its order. Throws as read.
  static std::vector<Observation> read_all(const std::filesystem::path& recording);

  const RunDescription& run() const noexcept { return contents_.run; }
  std::uint32_t round() const noexcept { return contents_.round; }
  const std::string& client() const noexcept { return contents_.client; }
  const Parameters& model() const noexcept { return contents_.model; }
  UpdateKind kind() const noexcept { return contents_.kind; }
  const std::vector<float>& update() const noexcept { return contents_.update; }
  std::uint64_t examples() const noexcept { return contents_.examples; }
  double training_loss() const noexcept { return contents_.training_loss; }
  Scope scope() const noexcept { return contents_.scope; }
  const Contents& contents() const noexcept { return contents_; }

  /// The same observation with another update of the same size: a control that says what an attack makes of it.
  Observation with_update(std::vector<float> update) const;
  /// All contents as bytes: equal bytes are equal observations.
  std::string serialize() const;

 private:
  explicit Observation(Contents contents) : contents_(std::move(contents)) {}
  Contents contents_;
};

/// One update that a recording holds.
struct RecordedUpdate {
  std::uint32_t round = 0;
  std::string client;
  UpdateKind kind = UpdateKind::delta;
  std::uint64_t examples = 0;
};

/// All updates of a recording in the order in which they were recorded. Throws as Observation::read.
std::vector<RecordedUpdate> list_updates(const std::filesystem::path& recording);

}  // namespace tacit::attacks
