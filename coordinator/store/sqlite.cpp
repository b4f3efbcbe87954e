#include "coordinator/store/sqlite.h"

#include <sqlite3.h>

#include <limits>

#include "core/error.h"

namespace tacit::coordinator {
namespace {

[[noreturn]] void refuse(sqlite3* database, int code, const std::string& file) {
  const char* reason = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  const ErrorKind kind = (code & 0xff) == SQLITE_FULL ? ErrorKind::resource : ErrorKind::io;
  fail(kind, "{}: SQLite: {} (code {})", file, reason, code);
}

}  // namespace

SqliteQuery::SqliteQuery(sqlite3* database, sqlite3_stmt* statement, const std::string& file)
    : database_(database), statement_(statement), file_(file) {}

SqliteQuery::~SqliteQuery() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void SqliteQuery::check(int code) {
  if (code != SQLITE_OK) refuse(database_, code, file_);
}

SqliteQuery& SqliteQuery::bind(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, ++parameter_, value));
  return *this;
}
SqliteQuery& SqliteQuery::bind(double value) {
  check(sqlite3_bind_double(statement_, ++parameter_, value));
  return *this;
}
SqliteQuery& SqliteQuery::bind(std::string_view text) {
  check(sqlite3_bind_text64(statement_, ++parameter_, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}
SqliteQuery& SqliteQuery::bind(std::span<const std::byte> blob) {
  // A null pointer would bind NULL, not an empty blob.
  const void* data = blob.empty() ? static_cast<const void*>("") : blob.data();
  check(sqlite3_bind_blob64(statement_, ++parameter_, data, blob.size(), SQLITE_STATIC));
  return *this;
}
SqliteQuery& SqliteQuery::bind_null() {
  check(sqlite3_bind_null(statement_, ++parameter_));
  return *this;
}

bool SqliteQuery::step() {
  column_ = 0;
  const int code = sqlite3_step(statement_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) refuse(database_, code, file_);
  return code == SQLITE_ROW;
}

void SqliteQuery::run() {
  while (step()) {
  }
}

std::int64_t SqliteQuery::integer() {
  return sqlite3_column_int64(statement_, column_++);
}
double SqliteQuery::real() {
  // SQLite keeps NaN as NULL.
  if (next_is_null()) return ++column_, std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(statement_, column_++);
}
std::string SqliteQuery::text() {
  return bytes();
}

std::string SqliteQuery::bytes() {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column_));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_++));
  return size == 0 ? std::string() : std::string(data, size);
}

void SqliteQuery::append_bytes(std::vector<std::byte>& to) {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column_));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_++));
  if (size != 0) to.insert(to.end(), data, data + size);
}

bool SqliteQuery::next_is_null() const {
  return sqlite3_column_type(statement_, column_) == SQLITE_NULL;
}

Sqlite::Sqlite(const std::filesystem::path& file, Mode mode, int busy_timeout_ms) : file_(file.string()) {
  const int flags = (mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                    SQLITE_OPEN_FULLMUTEX;
  const int code = sqlite3_open_v2(file_.c_str(), &database_, flags, nullptr);
  try {
    if (code != SQLITE_OK) refuse(database_, code, file_);
    sqlite3_extended_result_codes(database_, 1);
    sqlite3_busy_timeout(database_, busy_timeout_ms);
  } catch (...) {
    sqlite3_close_v2(database_);
    throw;
  }
}

Sqlite::~Sqlite() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(database_);
}

SqliteQuery Sqlite::query(const char* sql) {
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr) {
    const int code = sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) refuse(database_, code, file_);
  }
  return {database_, statement, file_};
}

void Sqlite::script(const char* sql) {
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) refuse(database_, code, file_);
}

}  // namespace tacit::coordinator
