#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "coordinator/run_folder.h"
#include "coordinator/run_rig.h"
#include "coordinator/run_status.h"
#include "core/error.h"
#include "models/safetensors.h"
#include "proto/recording.h"

namespace tacit::coordinator {
namespace {

using namespace testing_rig;

std::unique_ptr<Coordinator> open_run(const std::filesystem::path& folder, const CoordinatorConfig& config,
                                      ThreadPool& pool, OnEvent on_event = {}) {
  auto coordinator = std::make_unique<Coordinator>(config, description(), initial_model(),
                                                   Hooks{evaluate, std::move(on_event)}, folder, pool);
  coordinator->start();
  return coordinator;
}

/// One pass over the clients in a shuffled order: each joins if it must and does the work there is. Returns receipts.
std::size_t pass(Coordinator& coordinator, std::vector<std::string> clients, RandomStream& random) {
  std::size_t receipts = 0;
  random.shuffle(std::span(clients));
  for (const std::string& name : clients) {
    Client client(coordinator, name);
    client.join();
    const auto order = client.pull(5);
    if (!order.has_train()) continue;
    client.work(order.train());
    ++receipts;
  }
  return receipts;
}

RunOutcome finish(Coordinator& coordinator, const std::vector<std::string>& clients, RandomStream& random) {
  for (int passes = 0; passes < 1000; ++passes) {
    if (auto outcome = coordinator.wait(std::chrono::milliseconds(0))) return *outcome;
    pass(coordinator, clients, random);
  }
  throw std::runtime_error("the run did not end");
}

std::vector<nlohmann::json> events_of(const std::filesystem::path& folder) {
  std::vector<nlohmann::json> result;
  std::istringstream text(read_text(RunFolder{folder}.events()));
  for (std::string line; std::getline(text, line);) result.push_back(nlohmann::json::parse(line));
  return result;
}

/// The recording without the name of the run, which is different in every run.
std::vector<std::string> recorded(const std::filesystem::path& folder) {
  std::vector<std::string> result;
  wire::RecordingReader reader(RunFolder{folder}.recording());
  while (auto message = reader.next()) {
    if (message->has_run_description()) message->mutable_run_description()->clear_run();
    if (message->has_update_chunk()) message->mutable_update_chunk()->mutable_key()->clear_run();
    result.push_back(message->SerializeAsString());
  }
  return result;
}

TEST(WholeRun, GivesTheReferenceBitsWhateverTheOrderAndTheThreads) {
  const auto clients = names(5);
  const Digest reference = reference_model(clients, 3).hash();
  std::optional<std::vector<std::string>> first_recording;
  for (const std::size_t threads : {1u, 2u, 7u}) {
    TemporaryFolder folder;
    ThreadPool pool(threads);
    const auto coordinator = open_run(folder.path(), config_for(5, 3), pool);
    RandomStream random(RandomKey{threads, Purpose::arrival_order});
    const RunOutcome outcome = finish(*coordinator, clients, random);
    EXPECT_EQ(outcome.outcome, "complete");
    EXPECT_EQ(outcome.rounds, 3u);
    EXPECT_EQ(outcome.model.hash(), reference);
    EXPECT_EQ(models::read_safetensors(RunFolder{folder.path()}.model(), schema()).hash(), reference);
    const auto recording = recorded(folder.path());
    if (!first_recording) first_recording = recording;
    EXPECT_EQ(recording, *first_recording);
  }
}

TEST(WholeRun, ClientsInParallelGiveTheSameBits) {
  const auto clients = names(6);
  TemporaryFolder folder;
  ThreadPool pool(3);
  const auto coordinator = open_run(folder.path(), config_for(6, 4), pool);
  std::vector<std::thread> threads;
  for (const std::string& name : clients)
    threads.emplace_back([&coordinator, name] {
      Client client(*coordinator, name);
      client.join();
      while (true) {
        const auto order = client.pull();
        if (order.has_finished()) return;
        if (order.has_train()) client.work(order.train());
      }
    });
  const auto outcome = coordinator->wait(patience);
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(coordinator->linger(patience)) << "every member was told";
  EXPECT_EQ(outcome->model.hash(), reference_model(clients, 4).hash());
}

TEST(WholeRun, StoppingAnywhereAndGoingOnGivesTheSameBits) {
  const auto clients = names(4);
  const Digest reference = reference_model(clients, 3).hash();
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    TemporaryFolder folder;
    ThreadPool pool(2);
    RandomStream random(RandomKey{seed, Purpose::arrival_order});
    std::optional<RunOutcome> outcome;
    std::set<std::pair<std::uint32_t, std::string>> acknowledged;
    for (int life = 0; life < 200 && !outcome; ++life) {
      const auto coordinator = open_run(folder.path(), config_for(4, 3), pool);
      // One to three clients get to work, then the process ends, perhaps in the middle of an upload.
      for (std::uint64_t turn = 1 + random.below(3); turn > 0; --turn) {
        Client client(*coordinator, clients[random.below(clients.size())]);
        client.join();
        const auto order = client.pull(20);
        if (!order.has_train()) continue;
        const v1::WorkKey key = order.train().key();
        const auto values = update_of(client.download(order.train()), client.name(), key.round());
        Parameters base(schema());
        const auto header = header_of(values, client.name(), client.download(order.train()).hash());
        value(client.try_offer(key, header));
        if (random.below(4) == 0) {
          value(client.try_upload(
              key, 1, wire::to_string(wire::chunk_of(std::as_bytes(std::span(values)), header.values(), 1))));
          break;
        }
        value(client.send(key, header, values));
        EXPECT_TRUE(acknowledged.insert({key.round(), client.name()}).second) << "an acknowledged update was lost";
      }
      outcome = coordinator->wait(std::chrono::milliseconds(0));
    }
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->model.hash(), reference) << "seed " << seed;
  }
}

TEST(WholeRun, ALostRecordingIsNotPassedOver) {
  const auto clients = names(2);
  TemporaryFolder folder;
  ThreadPool pool(2);
  RandomStream random(RandomKey{1, Purpose::arrival_order});
  finish(*open_run(folder.path(), config_for(2, 2), pool), clients, random);
  const std::filesystem::path recording = RunFolder{folder.path()}.recording();
  std::filesystem::resize_file(recording, std::filesystem::file_size(recording) / 2);
  for (const bool removed : {false, true}) {
    if (removed) std::filesystem::remove(recording);
    try {
      open_run(folder.path(), config_for(2, 2), pool);
      FAIL() << "a run went on without its recording";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      EXPECT_NE(std::string(error.what()).find("recording.bin"), std::string::npos) << error.what();
    }
  }
}

TEST(WholeRun, AFinishedRunStaysFinished) {
  const auto clients = names(2);
  TemporaryFolder folder;
  ThreadPool pool(2);
  RandomStream random(RandomKey{1, Purpose::arrival_order});
  const Digest hash = finish(*open_run(folder.path(), config_for(2, 2), pool), clients, random).model.hash();
  const auto size = std::filesystem::file_size(RunFolder{folder.path()}.recording());
  const auto again = open_run(folder.path(), config_for(2, 2), pool);
  const auto outcome = again->wait(patience);
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->complete);
  EXPECT_EQ(outcome->rounds, 2u);
  EXPECT_EQ(outcome->model.hash(), hash);
  Client late(*again, "site-a");
  late.join();
  EXPECT_EQ(late.pull().finished().outcome(), "complete");
  EXPECT_EQ(late.pull().finished().model_hash(), wire::to_string(hash));
  EXPECT_EQ(std::filesystem::file_size(RunFolder{folder.path()}.recording()), size);
  EXPECT_EQ(events_of(folder.path()).back().at("event"), "run_finished");
}

TEST(WholeRun, AFailedRunIsTakenUpAgain) {
  const auto clients = names(2);
  TemporaryFolder folder;
  ThreadPool pool(2);
  CoordinatorConfig hasty = config_for(2, 2);
  hasty.round_deadline = std::chrono::milliseconds(200);
  {
    const auto coordinator = open_run(folder.path(), hasty, pool);
    Client a(*coordinator, "site-a"), b(*coordinator, "site-b");
    a.join();
    b.join();
    a.work(a.pull().train());
    EXPECT_FALSE(coordinator->wait(patience)->complete);
    EXPECT_EQ(read_run_status(folder.path()).run.state, RunState::failed);
  }
  RandomStream random(RandomKey{1, Purpose::arrival_order});
  const auto outcome = finish(*open_run(folder.path(), config_for(2, 2), pool), clients, random);
  EXPECT_TRUE(outcome.complete);
  EXPECT_EQ(outcome.model.hash(), reference_model(clients, 2).hash());
  EXPECT_EQ(read_run_status(folder.path()).run.outcome, "complete");
}

TEST(WholeRun, TellsItsStoryInOrderOnce) {
  const auto clients = names(3);
  TemporaryFolder folder;
  ThreadPool pool(2);
  RandomStream random(RandomKey{3, Purpose::arrival_order});
  std::vector<std::string> heard;
  const auto listen = [&heard](const Event& event) {
    heard.push_back(nlohmann::json::parse(to_json(event, 0)).at("event"));
  };
  {
    const auto coordinator = open_run(folder.path(), config_for(3, 2), pool, listen);
    for (const auto& name : clients) Client(*coordinator, name).join();
    Client a(*coordinator, "site-a");
    a.work(a.pull().train());
  }
  { finish(*open_run(folder.path(), config_for(3, 2), pool, listen), clients, random); }
  const std::vector<std::string> expected{"run_started",      "member_joined",    "member_joined", "member_joined",
                                          "round_started",    "update_committed", "run_resumed",   "update_committed",
                                          "update_committed", "round_closed",     "round_started", "update_committed",
                                          "update_committed", "update_committed", "round_closed",  "run_finished"};
  std::vector<std::string> written;
  for (const auto& event : events_of(folder.path())) written.push_back(event.at("event"));
  EXPECT_EQ(written, expected);
  // A listener of the second life is also told which round is open.
  auto told = expected;
  told.insert(told.begin() + 7, "round_started");
  EXPECT_EQ(heard, told);
  const auto closed = events_of(folder.path())[9];
  EXPECT_EQ(closed.at("updates"), 3);
  EXPECT_EQ(closed.at("accuracy"), 0.5);
  EXPECT_GT(closed.at("bytes_up").get<std::uint64_t>(), 3u * 72u);
  EXPECT_GT(closed.at("bytes_down").get<std::uint64_t>(), 3u * 72u);
  EXPECT_EQ(closed.at("model_hash"), to_hex(reference_model(clients, 1).hash()));
}

TEST(WholeRun, LostEventsAreToldAgainAfterARestart) {
  const auto clients = names(2);
  TemporaryFolder folder;
  ThreadPool pool(2);
  RandomStream random(RandomKey{3, Purpose::arrival_order});
  { finish(*open_run(folder.path(), config_for(2, 2), pool), clients, random); }
  const std::size_t whole = events_of(folder.path()).size();
  write_atomically(RunFolder{folder.path()}.events(), std::string_view(""));
  { open_run(folder.path(), config_for(2, 2), pool)->wait(patience); }
  EXPECT_EQ(events_of(folder.path()).size(), whole);
}

TEST(RunStatusTest, ShowsAnOpenRoundAndItsMissingClients) {
  TemporaryFolder folder;
  ThreadPool pool(2);
  EXPECT_THROW(read_run_status(folder.path()), Error);
  const auto coordinator = open_run(folder.path(), config_for(2, 2), pool);
  Client a(*coordinator, "site-a"), b(*coordinator, "site-b");
  a.join();
  EXPECT_EQ(read_run_status(folder.path()).run.state, RunState::joining);
  b.join();
  a.work(a.pull().train());
  b.work(b.pull().train());
  ASSERT_EQ(b.pull().train().key().round(), 2u);
  b.work(b.pull().train());
  const RunStatus status = read_run_status(folder.path());
  EXPECT_EQ(status.run.id, coordinator->run_id());
  EXPECT_EQ(status.run.state, RunState::running);
  EXPECT_TRUE(status.is_conducted);
  EXPECT_EQ(status.members.size(), 2u);
  ASSERT_EQ(status.closed.size(), 1u);
  EXPECT_EQ(status.closed[0].summary->accuracy, 0.5);
  ASSERT_TRUE(status.open);
  EXPECT_EQ(status.committed, (std::vector<std::string>{"site-b"}));
  EXPECT_EQ(status.missing, (std::vector<std::string>{"site-a"}));
}

struct Acknowledgement {
  std::uint32_t round;
  std::uint32_t client;
};

/// The life of a process that is killed: conducts the run with clients inside it and reports every receipt. Ends with 0
/// when the run is complete.
[[noreturn]] void live(const std::filesystem::path& folder, int report, std::uint64_t seed) {
  const auto clients = names(4);
  ThreadPool pool(2);
  RandomStream random(RandomKey{seed, Purpose::arrival_order});
  const auto coordinator = open_run(folder, config_for(4, 4), pool);
  while (true) {
    if (const auto outcome = coordinator->wait(std::chrono::milliseconds(0))) {
      write_atomically(folder / "final-hash", to_hex(outcome->model.hash()));
      ::_exit(outcome->complete ? 0 : 1);
    }
    const auto index = static_cast<std::uint32_t>(random.below(clients.size()));
    Client client(*coordinator, clients[index]);
    client.join();
    const auto order = client.pull(2);
    if (!order.has_train()) continue;
    const Acknowledgement done{client.work(order.train()).key().round(), index};
    if (::write(report, &done, sizeof(done)) != sizeof(done)) ::_exit(2);
  }
}

TEST(WholeRun, SurvivesBeingKilledAtAnyInstantWithTheSameBits) {
  TemporaryFolder folder;
  const auto run = folder.path() / "run";
  std::set<std::pair<std::uint32_t, std::uint32_t>> acknowledged;
  RandomStream random(RandomKey{21, Purpose::test});
  int kills = 0, status = -1;
  for (std::uint64_t life = 0; life < 100; ++life) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe[0]);
      live(run, pipe[1], life);
    }
    ::close(pipe[1]);
    // Lets a few receipts pass, then a moment, then kills; the last lives may finish.
    const std::uint64_t receipts = life < 12 ? random.below(4) : 1000;
    Acknowledgement done{};
    std::uint64_t seen = 0;
    const auto take = [&] {
      if (::read(pipe[0], &done, sizeof(done)) != sizeof(done)) return false;
      EXPECT_TRUE(acknowledged.insert({done.round, done.client}).second)
          << "the receipt of client " << done.client << " in round " << done.round << " was forgotten";
      return true;
    };
    while (seen < receipts && take()) ++seen;
    if (seen == receipts) {
      ::usleep(static_cast<useconds_t>(random.below(30'000)));
      ::kill(child, SIGKILL);
      while (take()) {
      }
    }
    ::waitpid(child, &status, 0);
    ::close(pipe[0]);
    if (WIFEXITED(status)) break;
    ++kills;
  }
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_GE(kills, 3);
  EXPECT_EQ(read_text(run / "final-hash"), to_hex(reference_model(names(4), 4).hash()));

  // What was written on the way is that of a run without kills.
  TemporaryFolder calm;
  ThreadPool pool(2);
  RandomStream order(RandomKey{5, Purpose::arrival_order});
  { finish(*open_run(calm.path(), config_for(4, 4), pool), names(4), order); }
  EXPECT_EQ(recorded(run), recorded(calm.path()));
  std::multiset<std::string> killed_events, calm_events;
  for (const auto& event : events_of(run))
    if (event.at("event") != "run_resumed") killed_events.insert(event.at("event"));
  for (const auto& event : events_of(calm.path())) calm_events.insert(event.at("event"));
  EXPECT_EQ(killed_events, calm_events);
}

}  // namespace
}  // namespace tacit::coordinator
