#include "coordinator/store/journal.h"
#include "core/error.h"
#include "proto/bytes.h"

namespace tacit::coordinator {
namespace {

std::int64_t integer(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

RoundSummary read_summary(SqliteQuery& row) {
  RoundSummary summary;
  summary.updates = static_cast<std::uint32_t>(row.integer());
  summary.examples = static_cast<std::uint64_t>(row.integer());
  summary.training_loss = row.real();
  summary.loss = row.real();
  summary.accuracy = row.real();
  summary.rmse = row.real();
  summary.r_squared = row.real();
  summary.seconds = row.real();
  return summary;
}

}  // namespace

std::vector<std::string> Journal::cohort(std::uint32_t round) {
  std::vector<std::string> clients;
  SqliteQuery row = database_.query("SELECT client FROM cohorts WHERE round = ? ORDER BY client");
  row.bind(integer(round));
  while (row.step()) clients.push_back(row.text());
  return clients;
}

std::vector<StoredRound> Journal::rounds() {
  std::vector<StoredRound> rounds;
  SqliteQuery row = database_.query(
      "SELECT round, model_hash, started, bytes_up, bytes_down, closed, updates, examples, training_loss, loss, "
      "accuracy, rmse, r_squared, seconds FROM rounds ORDER BY round");
  while (row.step()) {
    StoredRound& round = rounds.emplace_back();
    round.round = static_cast<std::uint32_t>(row.integer());
    round.model_hash = wire::to_digest(row.bytes(), "journal: rounds.model_hash");
    round.started = row.real();
    round.traffic.bytes_up = static_cast<std::uint64_t>(row.integer());
    round.traffic.bytes_down = static_cast<std::uint64_t>(row.integer());
    if (row.integer() != 0) round.summary = read_summary(row);
  }
  for (StoredRound& round : rounds) round.cohort = cohort(round.round);
  return rounds;
}

void Journal::open_round(const StoredRound& round) {
  begin();
  database_.query("INSERT INTO rounds (round, model_hash, started, bytes_up, bytes_down) VALUES (?, ?, ?, ?, ?)")
      .bind(integer(round.round))
      .bind(std::as_bytes(std::span(round.model_hash)))
      .bind(round.started)
      .bind(integer(round.traffic.bytes_up))
      .bind(integer(round.traffic.bytes_down))
      .run();
  for (const std::string& client : round.cohort)
    database_.query("INSERT INTO cohorts VALUES (?, ?)").bind(integer(round.round)).bind(client).run();
}

void Journal::set_traffic(std::uint32_t round, const RoundTraffic& traffic) {
  begin();
  database_.query("UPDATE rounds SET bytes_up = ?, bytes_down = ? WHERE round = ?")
      .bind(integer(traffic.bytes_up))
      .bind(integer(traffic.bytes_down))
      .bind(integer(round))
      .run();
}

void Journal::close_round(std::uint32_t round, const RoundSummary& summary) {
  begin();
  database_
      .query(
          "UPDATE rounds SET closed = 1, updates = ?, examples = ?, training_loss = ?, loss = ?, accuracy = ?, "
          "rmse = ?, r_squared = ?, seconds = ? WHERE round = ?")
      .bind(integer(summary.updates))
      .bind(integer(summary.examples))
      .bind(summary.training_loss)
      .bind(summary.loss)
      .bind(summary.accuracy)
      .bind(summary.rmse)
      .bind(summary.r_squared)
      .bind(summary.seconds)
      .bind(integer(round))
      .run();
  database_.query("DELETE FROM chunks WHERE round <= ?").bind(integer(round)).run();
  database_.query("DELETE FROM updates WHERE round <= ? AND accepted = 0").bind(integer(round)).run();
}

StoredUpdate Journal::read_update(SqliteQuery& row, std::uint32_t round) {
  StoredUpdate update;
  update.client = row.text();
  if (!update.header.ParseFromString(row.bytes()))
    fail(ErrorKind::data, "{}: the update of {} in round {} is damaged", database_.file(), update.client, round);
  update.accepted = static_cast<std::uint32_t>(row.integer());
  SqliteQuery chunk = database_.query("SELECT position FROM chunks WHERE round = ? AND client = ? ORDER BY position");
  chunk.bind(integer(round)).bind(update.client);
  while (chunk.step()) update.chunks.push_back(static_cast<std::uint32_t>(chunk.integer()));
  return update;
}

std::vector<StoredUpdate> Journal::updates(std::uint32_t round) {
  std::vector<StoredUpdate> updates;
  SqliteQuery row = database_.query("SELECT client, header, accepted FROM updates WHERE round = ? ORDER BY client");
  row.bind(integer(round));
  while (row.step()) updates.push_back(read_update(row, round));
  return updates;
}

std::optional<StoredUpdate> Journal::update(std::uint32_t round, const std::string& client) {
  SqliteQuery row = database_.query("SELECT client, header, accepted FROM updates WHERE round = ? AND client = ?");
  row.bind(integer(round)).bind(client);
  if (!row.step()) return {};
  return read_update(row, round);
}

void Journal::put_update(std::uint32_t round, const std::string& client, const v1::UpdateHeader& header) {
  drop_update(round, client);
  const std::string bytes = header.SerializeAsString();
  database_.query("INSERT INTO updates VALUES (?, ?, ?, 0)")
      .bind(integer(round))
      .bind(client)
      .bind(wire::as_bytes(bytes))
      .run();
}

void Journal::drop_update(std::uint32_t round, const std::string& client) {
  begin();
  database_.query("DELETE FROM updates WHERE round = ? AND client = ? AND accepted = 0")
      .bind(integer(round))
      .bind(client)
      .run();
  // An accepted update keeps its chunks whatever the caller believes.
  database_
      .query(
          "DELETE FROM chunks WHERE round = ?1 AND client = ?2 AND NOT EXISTS "
          "(SELECT 1 FROM updates WHERE round = ?1 AND client = ?2)")
      .bind(integer(round))
      .bind(client)
      .run();
}

void Journal::put_chunk(std::uint32_t round, const std::string& client, std::uint32_t position,
                        std::span<const std::byte> data) {
  begin();
  database_.query("INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?)")
      .bind(integer(round))
      .bind(client)
      .bind(integer(position))
      .bind(data)
      .run();
}

std::vector<std::byte> Journal::update_bytes(std::uint32_t round, const std::string& client) {
  std::vector<std::byte> bytes;
  SqliteQuery row = database_.query("SELECT data FROM chunks WHERE round = ? AND client = ? ORDER BY position");
  row.bind(integer(round)).bind(client);
  while (row.step()) row.append_bytes(bytes);
  return bytes;
}

void Journal::accept_update(std::uint32_t round, const std::string& client, std::uint32_t accepted) {
  begin();
  database_.query("UPDATE updates SET accepted = ? WHERE round = ? AND client = ?")
      .bind(integer(accepted))
      .bind(integer(round))
      .bind(client)
      .run();
}

}  // namespace tacit::coordinator
