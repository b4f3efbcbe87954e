#include <cmath>

#include "coordinator/run_folder.h"
#include "coordinator/run_rig.h"
#include "core/error.h"

namespace tacit::coordinator {
namespace {

using namespace testing_rig;
using testing::AllOf;
using testing::HasSubstr;

class EngineTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  ThreadPool pool_{2};
  std::unique_ptr<Coordinator> coordinator_;

  Coordinator& start(const CoordinatorConfig& config) {
    coordinator_ = std::make_unique<Coordinator>(config, description(), initial_model(), Hooks{evaluate, {}},
                                                 folder_.path() / "run", pool_);
    coordinator_->start();
    return *coordinator_;
  }
};

TEST_F(EngineTest, JoinTellsWhatTheRunIsAndIsIdempotent) {
  Coordinator& coordinator = start(config_for(2, 3));
  Client client(coordinator, "site-a");
  const auto first = client.join();
  EXPECT_EQ(first.run(), coordinator.run_id());
  EXPECT_EQ(first.rounds(), 3u);
  EXPECT_EQ(first.model_toml(), description().model_toml);
  EXPECT_EQ(first.input_shape(0), 5);
  EXPECT_EQ(first.schema_hash(), wire::to_string(schema()->hash()));
  EXPECT_EQ(client.join().SerializeAsString(), first.SerializeAsString());
  const auto wait = client.pull(50).wait();
  EXPECT_EQ(wait.reason(), "1 of 2 clients have joined") << "joining twice counts once";
}

TEST_F(EngineTest, JoinRefusesOtherVersionsStrangersAndTheEmptyHanded) {
  CoordinatorConfig config = config_for(1, 1);
  config.clients = {"site-a"};
  Coordinator& coordinator = start(config);
  EXPECT_THAT(refusal(Client(coordinator, "site-a").try_join(protocol_version + 1)),
              AllOf(HasSubstr("peer error"), HasSubstr("protocol version 2, this coordinator version 1")));
  EXPECT_THAT(refusal(Client(coordinator, "mallory").try_join()),
              AllOf(HasSubstr("peer error"), HasSubstr("'mallory' is not on this run's list")));
  v1::JoinRequest request;
  request.set_protocol_version(protocol_version);
  EXPECT_THAT(refusal(ask<v1::JoinResponse>(coordinator, &Coordinator::join, "site-a", request)),
              HasSubstr("join.examples"));
}

TEST_F(EngineTest, PullIsHeldUntilThereIsWork) {
  Coordinator& coordinator = start(config_for(2, 1));
  Client a(coordinator, "site-a"), b(coordinator, "site-b");
  a.join();
  auto held = std::async(std::launch::async, [&] { return a.pull(); });
  EXPECT_EQ(held.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  b.join();
  const auto order = held.get();
  ASSERT_TRUE(order.has_train());
  EXPECT_EQ(order.train().key().round(), 1u);
  EXPECT_GT(order.train().deadline_ms(), 1000u);
  EXPECT_EQ(a.download(order.train()).hash(), initial_model().hash());
  EXPECT_TRUE(a.heartbeat(order.train().key()));
}

TEST_F(EngineTest, PullEndsWithItsPatienceAndALaterPullReplacesIt) {
  Coordinator& coordinator = start(config_for(2, 1));
  Client a(coordinator, "site-a");
  a.join();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(a.pull(100).has_wait());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(95));
  auto held = std::async(std::launch::async, [&] { return a.pull(10'000); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(a.pull(0).has_wait());
  ASSERT_EQ(held.wait_for(std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_TRUE(held.get().has_wait());
}

TEST_F(EngineTest, EveryCallOfAnUpdateCanBeRepeated) {
  Coordinator& coordinator = start(config_for(2, 2));
  Client a(coordinator, "site-a"), b(coordinator, "site-b");
  a.join();
  b.join();
  const auto train = a.pull().train();
  const auto& key = train.key();
  const auto values = update_of(a.download(train), "site-a", 1);
  const auto header = header_of(values, "site-a", initial_model().hash());
  ASSERT_EQ(header.values().chunk_sha256_size(), 3);
  const auto chunk = [&](std::size_t i) {
    return wire::to_string(wire::chunk_of(std::as_bytes(std::span(values)), header.values(), i));
  };
  EXPECT_EQ(value(a.try_offer(key, header)).missing_chunks_size(), 3);
  value(a.try_upload(key, 1, chunk(1)));
  value(a.try_upload(key, 1, chunk(1)));
  const auto again = value(a.try_offer(key, header));
  EXPECT_EQ(std::vector<std::uint32_t>(again.missing_chunks().begin(), again.missing_chunks().end()),
            (std::vector<std::uint32_t>{0, 2}));
  EXPECT_THAT(refusal(a.try_commit(key, header.values().sha256())), HasSubstr("2 of 3 chunks"));
  value(a.try_upload(key, 0, chunk(0)));
  value(a.try_upload(key, 2, chunk(2)));
  const auto receipt = value(a.try_commit(key, header.values().sha256()));
  EXPECT_EQ(receipt.accepted_so_far(), 1u);
  EXPECT_EQ(value(a.try_commit(key, header.values().sha256())).SerializeAsString(), receipt.SerializeAsString());
  EXPECT_TRUE(value(a.try_offer(key, header)).committed());
  value(a.try_upload(key, 2, chunk(2)));
  EXPECT_TRUE(a.pull(20).has_wait()) << "there is nothing more to do in this round";

  // Another update after the receipt is refused: what is acknowledged is final.
  auto other_values = values;
  other_values[0] += 1;
  EXPECT_THAT(refusal(a.try_offer(key, header_of(other_values, "site-a", initial_model().hash()))),
              AllOf(HasSubstr("state error"), HasSubstr("committed already")));

  // The round closes with the other client; a late repetition of the commit still gets its receipt.
  b.work(b.pull().train());
  ASSERT_EQ(a.pull().train().key().round(), 2u);
  EXPECT_EQ(value(a.try_commit(key, header.values().sha256())).SerializeAsString(), receipt.SerializeAsString());
  EXPECT_TRUE(value(a.try_offer(key, header)).committed());
  EXPECT_THAT(refusal(a.try_commit(key, std::string(32, 'x'))),
              AllOf(HasSubstr("state error"), HasSubstr("round 1 is closed; round 2 is open")));
  EXPECT_FALSE(a.heartbeat(key));
}

TEST_F(EngineTest, ClientsFaultsAreAnsweredAndTouchNobodyElse) {
  CoordinatorConfig config = config_for(3, 1);
  config.cohort_size = 2;
  Coordinator& coordinator = start(config);
  std::vector<Client> clients;
  for (const auto& name : names(3)) clients.emplace_back(coordinator, name).join();
  std::vector<Client*> asked;
  Client* idle = nullptr;
  v1::WorkOrder::Train train;
  for (Client& client : clients) {
    const auto order = client.pull(200);
    if (order.has_train()) {
      asked.push_back(&client);
      train = order.train();
    } else {
      idle = &client;
      EXPECT_EQ(order.wait().reason(), "0 of 2 updates of round 1 have arrived");
    }
  }
  ASSERT_EQ(asked.size(), 2u);
  ASSERT_NE(idle, nullptr);
  const v1::WorkKey key = train.key();
  const auto values = update_of(initial_model(), "x", 1);
  const auto header = header_of(values, "x", initial_model().hash());

  EXPECT_THAT(refusal(idle->try_offer(key, header)), HasSubstr("was not chosen for round 1"));
  EXPECT_FALSE(idle->heartbeat(key));
  EXPECT_THAT(refusal(Client(coordinator, "stranger").try_offer(key, header)),
              AllOf(HasSubstr("'stranger' is not a member"), HasSubstr("Join")));
  Client& client = *asked[0];
  v1::WorkKey other = key;
  other.set_run("another");
  EXPECT_THAT(refusal(client.try_offer(other, header)), HasSubstr("the call is for run 'another'"));
  other = key;
  other.set_round(5);
  EXPECT_THAT(refusal(client.try_offer(other, header)), HasSubstr("round 5 has not begun; round 1 is open"));
  other = key;
  other.set_step(2);
  EXPECT_THAT(refusal(client.try_offer(other, header)), HasSubstr("key.step"));
  EXPECT_THAT(refusal(client.try_upload(key, 0, "abc")), HasSubstr("has not offered"));
  EXPECT_THAT(refusal(client.try_commit(key, header.values().sha256())), HasSubstr("has not offered"));
  EXPECT_THAT(refusal(client.try_download(key, std::string(32, 'z'))), HasSubstr("no chunk with SHA-256 7a7a"));

  auto bad = header;
  bad.set_kind(v1::UPDATE_KIND_GRADIENT);
  EXPECT_THAT(refusal(client.try_offer(key, bad)), HasSubstr("offered was a gradient"));
  bad = header;
  bad.set_base_model_hash(std::string(32, 'b'));
  EXPECT_THAT(refusal(client.try_offer(key, bad)), HasSubstr("update.base_model_hash"));
  bad = header;
  bad.mutable_values()->set_bytes(1ull << 60);
  EXPECT_THAT(refusal(client.try_offer(key, bad)), HasSubstr("blob.bytes"));

  value(client.try_offer(key, header));
  EXPECT_THAT(refusal(client.try_upload(key, 0, std::string(32, 'q'))), HasSubstr("SHA-256"));
  EXPECT_THAT(refusal(client.try_upload(key, 9, std::string(32, 'q'))), HasSubstr("chunk 9"));
  EXPECT_THAT(refusal(client.try_commit(key, std::string(32, 'c'))), HasSubstr("commit.blob_sha256"));

  for (Client* each : asked) each->work(each->pull().train());
  const auto outcome = coordinator.wait(patience);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->outcome, "complete");
  EXPECT_EQ(outcome->model.hash(), reference_model({asked[0]->name(), asked[1]->name()}, 1).hash());
}

// A run that asks for none keeps no figure of clients, even where one comes.
TEST_F(EngineTest, EvaluationsAreToldOnlyIfTheRunAsksForThem) {
  for (const bool asks : {false, true}) {
    const TemporaryFolder folder;
    RunDescription about = description();
    about.asks_evaluation = asks;
    Coordinator coordinator(config_for(1, 1), about, initial_model(), Hooks{evaluate, {}}, folder.path() / "run",
                            pool_);
    coordinator.start();
    Client client(coordinator, "site-a");
    EXPECT_EQ(client.join().asks_evaluation(), asks);
    const auto train = client.pull().train();
    const auto values = update_of(client.download(train), "site-a", 1);
    v1::UpdateHeader header = header_of(values, "site-a", initial_model().hash());
    header.mutable_evaluation()->set_examples(8);
    header.mutable_evaluation()->set_right(6);
    header.mutable_evaluation()->set_loss(0.5);
    if (!asks) {
      EXPECT_THAT(refusal(client.try_offer(train.key(), header)), HasSubstr("update.evaluation"));
      continue;
    }
    value(client.send(train.key(), header, values));
    ASSERT_TRUE(coordinator.wait(patience));
    EXPECT_THAT(read_text(folder.path() / "run" / "events.jsonl"),
                HasSubstr(R"("evaluation":{"examples":8,"loss":0.5,"accuracy":0.75})"));
  }
}

TEST_F(EngineTest, ValuesThatAreNotNumbersGetNoReceiptAndMayBeMended) {
  Coordinator& coordinator = start(config_for(1, 1));
  Client client(coordinator, "site-a");
  client.join();
  const auto train = client.pull().train();
  auto values = update_of(initial_model(), "site-a", 1);
  const float good = std::exchange(values[7], std::nanf(""));
  EXPECT_THAT(refusal(client.send(train.key(), header_of(values, "site-a", initial_model().hash()), values)),
              AllOf(HasSubstr("data error"), HasSubstr("dense.weight[1,2] is nan")));
  values[7] = 3e38f;
  EXPECT_THAT(refusal(client.send(train.key(), header_of(values, "site-a", initial_model().hash()), values)),
              HasSubstr("dense.weight[1,2] is 3e+38"));
  values[7] = good;
  value(client.send(train.key(), header_of(values, "site-a", initial_model().hash()), values));
  const auto outcome = coordinator.wait(patience);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->model.hash(), reference_model({"site-a"}, 1).hash());
}

TEST_F(EngineTest, AChunkSetWhoseWholeDigestLiesIsRefusedAtCommit) {
  Coordinator& coordinator = start(config_for(1, 1));
  Client client(coordinator, "site-a");
  client.join();
  const auto train = client.pull().train();
  const auto values = update_of(initial_model(), "site-a", 1);
  auto header = header_of(values, "site-a", initial_model().hash());
  header.mutable_values()->set_sha256(std::string(32, 'w'));
  EXPECT_THAT(refusal(client.send(train.key(), header, values)), HasSubstr("update.values: the bytes have SHA-256"));
}

/// Flips bits of a message as it would travel; nothing if it no longer parses.
template <class Message>
std::optional<Message> damaged(const Message& message, RandomStream& random) {
  std::string bytes = message.SerializeAsString();
  for (std::uint64_t flips = 1 + random.below(4); flips > 0; --flips)
    bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
  Message result;
  if (!result.ParseFromString(bytes)) return {};
  return result;
}

TEST_F(EngineTest, DamagedMessagesAreAllAnsweredAndLeaveTheRunAsItWas) {
  Coordinator& coordinator = start(config_for(1, 1));
  Client client(coordinator, "site-a");
  client.join();
  const auto train = client.pull().train();
  const auto values = update_of(initial_model(), "site-a", 1);
  v1::OfferUpdateRequest offer;
  *offer.mutable_key() = train.key();
  *offer.mutable_header() = header_of(values, "site-a", initial_model().hash());
  v1::UploadChunkRequest upload;
  *upload.mutable_key() = train.key();
  upload.set_data(wire::to_string(wire::chunk_of(std::as_bytes(std::span(values)), offer.header().values(), 0)));
  v1::CommitUpdateRequest commit;
  *commit.mutable_key() = train.key();
  commit.set_blob_sha256(offer.header().values().sha256());
  v1::PullWorkRequest pull;
  pull.set_run(train.key().run());
  RandomStream random(RandomKey{4, Purpose::test});
  int refused = 0;
  for (int trial = 0; trial < 300; ++trial) {
    if (const auto bad = damaged(offer, random))
      refused += ask<v1::OfferUpdateResponse>(coordinator, &Coordinator::offer_update, "site-a", *bad).index() == 1;
    if (const auto bad = damaged(upload, random))
      refused += ask<v1::UploadChunkResponse>(coordinator, &Coordinator::upload_chunk, "site-a", *bad).index() == 1;
    if (const auto bad = damaged(commit, random))
      refused += ask<v1::Receipt>(coordinator, &Coordinator::commit_update, "site-a", *bad).index() == 1;
    if (const auto bad = damaged(pull, random); bad && bad->patience_ms() == 0)
      refused += ask<v1::WorkOrder>(coordinator, &Coordinator::pull_work, "site-a", *bad).index() == 1;
  }
  EXPECT_GT(refused, 300);
  client.work(client.pull().train());
  const auto outcome = coordinator.wait(patience);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->model.hash(), reference_model({"site-a"}, 1).hash());
}

TEST_F(EngineTest, FailsWithinTheJoinDeadlineIfTooFewCome) {
  CoordinatorConfig config = config_for(3, 1);
  config.join_deadline = std::chrono::milliseconds(150);
  Coordinator& coordinator = start(config);
  Client client(coordinator, "site-a");
  client.join();
  auto held = std::async(std::launch::async, [&] { return client.pull(); });
  const auto outcome = coordinator.wait(patience);
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->complete);
  EXPECT_THAT(outcome->outcome, HasSubstr("failed: 1 of the 3 clients needed had joined after 0.15 seconds"));
  EXPECT_EQ(held.get().finished().outcome(), outcome->outcome);
  EXPECT_TRUE(coordinator.linger(patience));
}

TEST_F(EngineTest, ClosesTheRoundAtItsDeadlineWithEnoughUpdates) {
  CoordinatorConfig config = config_for(3, 1);
  config.round_deadline = std::chrono::milliseconds(400);
  config.minimum_updates = 2;
  Coordinator& coordinator = start(config);
  std::vector<Client> clients;
  for (const auto& name : names(3)) clients.emplace_back(coordinator, name).join();
  clients[2].work(clients[2].pull().train());
  clients[0].work(clients[0].pull().train());
  const auto outcome = coordinator.wait(patience);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->outcome, "complete");
  EXPECT_EQ(outcome->model.hash(), reference_model({"site-a", "site-c"}, 1).hash());
}

TEST_F(EngineTest, ARoundEndsWithoutTheUpdatesThatWereWithheld) {
  CoordinatorConfig config = config_for(3, 1);
  config.minimum_updates = 2;
  Coordinator& coordinator = start(config);
  std::vector<Client> clients;
  for (const auto& name : names(3)) clients.emplace_back(coordinator, name).join();
  const auto order = clients[1].pull().train();
  clients[0].work(clients[0].pull().train());
  EXPECT_THAT(refusal(clients[0].try_withhold(order.key())), HasSubstr("committed"));
  EXPECT_TRUE(value(clients[1].try_withhold(order.key())).work_still_counts());
  EXPECT_TRUE(value(clients[1].try_withhold(order.key())).work_still_counts()) << "repeating it is harmless";
  EXPECT_TRUE(clients[1].pull(0).has_wait()) << "it is not asked again";
  const auto values = update_of(initial_model(), "site-b", 1);
  EXPECT_THAT(refusal(clients[1].try_offer(order.key(), header_of(values, "site-b", initial_model().hash()))),
              AllOf(HasSubstr("state error"), HasSubstr("withheld its update of round 1")));
  clients[2].work(clients[2].pull().train());
  const auto outcome = coordinator.wait(patience);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->outcome, "complete");
  EXPECT_EQ(outcome->model.hash(), reference_model({"site-a", "site-c"}, 1).hash());
  const std::string events = read_text(folder_.path() / "run" / "events.jsonl");
  EXPECT_THAT(events, HasSubstr("\"event\":\"update_withheld\",\"round\":1,\"client\":\"site-b\""));
  EXPECT_FALSE(value(clients[1].try_withhold(order.key())).work_still_counts());
}

// What was withheld is not stored: a coordinator that comes back asks again, and the client withholds again.
TEST_F(EngineTest, AWithheldUpdateIsAskedForAgainAfterARestart) {
  CoordinatorConfig config = config_for(2, 1);
  config.minimum_updates = 1;
  v1::WorkKey key;
  {
    Coordinator& coordinator = start(config);
    Client first(coordinator, "site-a"), second(coordinator, "site-b");
    first.join(), second.join();
    key = first.pull().train().key();
    value(first.try_withhold(key));
    coordinator_.reset();
  }
  Coordinator& coordinator = start(config);
  Client first(coordinator, "site-a"), second(coordinator, "site-b");
  EXPECT_TRUE(first.pull().has_train());
  second.work(second.pull().train());
  EXPECT_FALSE(coordinator.wait(std::chrono::milliseconds(50)));
  value(first.try_withhold(key));
  const auto outcome = coordinator.wait(patience);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->model.hash(), reference_model({"site-b"}, 1).hash());
}

TEST_F(EngineTest, FailsAtOnceIfTooManyUpdatesAreWithheld) {
  Coordinator& coordinator = start(config_for(2, 1));
  Client first(coordinator, "site-a"), second(coordinator, "site-b");
  first.join(), second.join();
  value(first.try_withhold(first.pull().train().key()));
  const auto outcome = coordinator.wait(patience);
  ASSERT_TRUE(outcome);
  EXPECT_THAT(outcome->outcome, AllOf(HasSubstr("at most 1 of at least 2"), HasSubstr("withheld by: site-a")));
}

TEST_F(EngineTest, FailsAtTheRoundDeadlineNamingWhoIsMissing) {
  CoordinatorConfig config = config_for(3, 1);
  config.round_deadline = std::chrono::milliseconds(300);
  config.minimum_updates = 2;
  Coordinator& coordinator = start(config);
  std::vector<Client> clients;
  for (const auto& name : names(3)) clients.emplace_back(coordinator, name).join();
  clients[1].work(clients[1].pull().train());
  const auto outcome = coordinator.wait(patience);
  ASSERT_TRUE(outcome);
  EXPECT_THAT(outcome->outcome, AllOf(HasSubstr("round 1: 1 of at least 2 updates"), HasSubstr("site-a, site-c")));
  EXPECT_THAT(refusal(clients[0].try_offer(v1::WorkKey(), v1::UpdateHeader())), HasSubstr("state error"));
}

TEST_F(EngineTest, AnEvaluationThatThrowsEndsTheRunWithItsMessage) {
  coordinator_ = std::make_unique<Coordinator>(
      config_for(1, 1), description(), initial_model(),
      Hooks{[](const Parameters&) -> models::Evaluated { fail(ErrorKind::data, "the evaluation data are gone"); }, {}},
      folder_.path() / "run", pool_);
  coordinator_->start();
  Client client(*coordinator_, "site-a");
  client.join();
  client.work(client.pull().train());
  const auto outcome = coordinator_->wait(patience);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->outcome, "failed: the evaluation data are gone");
}

TEST_F(EngineTest, StoppingAnswersHeldCallsAndRefusesNewOnes) {
  Coordinator& coordinator = start(config_for(2, 1));
  Client client(coordinator, "site-a");
  client.join();
  auto held = std::async(std::launch::async, [&] { return client.try_pull(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  coordinator.stop();
  EXPECT_THAT(refusal(held.get()), HasSubstr("interrupted"));
  EXPECT_THAT(refusal(client.try_pull()), HasSubstr("interrupted"));
  EXPECT_FALSE(coordinator.wait(std::chrono::milliseconds(0)));
  coordinator.stop();
}

TEST_F(EngineTest, CallsBeforeTheStartAreRefused) {
  Coordinator coordinator(config_for(1, 1), description(), initial_model(), Hooks{evaluate, {}}, folder_.path() / "run",
                          pool_);
  EXPECT_THAT(refusal(Client(coordinator, "site-a").try_join()), HasSubstr("not started"));
}

TEST_F(EngineTest, OneFolderHoldsOneRunOfOneConfigurationAndOneProcess) {
  start(config_for(2, 1));
  const auto open = [&](const CoordinatorConfig& config) {
    try {
      Coordinator coordinator(config, description(), initial_model(), Hooks{evaluate, {}}, folder_.path() / "run",
                              pool_);
    } catch (const Error& error) {
      return fmt::format("{}: {}", to_string(error.kind()), error.what());
    }
    return std::string("no error");
  };
  EXPECT_THAT(open(config_for(2, 1)), AllOf(HasSubstr("state error"), HasSubstr("conducts this run already")));
  coordinator_.reset();
  EXPECT_THAT(open(config_for(2, 9)), AllOf(HasSubstr("configuration error"), HasSubstr("another configuration")));
  EXPECT_EQ(open(config_for(2, 1)), "no error");
  std::filesystem::remove(RunFolder{folder_.path() / "run"}.journal());
  EXPECT_THAT(open(config_for(2, 1)), HasSubstr("no run in the journal"));
}

}  // namespace
}  // namespace tacit::coordinator
