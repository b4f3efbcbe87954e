#pragma once

namespace tacit::coordinator {

/// PRAGMA application_id and user_version of a journal: "Taci", and the number of the layout below.
inline constexpr int journal_application_id = 0x54616369;
inline constexpr int journal_version = 2;

inline constexpr const char* journal_schema = R"sql(
CREATE TABLE run (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  id TEXT NOT NULL, configuration_hash BLOB NOT NULL, schema_hash BLOB NOT NULL, rounds INTEGER NOT NULL,
  state INTEGER NOT NULL, outcome TEXT NOT NULL, started REAL NOT NULL, recording_bytes INTEGER NOT NULL);
CREATE TABLE members (
  name TEXT PRIMARY KEY, examples INTEGER NOT NULL, software_version TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE models (
  round INTEGER NOT NULL, position INTEGER NOT NULL, data BLOB NOT NULL, UNIQUE (round, position));
CREATE TABLE rounds (
  round INTEGER PRIMARY KEY, model_hash BLOB NOT NULL, started REAL NOT NULL,
  bytes_up INTEGER NOT NULL, bytes_down INTEGER NOT NULL,
  closed INTEGER NOT NULL DEFAULT 0, updates INTEGER, examples INTEGER, training_loss REAL, loss REAL, accuracy REAL,
  rmse REAL, r_squared REAL, seconds REAL);
CREATE TABLE cohorts (
  round INTEGER NOT NULL, client TEXT NOT NULL, PRIMARY KEY (round, client)) WITHOUT ROWID;
CREATE TABLE updates (
  round INTEGER NOT NULL, client TEXT NOT NULL, header BLOB NOT NULL, accepted INTEGER NOT NULL,
  PRIMARY KEY (round, client)) WITHOUT ROWID;
CREATE TABLE chunks (
  round INTEGER NOT NULL, client TEXT NOT NULL, position INTEGER NOT NULL, data BLOB NOT NULL,
  UNIQUE (round, client, position));
)sql";

}  // namespace tacit::coordinator
