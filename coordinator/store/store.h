#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/digest.h"
#include "tacit/v1/coordinator.pb.h"

namespace tacit::coordinator {

enum class RunState { joining, running, finished, failed };
const char* to_string(RunState state) noexcept;

struct StoredRun {
  std::string id;
  Digest configuration_hash{};
  Digest schema_hash{};
  std::uint32_t rounds = 0;  ///< planned
  RunState state = RunState::joining;
  std::string outcome{};              ///< "complete" or "failed: ..."; empty before the end
  double started = 0;                 ///< seconds since 1970 UTC
  std::uint64_t recording_bytes = 0;  ///< length of the recording after its last durable flush
};

struct StoredMember {
  std::string name;
  std::uint64_t examples = 0;
  std::string software_version;
};

/// What is known of a round when it is closed.
struct RoundSummary {
  std::uint32_t updates = 0;                                    ///< that counted
  std::uint64_t examples = 0;                                   ///< their weights together
  double training_loss = 0;                                     ///< mean of what clients reported, weighted by examples
  double loss = 0;                                              ///< of the new model on the evaluation data
  double accuracy = 0;                                          ///< likewise; NaN for regression
  double rmse = std::numeric_limits<double>::quiet_NaN();       ///< likewise; NaN unless for regression
  double r_squared = std::numeric_limits<double>::quiet_NaN();  ///< likewise
  double seconds = 0;                                           ///< from opening to closing, down times included
};

/// Payload bytes of a round as they crossed the wire, repeats included: chunks and update headers up, model
/// announcements and chunks down. Framing, TLS and small calls do not count;
/// what was counted after the last commit before a kill is forgotten.
struct RoundTraffic {
  std::uint64_t bytes_up = 0;
  std::uint64_t bytes_down = 0;
  bool operator==(const RoundTraffic&) const = default;
};

struct StoredRound {
  std::uint32_t round = 0;
  Digest model_hash{};                ///< of the model that it starts from
  std::vector<std::string> cohort{};  ///< sorted
  double started = 0;
  RoundTraffic traffic{};
  std::optional<RoundSummary> summary{};  ///< there once the round is closed
};

struct StoredUpdate {
  std::string client;
  v1::UpdateHeader header;
  std::vector<std::uint32_t> chunks;  ///< positions stored, ascending; none any more once the round is closed
  std::uint32_t accepted = 0;         ///< 1, 2, ... in order of commitment; 0 is not committed
};

/// The durable memory of one run. Writes are grouped: they take effect for readers of this object at once, and are on
/// the disk, all or none, when `commit` returns. After a kill at any instant a new Store on the same place has exactly
/// what was committed. Every function may throw Error(io), or Error(resource) when the disk is full; what was not
/// committed is then gone. Used from one thread at a time.
class Store {
 public:
  virtual ~Store() = default;

  virtual std::optional<StoredRun> run() = 0;
  virtual void create_run(const StoredRun& run) = 0;
  virtual void set_state(RunState state, const std::string& outcome) = 0;
  virtual void set_recording_bytes(std::uint64_t bytes) = 0;

  virtual std::vector<StoredMember> members() = 0;  ///< sorted by name
  virtual void put_member(const StoredMember& member) = 0;

  /// The model that round `round` starts from; round rounds + 1 is the final one. Only the newest is kept.
  virtual void put_model(std::uint32_t round, std::span<const std::byte> bytes) = 0;
  virtual std::vector<std::byte> model(std::uint32_t round) = 0;

  virtual std::vector<StoredRound> rounds() = 0;  ///< in order
  virtual void open_round(const StoredRound& round) = 0;
  virtual void set_traffic(std::uint32_t round, const RoundTraffic& traffic) = 0;
  /// Closes the round and drops the chunks of its updates; their headers stay, as receipts.
  virtual void close_round(std::uint32_t round, const RoundSummary& summary) = 0;

  virtual std::vector<StoredUpdate> updates(std::uint32_t round) = 0;  ///< sorted by client
  virtual std::optional<StoredUpdate> update(std::uint32_t round, const std::string& client) = 0;
  /// Announces an update; replaces one that was not committed, with its chunks.
  virtual void put_update(std::uint32_t round, const std::string& client, const v1::UpdateHeader& header) = 0;
  virtual void drop_update(std::uint32_t round, const std::string& client) = 0;
  virtual void put_chunk(std::uint32_t round, const std::string& client, std::uint32_t position,
                         std::span<const std::byte> data) = 0;
  /// The chunks of one update, joined in order.
  virtual std::vector<std::byte> update_bytes(std::uint32_t round, const std::string& client) = 0;
  virtual void accept_update(std::uint32_t round, const std::string& client, std::uint32_t accepted) = 0;

  virtual void commit() = 0;
};

}  // namespace tacit::coordinator
