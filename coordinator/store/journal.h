#pragma once

#include <filesystem>

#include "coordinator/store/sqlite.h"
#include "coordinator/store/store.h"

namespace tacit::coordinator {

/// The Store in one SQLite file: write-ahead log, synchronous=FULL, so that `commit` returns after an fsync.
/// Others may read the file at any time (Mode::read_only); only one process writes (run_folder.h holds the lock).
class Journal : public Store {
 public:
  /// Opens or creates. Throws Error(data) if the file is not a journal or is of another version, Error(io) otherwise.
  explicit Journal(const std::filesystem::path& file, Sqlite::Mode mode = Sqlite::Mode::read_write);
  ~Journal() override;

  std::optional<StoredRun> run() override;
  void create_run(const StoredRun& run) override;
  void set_state(RunState state, const std::string& outcome) override;
  void set_recording_bytes(std::uint64_t bytes) override;
  std::vector<StoredMember> members() override;
  void put_member(const StoredMember& member) override;
  void put_model(std::uint32_t round, std::span<const std::byte> bytes) override;
  std::vector<std::byte> model(std::uint32_t round) override;
  std::vector<StoredRound> rounds() override;
  void open_round(const StoredRound& round) override;
  void set_traffic(std::uint32_t round, const RoundTraffic& traffic) override;
  void close_round(std::uint32_t round, const RoundSummary& summary) override;
  std::vector<StoredUpdate> updates(std::uint32_t round) override;
  std::optional<StoredUpdate> update(std::uint32_t round, const std::string& client) override;
  void put_update(std::uint32_t round, const std::string& client, const v1::UpdateHeader& header) override;
  void drop_update(std::uint32_t round, const std::string& client) override;
  void put_chunk(std::uint32_t round, const std::string& client, std::uint32_t position,
                 std::span<const std::byte> data) override;
  std::vector<std::byte> update_bytes(std::uint32_t round, const std::string& client) override;
  void accept_update(std::uint32_t round, const std::string& client, std::uint32_t accepted) override;
  void commit() override;

 private:
  void begin();
  void check_version(Sqlite::Mode mode);
  std::vector<std::string> cohort(std::uint32_t round);
  StoredUpdate read_update(SqliteQuery& row, std::uint32_t round);

  Sqlite database_;
  bool writing_ = false;
};

}  // namespace tacit::coordinator
