#include "coordinator/store/journal.h"

#include "coordinator/store/journal_schema.h"
#include "core/error.h"
#include "core/log.h"
#include "proto/bytes.h"

namespace tacit::coordinator {
namespace {

// SQLite refuses values of a gigabyte; models are kept in pieces far below.
constexpr std::size_t piece_bytes = std::size_t{4} << 20;

std::span<const std::byte> raw(const Digest& digest) {
  return std::as_bytes(std::span(digest));
}
std::int64_t integer(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

}  // namespace

const char* to_string(RunState state) noexcept {
  switch (state) {
    case RunState::joining:
      return "joining";
    case RunState::running:
      return "running";
    case RunState::finished:
      return "finished";
    case RunState::failed:
      return "failed";
  }
  return "unknown";
}

Journal::Journal(const std::filesystem::path& file, Sqlite::Mode mode) : database_(file, mode) {
  check_version(mode);
  if (mode == Sqlite::Mode::read_only) return;
  database_.script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864;");
}

Journal::~Journal() {
  if (writing_) log::debug("{}: closed with writes that were never committed", database_.file());
}

void Journal::check_version(Sqlite::Mode mode) {
  const auto pragma = [this](const char* sql) {
    SqliteQuery query = database_.query(sql);
    return query.step() ? query.integer() : 0;
  };
  try {
    const bool blank = pragma("SELECT count(*) FROM sqlite_schema") == 0;
    if (blank && mode == Sqlite::Mode::read_write) {
      // One transaction: a crash leaves a blank file or a whole layout.
      database_.script("PRAGMA page_size=16384");
      database_.script(fmt::format("BEGIN IMMEDIATE; {} PRAGMA application_id={}; PRAGMA user_version={}; COMMIT;",
                                   journal_schema, journal_application_id, journal_version)
                           .c_str());
    }
    if (pragma("PRAGMA application_id") != journal_application_id)
      fail(ErrorKind::data, "{}: not a journal of a Tacit run", database_.file());
  } catch (const Error& error) {
    // Code 26, "file is not a database", comes from the first read.
    if (std::string_view(error.what()).find("not a database") == std::string_view::npos) throw;
    fail(ErrorKind::data, "{}: not a journal of a Tacit run", database_.file());
  }
  if (const std::int64_t version = pragma("PRAGMA user_version"); version != journal_version)
    fail(ErrorKind::data, "{}: a journal of version {}; this program reads version {}", database_.file(), version,
         journal_version);
}

void Journal::begin() {
  if (writing_) return;
  database_.query("BEGIN IMMEDIATE").run();
  writing_ = true;
}

void Journal::commit() {
  if (!writing_) return;
  writing_ = false;
  try {
    database_.query("COMMIT").run();
  } catch (const Error&) {
    try {
      database_.query("ROLLBACK").run();
    } catch (const Error&) {
      // SQLite has rolled back by itself.
    }
    throw;
  }
}

std::optional<StoredRun> Journal::run() {
  SqliteQuery row = database_.query(
      "SELECT id, configuration_hash, schema_hash, rounds, state, outcome, started, recording_bytes FROM run");
  if (!row.step()) return {};
  StoredRun run;
  run.id = row.text();
  run.configuration_hash = wire::to_digest(row.bytes(), "journal: run.configuration_hash");
  run.schema_hash = wire::to_digest(row.bytes(), "journal: run.schema_hash");
  run.rounds = static_cast<std::uint32_t>(row.integer());
  run.state = static_cast<RunState>(row.integer());
  run.outcome = row.text();
  run.started = row.real();
  run.recording_bytes = static_cast<std::uint64_t>(row.integer());
  return run;
}

void Journal::create_run(const StoredRun& run) {
  begin();
  database_.query("INSERT INTO run VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(run.id)
      .bind(raw(run.configuration_hash))
      .bind(raw(run.schema_hash))
      .bind(integer(run.rounds))
      .bind(static_cast<std::int64_t>(run.state))
      .bind(run.outcome)
      .bind(run.started)
      .bind(integer(run.recording_bytes))
      .run();
}

void Journal::set_state(RunState state, const std::string& outcome) {
  begin();
  database_.query("UPDATE run SET state = ?, outcome = ?").bind(static_cast<std::int64_t>(state)).bind(outcome).run();
}

void Journal::set_recording_bytes(std::uint64_t bytes) {
  begin();
  database_.query("UPDATE run SET recording_bytes = ?").bind(integer(bytes)).run();
}

std::vector<StoredMember> Journal::members() {
  std::vector<StoredMember> members;
  SqliteQuery row = database_.query("SELECT name, examples, software_version FROM members ORDER BY name");
  while (row.step()) {
    StoredMember& member = members.emplace_back();
    member.name = row.text();
    member.examples = static_cast<std::uint64_t>(row.integer());
    member.software_version = row.text();
  }
  return members;
}

void Journal::put_member(const StoredMember& member) {
  begin();
  database_.query("INSERT OR REPLACE INTO members VALUES (?, ?, ?)")
      .bind(member.name)
      .bind(integer(member.examples))
      .bind(member.software_version)
      .run();
}

void Journal::put_model(std::uint32_t round, std::span<const std::byte> bytes) {
  begin();
  database_.query("DELETE FROM models").run();
  for (std::size_t position = 0; position * piece_bytes < bytes.size(); ++position) {
    const std::size_t offset = position * piece_bytes;
    database_.query("INSERT INTO models VALUES (?, ?, ?)")
        .bind(integer(round))
        .bind(integer(position))
        .bind(bytes.subspan(offset, std::min(piece_bytes, bytes.size() - offset)))
        .run();
  }
}

std::vector<std::byte> Journal::model(std::uint32_t round) {
  std::vector<std::byte> bytes;
  SqliteQuery row = database_.query("SELECT data FROM models WHERE round = ? ORDER BY position");
  row.bind(integer(round));
  while (row.step()) row.append_bytes(bytes);
  return bytes;
}

}  // namespace tacit::coordinator
