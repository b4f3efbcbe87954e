#include "core/log.h"

#include <sstream>
#include <thread>

#include "core/expect_error.h"
#include "core/files.h"

namespace tacit::log {
namespace {

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::istringstream text(read_text(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

/// Leaves the process logging as it found it.
class Log : public testing::Test {
 protected:
  ~Log() override { start("tacit", Level::warning); }
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "log";
};

TEST_F(Log, LinesHaveTimeLevelWhoAndMessage) {
  start("client-3", Level::debug, file_);
  debug("one {}", 1);
  info("two {}", "2");
  warning("three");
  error("four {}", 4.5);
  const auto lines = lines_of(file_);
  ASSERT_EQ(lines.size(), 4u);
  const std::string_view rest[] = {" debug client-3 one 1", " info client-3 two 2", " warning client-3 three",
                                   " error client-3 four 4.5"};
  for (std::size_t i = 0; i < 4; ++i) {
    // Every digit of the time counts as a zero.
    std::string time = lines[i].substr(0, lines[i].find(' '));
    EXPECT_EQ(lines[i].substr(time.size()), rest[i]);
    std::replace_if(
        time.begin(), time.end(), [](char c) { return c >= '1' && c <= '9'; }, '0');
    EXPECT_EQ(time, "0000-00-00T00:00:00.000Z");
  }
}

TEST_F(Log, LevelsBelowAreSilentAndOffSilencesAll) {
  start("x", Level::error, file_);
  warning("no");
  error("yes");
  start("x", Level::off, file_);
  error("no");
  write(Level::off, "no");
  EXPECT_EQ(lines_of(file_).size(), 1u);
}

TEST_F(Log, ALaterStartCountsAndAppends) {
  start("first", Level::info, file_);
  info("a");
  start("second", Level::info, file_);
  info("b");
  const auto lines = lines_of(file_);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[1].find("second b"), std::string::npos);
}

TEST_F(Log, WithoutAFileItWritesToStandardError) {
  testing::internal::CaptureStderr();
  start("who", Level::info);
  info("hello");
  EXPECT_NE(testing::internal::GetCapturedStderr().find("info who hello\n"), std::string::npos);
}

// A peer's text must not be able to forge a line or to drive the reader's terminal.
TEST_F(Log, ControlCharactersStayInTheirLine) {
  start("x", Level::info, file_);
  info("{}", "a\nb\x1b[2Jc\r\td\x7f");
  const auto lines = lines_of(file_);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("a\\nb\\x1b[2Jc\\x0d\td\\x7f"), std::string::npos) << lines[0];
}

TEST_F(Log, LinesOfManyThreadsStayWhole) {
  start("x", Level::info, file_);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      for (int i = 0; i < 200; ++i) info("{}", std::string(100, static_cast<char>('a' + t)));
    });
  for (auto& thread : threads) thread.join();
  const auto lines = lines_of(file_);
  EXPECT_EQ(lines.size(), 800u);
  for (const std::string& line : lines) EXPECT_EQ(line.substr(line.size() - 100), std::string(100, line.back()));
}

TEST_F(Log, RefusesAPlaceItCannotWriteAndKeepsTheOldOne) {
  start("x", Level::info, file_);
  write_atomically(folder_.path() / "plain", "");
  expect_error([&] { start("x", Level::info, folder_.path() / "plain" / "log"); }, ErrorKind::io, {"plain/log"});
  info("still here");
  EXPECT_EQ(lines_of(file_).size(), 1u);
}

TEST_F(Log, LevelWords) {
  EXPECT_EQ(level_from_string("debug"), Level::debug);
  EXPECT_EQ(level_from_string("off"), Level::off);
  expect_error([] { level_from_string("loud"); }, ErrorKind::usage, {"'loud'", "debug, info, warning, error, off"});
}

}  // namespace
}  // namespace tacit::log
