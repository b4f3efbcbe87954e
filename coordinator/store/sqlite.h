#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace tacit::coordinator {

/// A prepared statement at work: bind in order, step, read columns in order. Resets itself on destruction.
/// Every failure is Error(io), or Error(resource) if the disk is full, naming the file.
class SqliteQuery {
 public:
  SqliteQuery(sqlite3* database, sqlite3_stmt* statement, const std::string& file);
  ~SqliteQuery();
  SqliteQuery(const SqliteQuery&) = delete;
  SqliteQuery& operator=(const SqliteQuery&) = delete;

  SqliteQuery& bind(std::int64_t value);
  SqliteQuery& bind(double value);
  SqliteQuery& bind(std::string_view text);
  SqliteQuery& bind(std::span<const std::byte> blob);  ///< must stay valid until the statement has run
  SqliteQuery& bind_null();

  /// True if there is a row; its columns are then read from the first on.
  bool step();
  /// Runs a statement that gives no rows.
  void run();

  std::int64_t integer();
  double real();
  std::string text();
  std::string bytes();
  void append_bytes(std::vector<std::byte>& to);
  bool next_is_null() const;

 private:
  void check(int code);

  sqlite3* database_;
  sqlite3_stmt* statement_;
  const std::string& file_;
  int parameter_ = 0;
  int column_ = 0;
};

/// One connection. Statements are prepared once and kept.
class Sqlite {
 public:
  enum class Mode { read_only, read_write };
  /// Opens, or in read_write mode creates. A lock of another connection is waited for at most `busy_timeout_ms`.
  Sqlite(const std::filesystem::path& file, Mode mode, int busy_timeout_ms = 5000);
  ~Sqlite();
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  /// `sql` is one statement and must be a literal: it is the key under which the statement is kept.
  SqliteQuery query(const char* sql);
  /// Runs several statements without parameters or results.
  void script(const char* sql);
  const std::string& file() const noexcept { return file_; }

 private:
  std::string file_;
  sqlite3* database_ = nullptr;
  std::map<std::string_view, sqlite3_stmt*> statements_;
};

}  // namespace tacit::coordinator
