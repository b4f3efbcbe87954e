#include "coordinator/store/journal.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>

#include "coordinator/run_folder.h"
#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "proto/blob.h"
#include "proto/bytes.h"

namespace tacit::coordinator {
namespace {

std::vector<std::byte> bytes_of(std::uint32_t stream, std::size_t count) {
  RandomStream random(RandomKey{8, Purpose::test, stream, 0});
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
  return bytes;
}

v1::UpdateHeader header_of(std::span<const std::byte> bytes) {
  v1::UpdateHeader header;
  header.set_examples(5);
  *header.mutable_values() = wire::describe_blob(bytes, 100);
  return header;
}

StoredRun example_run() {
  return {.id = "run-1", .configuration_hash = sha256("c"), .schema_hash = sha256("s"), .rounds = 7, .started = 12.5};
}

/// Puts a complete update into the journal: nothing is durable before `commit`.
void store_update(Journal& journal, std::uint32_t round, const std::string& client, std::uint32_t accepted,
                  std::size_t size = 250) {
  const auto bytes = bytes_of(round * 1000 + accepted, size);
  const v1::UpdateHeader header = header_of(bytes);
  journal.put_update(round, client, header);
  for (int i = 0; i < header.values().chunk_sha256_size(); ++i)
    journal.put_chunk(round, client, static_cast<std::uint32_t>(i),
                      wire::chunk_of(bytes, header.values(), static_cast<std::size_t>(i)));
  journal.accept_update(round, client, accepted);
}

class JournalTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "journal.sqlite";
};

TEST_F(JournalTest, GivesBackEverythingAfterReopening) {
  const auto model = bytes_of(1, (std::size_t{9} << 20) + 3);  // several pieces
  {
    Journal journal(file_);
    EXPECT_FALSE(journal.run());
    journal.create_run(example_run());
    journal.put_member({"site-b", 20, "0.1.0"});
    journal.put_member({"site-a", 10, "0.1.0"});
    journal.put_model(3, model);
    journal.open_round({.round = 3, .model_hash = sha256("m"), .cohort = {"site-a", "site-b"}, .started = 99});
    journal.set_traffic(3, {1000, 2000});
    journal.set_state(RunState::running, "");
    journal.set_recording_bytes(4711);
    store_update(journal, 3, "site-b", 1);
    const auto partial = bytes_of(2, 250);
    journal.put_update(3, "site-a", header_of(partial));
    journal.put_chunk(3, "site-a", 2, wire::chunk_of(partial, header_of(partial).values(), 2));
    journal.commit();
  }
  Journal journal(file_);
  const auto run = journal.run();
  ASSERT_TRUE(run);
  EXPECT_EQ(run->id, "run-1");
  EXPECT_EQ(run->configuration_hash, sha256("c"));
  EXPECT_EQ(run->rounds, 7u);
  EXPECT_EQ(run->state, RunState::running);
  EXPECT_EQ(run->recording_bytes, 4711u);
  const auto members = journal.members();
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].name, "site-a");
  EXPECT_EQ(members[1].examples, 20u);
  EXPECT_EQ(journal.model(3), model);
  const auto rounds = journal.rounds();
  ASSERT_EQ(rounds.size(), 1u);
  EXPECT_EQ(rounds[0].cohort, (std::vector<std::string>{"site-a", "site-b"}));
  EXPECT_EQ(rounds[0].traffic, (RoundTraffic{1000, 2000}));
  EXPECT_FALSE(rounds[0].summary);
  const auto updates = journal.updates(3);
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_EQ(updates[0].accepted, 0u);
  EXPECT_EQ(updates[0].chunks, (std::vector<std::uint32_t>{2}));
  EXPECT_EQ(updates[1].accepted, 1u);
  EXPECT_EQ(journal.update_bytes(3, "site-b"), bytes_of(3001, 250));
}

TEST_F(JournalTest, WhatIsNotCommittedIsGoneAsAWhole) {
  {
    Journal journal(file_);
    journal.create_run(example_run());
    journal.commit();
    journal.put_member({"site-a", 10, ""});
    EXPECT_EQ(journal.members().size(), 1u) << "its own writes are visible at once";
  }
  EXPECT_TRUE(Journal(file_).members().empty());
}

TEST_F(JournalTest, ClosingARoundDropsItsChunksAndKeepsItsReceipts) {
  Journal journal(file_);
  journal.create_run(example_run());
  journal.open_round({.round = 1, .cohort = {"a", "b", "c"}});
  store_update(journal, 1, "a", 1, 1 << 20);
  store_update(journal, 1, "b", 2, 1 << 20);
  journal.put_update(1, "c", header_of(bytes_of(4, 10)));
  const RoundSummary summary{.updates = 2, .examples = 30, .training_loss = 0.5, .loss = NAN, .accuracy = 0.75};
  journal.close_round(1, summary);
  journal.commit();
  EXPECT_TRUE(journal.update_bytes(1, "a").empty());
  EXPECT_EQ(journal.update(1, "b")->accepted, 2u);
  EXPECT_TRUE(journal.update(1, "b")->chunks.empty());
  EXPECT_FALSE(journal.update(1, "c")) << "it never counted";
  const auto stored = journal.rounds().at(0).summary;
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->updates, 2u);
  EXPECT_EQ(stored->accuracy, 0.75);
  EXPECT_TRUE(std::isnan(stored->loss));
}

TEST_F(JournalTest, AnAcceptedUpdateCannotBeDropped) {
  Journal journal(file_);
  store_update(journal, 1, "a", 1);
  journal.drop_update(1, "a");
  EXPECT_EQ(journal.update(1, "a")->accepted, 1u);
  EXPECT_EQ(journal.update_bytes(1, "a").size(), 250u);
  journal.put_update(1, "b", header_of(bytes_of(1, 250)));
  journal.put_chunk(1, "b", 0, bytes_of(1, 100));
  journal.put_update(1, "b", header_of(bytes_of(2, 250)));
  EXPECT_TRUE(journal.update(1, "b")->chunks.empty()) << "chunks of the announcement that was replaced";
}

TEST_F(JournalTest, RefusesOtherFilesAndOtherVersions) {
  write_atomically(file_, std::string_view("this is not a database, it is a text of some length"));
  EXPECT_THROW(Journal{file_}, Error);
  std::filesystem::remove(file_);
  { Sqlite(file_, Sqlite::Mode::read_write).script("CREATE TABLE other (x)"); }
  EXPECT_THROW(Journal{file_}, Error);
  std::filesystem::remove(file_);
  { Journal journal(file_); }
  { Sqlite(file_, Sqlite::Mode::read_write).script("PRAGMA user_version = 99"); }
  try {
    Journal journal(file_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_THAT(error.what(), testing::HasSubstr("version 99"));
  }
}

TEST_F(JournalTest, WaitsForALockOnlySoLong) {
  { Journal journal(file_); }
  Sqlite other(file_, Sqlite::Mode::read_write);
  other.script("BEGIN IMMEDIATE");
  Sqlite impatient(file_, Sqlite::Mode::read_write, 50);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(impatient.script("BEGIN IMMEDIATE"), Error);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST_F(JournalTest, ReadersSeeTheCommittedStateWhileAWriterWorks) {
  Journal writer(file_);
  writer.create_run(example_run());
  writer.commit();
  writer.put_member({"site-a", 1, ""});
  Journal reader(file_, Sqlite::Mode::read_only);
  EXPECT_TRUE(reader.run());
  EXPECT_TRUE(reader.members().empty());
  writer.commit();
  EXPECT_EQ(reader.members().size(), 1u);
}

/// A child writes updates one after another and reports each to the pipe only after commit; it is killed without
/// warning. Everything reported must be in the journal, whole.
TEST_F(JournalTest, SurvivesBeingKilledAtAnyInstant) {
  std::uint32_t expected = 0;
  for (int trial = 0; trial < 12; ++trial) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe[0]);
      Journal journal(file_);
      std::uint32_t next = 0;
      for (const StoredUpdate& update : journal.updates(1)) next = std::max(next, update.accepted);
      while (true) {
        ++next;
        store_update(journal, 1, fmt::format("client-{:06}", next), next, 5000);
        journal.commit();
        if (::write(pipe[1], &next, sizeof(next)) != sizeof(next)) ::_exit(1);
      }
    }
    ::close(pipe[1]);
    std::uint32_t acknowledged = expected;
    // Kill at a different moment each time: after so many acknowledgements, or that and a little.
    for (int i = 0; i < 3 + trial; ++i) ASSERT_EQ(::read(pipe[0], &acknowledged, sizeof(acknowledged)), 4);
    ::usleep(static_cast<useconds_t>(137 * trial));
    ::kill(child, SIGKILL);
    std::uint32_t late = 0;
    while (::read(pipe[0], &late, sizeof(late)) == sizeof(late)) acknowledged = late;
    ::waitpid(child, nullptr, 0);
    ::close(pipe[0]);

    Journal journal(file_);
    const auto updates = journal.updates(1);
    ASSERT_GE(updates.size(), acknowledged) << "an acknowledged update is lost";
    ASSERT_LE(updates.size(), acknowledged + 1);
    for (const StoredUpdate& update : updates) {
      ASSERT_NE(update.accepted, 0u) << "half of a transaction";
      ASSERT_EQ(journal.update_bytes(1, update.client), bytes_of(1000 + update.accepted, 5000));
    }
    expected = acknowledged;
  }
}

TEST(RunLockTest, IsHeldOnceAndFreedByDeath) {
  TemporaryFolder temporary;
  const RunFolder folder{temporary.path()};
  EXPECT_FALSE(RunLock::is_held(folder));
  {
    RunLock lock(folder);
    EXPECT_TRUE(RunLock::is_held(folder));
    try {
      RunLock second(folder);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::state);
      EXPECT_THAT(error.what(), testing::HasSubstr(fmt::format("process {} conducts this run already", ::getpid())));
    }
  }
  EXPECT_FALSE(RunLock::is_held(folder));
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    RunLock lock(folder);
    char byte = 'x';
    if (::write(pipe[1], &byte, 1) != 1) ::_exit(1);
    ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(pipe[0], &byte, 1), 1);
  EXPECT_THROW(RunLock{folder}, Error);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_NO_THROW(RunLock{folder});
  ::close(pipe[0]);
  ::close(pipe[1]);
}

}  // namespace
}  // namespace tacit::coordinator
