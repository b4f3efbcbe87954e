#include "core/files.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "core/expect_error.h"

namespace tacit {
namespace {

namespace fs = std::filesystem;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(Files, WhatWasWrittenIsReadBack) {
  const TemporaryFolder folder;
  std::string content(100000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31);
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4096}, content.size()}) {
    const std::string part = content.substr(0, size);
    write_atomically(folder.path() / "a", part);
    EXPECT_EQ(read_text(folder.path() / "a"), part);
    const std::vector<std::byte> bytes = read_bytes(folder.path() / "a");
    EXPECT_EQ(bytes.size(), size);
    EXPECT_TRUE(bytes.empty() || std::memcmp(bytes.data(), part.data(), size) == 0);
    write_atomically(folder.path() / "b", bytes);
    EXPECT_EQ(read_text(folder.path() / "b"), part);
  }
  EXPECT_EQ(entries(folder.path()), 2u);
}

TEST(Files, ModeIsExactWhateverTheUmask) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "key";
  for (unsigned mode : {0600u, 0644u, 0666u}) {
    write_atomically(file, "secret", mode);
    struct stat status {};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u, mode);
  }
}

TEST(Files, ReadingRefusesWhatIsNotThere) {
  const TemporaryFolder folder;
  expect_error([&] { read_text(folder.path() / "absent"); }, ErrorKind::io, {"absent", "No such file"});
  expect_error([&] { read_bytes(folder.path()); }, ErrorKind::io,
               {folder.path().string(), "is a folder, expected a file"});
}

TEST(Files, ReadingRefusesWhatIsTooLarge) {
  const TemporaryFolder folder;
  write_atomically(folder.path() / "a", std::string(11, 'x'));
  EXPECT_EQ(read_text(folder.path() / "a", 11).size(), 11u);
  expect_error([&] { read_text(folder.path() / "a", 10); }, ErrorKind::data, {"/a", "10 bytes"});
  // A device announces no size and never ends.
  expect_error([] { read_bytes("/dev/zero", 5000); }, ErrorKind::data, {"/dev/zero", "5000 bytes"});
}

TEST(Files, ReadsFilesThatAnnounceNoSize) {
  EXPECT_FALSE(read_text("/proc/self/status").empty());
}

TEST(Files, WritingRefusesAMissingFolderAndAFolderAsTarget) {
  const TemporaryFolder folder;
  expect_error([&] { write_atomically(folder.path() / "no" / "a", "x"); }, ErrorKind::io,
               {"no/a", "No such file or directory"});
  expect_error([&] { write_atomically(folder.path() / "", "x"); }, ErrorKind::io, {"names no file"});
  fs::create_directory(folder.path() / "sub");
  expect_error([&] { write_atomically(folder.path() / "sub", "x"); }, ErrorKind::io, {"sub"});
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(Files, WritingLeavesPipesAndDevicesInTheirPlaces) {
  const TemporaryFolder folder;
  const fs::path pipe = folder.path() / "pipe", link = folder.path() / "link";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  fs::create_symlink("/dev/null", link);
  for (const fs::path& file : {pipe, link})
    expect_error([&] { write_atomically(file, "x"); }, ErrorKind::io, {file.string(), "device"});
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(entries(folder.path()), 2u);
}

/// While it lives, the kernel refuses to let any file of this process grow beyond `bytes`, as a full disk would.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST(Files, AWriteThatFailsHalfwayLeavesTheOldContentAndNoDebris) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "a";
  write_atomically(file, "old");
  {
    const FileSizeLimit limit(4096);
    expect_error([&] { write_atomically(file, std::string(100000, 'n')); }, ErrorKind::io, {"/a", "File too large"});
  }
  EXPECT_EQ(read_text(file), "old");
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(Files, AReaderSeesOldOrNewNeverAMixture) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "a";
  write_atomically(file, std::string(5000, 'a'));
  std::thread writer([&] {
    for (int i = 1; i <= 100; ++i) write_atomically(file, std::string(5000, i % 2 ? 'b' : 'a'));
  });
  for (int i = 0; i < 300; ++i) {
    const std::string content = read_text(file);
    EXPECT_EQ(content, std::string(5000, content.at(0)));
  }
  writer.join();
}

TEST(TemporaryFolder, IsNewEmptyAndRemoved) {
  fs::path path;
  {
    const TemporaryFolder first("some"), second("some");
    EXPECT_NE(first.path(), second.path());
    EXPECT_EQ(entries(first.path()), 0u);
    path = first.path();
    EXPECT_EQ(path.filename().string().rfind("some-", 0), 0u);
    fs::create_directories(path / "deep" / "er");
    write_atomically(path / "deep" / "er" / "file", "x");
  }
  EXPECT_FALSE(fs::exists(path));
}

/// Sets an environment variable for one scope.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST(ShareFolder, IsTheEnvironmentsElseBesideTheProgramElseAnErrorNamingBoth) {
  const TemporaryFolder folder;
  {
    const Environment setting("TACIT_SHARE", folder.path().string());
    EXPECT_EQ(share_folder(), folder.path());
  }
  const fs::path beside = executable_path().parent_path().parent_path() / "share" / "tacit";
  const Environment setting("TACIT_SHARE", (folder.path() / "absent").string());
  if (fs::is_directory(beside))
    EXPECT_EQ(share_folder(), beside);
  else
    expect_error([] { share_folder(); }, ErrorKind::io, {beside.string(), "absent"});
}

TEST(ExecutablePath, IsThisTestProgram) {
  EXPECT_TRUE(fs::is_regular_file(executable_path()));
  EXPECT_EQ(executable_path().filename(), "core_tests");
}

}  // namespace
}  // namespace tacit
