// A coordinator under audit: single clients are sent other models than the run's.
#include "coordinator/run_folder.h"
#include "coordinator/run_rig.h"
#include "core/error.h"
#include "proto/recording.h"

namespace tacit::coordinator {
namespace {

using namespace testing_rig;
using ::testing::HasSubstr;

/// Depends on the round, the model and the client's place in the cohort, and on nothing else. Client 'site-c' is sent
/// the model of everybody.
CraftedModels crafted(std::uint32_t round, const Parameters& model, const std::vector<std::string>& cohort) {
  CraftedModels sent;
  for (std::size_t i = 0; i < cohort.size(); ++i) {
    if (cohort[i] == "site-c") continue;
    Parameters own = model;
    for (float& value : own.values()) value = 0.5f * value + static_cast<float>(round + 10 * i);
    sent.emplace(cohort[i], std::move(own));
  }
  return sent;
}

RunDescription audited(const std::string& what = "halves and shifts") {
  RunDescription result = description();
  result.audit = what;
  return result;
}

std::unique_ptr<Coordinator> open_audit(const std::filesystem::path& folder, ThreadPool& pool,
                                        const std::string& what = "halves and shifts") {
  auto coordinator = std::make_unique<Coordinator>(config_for(3, 3), audited(what), initial_model(),
                                                   Hooks{evaluate, {}, crafted}, folder, pool);
  coordinator->start();
  return coordinator;
}

/// Every client once, from the last one on or from the first; returns the hashes of what they were sent.
std::map<std::string, std::string> pass(Coordinator& coordinator, bool backwards) {
  std::map<std::string, std::string> sent;
  auto clients = names(3);
  if (backwards) std::reverse(clients.begin(), clients.end());
  for (const std::string& name : clients) Client(coordinator, name).join();
  for (const std::string& name : clients) {
    Client client(coordinator, name);
    const auto order = client.pull();
    if (!order.has_train()) continue;
    sent[name] = to_hex(client.download(order.train()).hash());
    client.work(order.train());
  }
  return sent;
}

std::vector<v1::RecordedMessage> recorded(const std::filesystem::path& folder) {
  std::vector<v1::RecordedMessage> result;
  wire::RecordingReader reader(RunFolder{folder}.recording());
  while (auto message = reader.next()) {
    if (message->has_run_description()) message->mutable_run_description()->clear_run();
    if (message->has_update_chunk()) message->mutable_update_chunk()->mutable_key()->clear_run();
    result.push_back(*message);
  }
  return result;
}

/// The mean of what the made-up training makes of each client's own model.
Parameters aggregated(const Parameters& model, std::uint32_t round) {
  const auto clients = names(3);
  const CraftedModels sent = crafted(round, model, clients);
  std::vector<double> sum(model.size());
  double weight = 0;
  for (const std::string& client : clients) {
    const auto update = update_of(sent.contains(client) ? sent.at(client) : model, client, round);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(update[i]) * examples_of(client);
    weight += static_cast<double>(examples_of(client));
  }
  Parameters next = model;
  for (std::size_t i = 0; i < sum.size(); ++i)
    next.values()[i] = static_cast<float>(model.values()[i] + sum[i] / weight);
  return next;
}

TEST(CraftedModels, ReachTheirClientsAndTheRecordingAndNobodyElse) {
  const TemporaryFolder folder;
  ThreadPool pool(2);
  const auto coordinator = open_audit(folder.path(), pool);
  const auto sent = pass(*coordinator, false);
  const auto expected = crafted(1, initial_model(), names(3));
  EXPECT_EQ(sent.at("site-a"), to_hex(expected.at("site-a").hash()));
  EXPECT_EQ(sent.at("site-b"), to_hex(expected.at("site-b").hash()));
  EXPECT_EQ(sent.at("site-c"), to_hex(initial_model().hash()));
  pass(*coordinator, true);
  pass(*coordinator, false);
  const auto outcome = coordinator->wait(patience);
  ASSERT_TRUE(outcome && outcome->complete) << outcome->outcome;

  Parameters model = initial_model();
  for (std::uint32_t round = 1; round <= 3; ++round) model = aggregated(model, round);
  for (std::size_t i = 0; i < model.size(); ++i) EXPECT_NEAR(outcome->model.values()[i], model.values()[i], 1e-5);

  std::map<std::pair<std::uint32_t, std::string>, std::string> bases, models;
  for (const auto& message : recorded(folder.path())) {
    const std::pair key(message.round(), message.client());
    if (message.has_run_description()) {
      EXPECT_EQ(message.run_description().audit(), "halves and shifts");
    }
    if (message.has_model()) models[key] = message.model().model_hash();
    if (message.has_update()) bases[key] = message.update().base_model_hash();
  }
  EXPECT_EQ(models.size(), 9u);
  for (const auto& [key, base] : bases)
    EXPECT_EQ(base, models.at({key.first, key.second == "site-c" ? "" : key.second})) << key.second;
}

/// Promises P1 and P2: the order of arrival, threads and an end in the middle of a round change nothing.
TEST(CraftedModels, GiveTheSameBitsInAnyOrderAndAfterAnEnd) {
  std::optional<Digest> model;
  std::vector<std::string> recording;
  for (const bool interrupted : {false, true}) {
    const TemporaryFolder folder;
    ThreadPool pool(interrupted ? 4 : 1);
    auto coordinator = open_audit(folder.path(), pool);
    pass(*coordinator, interrupted);
    if (interrupted) {
      for (const char* name : {"site-c", "site-a"}) {
        Client client(*coordinator, name);
        client.work(client.pull().train());
      }
      coordinator.reset();
      coordinator = open_audit(folder.path(), pool);
    }
    while (!coordinator->wait(std::chrono::milliseconds(0))) pass(*coordinator, interrupted);
    const auto outcome = coordinator->wait(patience);
    ASSERT_TRUE(outcome && outcome->complete) << outcome->outcome;
    std::vector<std::string> bytes;
    for (const auto& message : recorded(folder.path())) bytes.push_back(message.SerializeAsString());
    if (!model) model = outcome->model.hash(), recording = bytes;
    EXPECT_EQ(outcome->model.hash(), *model);
    EXPECT_EQ(bytes, recording);
  }
}

TEST(CraftedModels, AreAnsweredByTheClientThatWasSentThem) {
  const TemporaryFolder folder;
  ThreadPool pool(1);
  const auto coordinator = open_audit(folder.path(), pool);
  for (const std::string& name : names(3)) Client(*coordinator, name).join();
  Client a(*coordinator, "site-a"), b(*coordinator, "site-b");
  const auto order = a.pull().train();
  const auto values = update_of(a.download(order), "site-a", 1);
  // Neither another client's model nor everybody's is what this client was sent.
  const auto other = b.pull().train();
  EXPECT_THAT(refusal(b.try_offer(other.key(), header_of(values, "site-b", a.download(order).hash()))),
              HasSubstr("base_model_hash"));
  EXPECT_THAT(refusal(a.try_offer(order.key(), header_of(values, "site-a", initial_model().hash()))),
              HasSubstr("base_model_hash"));
  EXPECT_THAT(refusal(b.try_download(other.key(), order.model().values().chunk_sha256(0))), HasSubstr("no chunk"));
}

TEST(CraftedModels, AreSaidAndPartOfWhatARunIs) {
  const TemporaryFolder folder;
  ThreadPool pool(1);
  open_audit(folder.path(), pool);
  EXPECT_THROW(open_audit(folder.path(), pool, "something else"), Error);
  EXPECT_THROW(Coordinator(config_for(3, 3), description(), initial_model(), Hooks{evaluate, {}}, folder.path(), pool),
               Error);
  const TemporaryFolder other;
  EXPECT_THROW(
      Coordinator(config_for(3, 3), description(), initial_model(), Hooks{evaluate, {}, crafted}, other.path(), pool),
      Error);
  EXPECT_THROW(Coordinator(config_for(3, 3), audited(), initial_model(), Hooks{evaluate, {}}, other.path(), pool),
               Error);
}

}  // namespace
}  // namespace tacit::coordinator
