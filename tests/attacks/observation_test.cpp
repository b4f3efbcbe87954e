#include "attacks/observation.h"

#include <fstream>

#include "attacks/recorded_run.h"
#include "core/expect_error.h"
#include "core/files.h"
#include "core/random.h"
#include "proto/bytes.h"
#include "proto/record_frame.h"

namespace tacit::attacks {
namespace {

class Observations : public ::testing::Test {
 protected:
  Observations()
      : run_(tanh_mlp_toml, {64}, 10), inputs_(random_inputs(64, 0, 1, 1)), gradient_(run_.gradient(inputs_, label_)) {
    run_.record(1, "client-1", UpdateKind::gradient, gradient_, 1);
    run_.record(1, "client-2", UpdateKind::delta, std::vector<float>(gradient_.size(), 0.5f), 17);
    run_.record(2, "client-1", UpdateKind::gradient, gradient_, 1);
  }

  /// A copy of the recording in which one message was changed and framed again.
  std::filesystem::path with_changed_message(std::uint64_t sequence,
                                             const std::function<void(v1::RecordedMessage&)>& change) {
    const auto file = folder_.path() / "changed.rec";
    std::ofstream out(file, std::ios::binary);
    out << wire::recording_magic;
    wire::RecordingReader reader(run_.file());
    while (auto message = reader.next()) {
      if (message->sequence() == sequence) change(*message);
      out << wire::frame_record(message->SerializeAsString());
    }
    return file;
  }

  std::filesystem::path written(const std::string& name, std::string_view bytes) const {
    std::ofstream(folder_.path() / name, std::ios::binary) << bytes;
    return folder_.path() / name;
  }

  TemporaryFolder folder_;
  RecordedRun run_;
  std::vector<float> inputs_;
  std::vector<std::int32_t> label_{3};
  std::vector<float> gradient_;
};

TEST_F(Observations, HoldWhatCrossedTheWire) {
  const Observation seen = run_.observe(1, "client-1");
  EXPECT_EQ(seen.round(), 1u);
  EXPECT_EQ(seen.client(), "client-1");
  EXPECT_EQ(seen.kind(), UpdateKind::gradient);
  EXPECT_EQ(seen.examples(), 1u);
  EXPECT_EQ(seen.update(), gradient_);
  EXPECT_TRUE(std::equal(run_.theta().begin(), run_.theta().end(), seen.model().values().begin()));
  EXPECT_EQ(seen.run().input_shape, Shape{64});
  EXPECT_EQ(seen.run().classes, 10u);
  EXPECT_EQ(seen.run().model_toml, tanh_mlp_toml);
  EXPECT_EQ(seen.run().training_toml, fedsgd_toml);
  EXPECT_EQ(run_.observe(1, "client-2").kind(), UpdateKind::delta);
}

TEST_F(Observations, AreListed) {
  const auto updates = list_updates(run_.file());
  ASSERT_EQ(updates.size(), 3u);
  EXPECT_EQ(updates[1].client, "client-2");
  EXPECT_EQ(updates[1].round, 1u);
  EXPECT_EQ(updates[1].kind, UpdateKind::delta);
  EXPECT_EQ(updates[1].examples, 17u);
  EXPECT_EQ(updates[2].round, 2u);
}

TEST_F(Observations, TakeAReplacedUpdateOfTheSameSizeOnly) {
  const Observation seen = run_.observe(1, "client-1");
  const Observation other = seen.with_update(std::vector<float>(gradient_.size(), 1.0f));
  EXPECT_EQ(other.update()[0], 1.0f);
  EXPECT_EQ(other.model().hash(), seen.model().hash());
  expect_error([&] { seen.with_update({1.0f}); }, ErrorKind::usage, {"1", std::to_string(gradient_.size())});
}

TEST_F(Observations, OfAClientComeRoundAfterRound) {
  const auto rounds = Observation::read_rounds(run_.file(), "client-1");
  ASSERT_EQ(rounds.size(), 2u);
  EXPECT_EQ(rounds[0].round(), 1u);
  EXPECT_EQ(rounds[1].round(), 2u);
  EXPECT_EQ(rounds[1].serialize(), run_.observe(2, "client-1").serialize());
  expect_error([&] { Observation::read_rounds(run_.file(), "client-9"); }, ErrorKind::data, {"wire.rec", "client-9"});
}

/// A sender may send another model to each: an update belongs to the one that its client was sent.
TEST_F(Observations, TakeTheModelThatTheirClientWasSent) {
  std::vector<float> own(run_.theta().begin(), run_.theta().end());
  const std::vector<float> common = own;
  own[7] += 1;
  run_.set_theta(own);
  run_.record(3, "client-2", UpdateKind::gradient, gradient_, 1, true);
  run_.set_theta(common);
  run_.record(3, "client-1", UpdateKind::gradient, gradient_, 1);
  EXPECT_TRUE(std::ranges::equal(run_.observe(3, "client-2").model().values(), own));
  EXPECT_TRUE(std::ranges::equal(run_.observe(3, "client-1").model().values(), common));
  EXPECT_TRUE(std::ranges::equal(Observation::read_rounds(run_.file(), "client-2").back().model().values(), own));
  EXPECT_EQ(Observation::read_aggregate(run_.file(), 3).update(), gradient_);
  EXPECT_EQ(Observation::read_all(run_.file()).size(), 5u);
  // Everybody's model is what a member sees change.
  const Observation change = Observation::read_global_change(run_.file(), 2);
  EXPECT_EQ(change.update(), std::vector<float>(gradient_.size()));
}

TEST_F(Observations, OfAnAggregateAreTheMeanWeightedByExamples) {
  const auto inputs = random_inputs(3 * 64, 0, 1, 7);
  const std::vector<std::int32_t> labels{1, 2, 2};
  RecordedRun run(tanh_mlp_toml, {64}, 10);
  // In the order of their names, whatever the order of arrival.
  run.record(1, "b", UpdateKind::gradient, run.gradient(std::span(inputs).subspan(64), std::span(labels).subspan(1)),
             2);
  run.record(1, "a", UpdateKind::gradient, run.gradient(std::span(inputs).first(64), std::span(labels).first(1)), 1);
  const Observation mean = Observation::read_aggregate(run.file(), 1);
  EXPECT_EQ(mean.scope(), Scope::aggregate);
  EXPECT_EQ(mean.client(), "a, b");
  EXPECT_EQ(mean.examples(), 3u);
  // The mean of gradients of parts is the gradient of the whole.
  const auto whole = run.gradient(inputs, labels);
  for (std::size_t i = 0; i < whole.size(); ++i) ASSERT_NEAR(mean.update()[i], whole[i], 1e-6) << i;
  expect_error([&] { Observation::read_aggregate(run.file(), 2); }, ErrorKind::data, {"wire.rec", "round 2"});
  expect_error([&] { Observation::mean_of({}); }, ErrorKind::usage, {"no update"});
  expect_error([&] { Observation::mean_of(std::vector{mean, mean}); }, ErrorKind::usage, {"single clients"});
  expect_error([&] { Observation::read_aggregate(run_.file(), 1); }, ErrorKind::usage, {"one run, round and kind"});
}

TEST_F(Observations, OfAMemberAreChangesOfTheGlobalModel) {
  std::vector<float> moved(run_.theta().begin(), run_.theta().end());
  for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= 0.25f * gradient_[i];
  const std::vector<float> before(run_.theta().begin(), run_.theta().end());
  run_.set_theta(moved);
  run_.record(3, "client-1", UpdateKind::gradient, gradient_, 1);
  const Observation change = Observation::read_global_change(run_.file(), 2);
  EXPECT_EQ(change.scope(), Scope::global_change);
  EXPECT_EQ(change.kind(), UpdateKind::delta);
  EXPECT_EQ(change.examples(), 0u);
  for (std::size_t i = 0; i < moved.size(); ++i) ASSERT_EQ(change.update()[i], moved[i] - before[i]);
  expect_error([&] { Observation::read_global_change(run_.file(), 3); }, ErrorKind::data, {"wire.rec", "after", "3"});
}

TEST_F(Observations, NameWhatIsMissing) {
  expect_error([&] { run_.observe(3, "client-1"); }, ErrorKind::data, {"wire.rec", "round 3 is missing"});
  expect_error([&] { run_.observe(2, "client-2"); }, ErrorKind::data, {"wire.rec", "round 2", "client-2"});
  expect_error([&] { Observation::read("/nonexistent/wire.rec", 1, "client-1"); }, ErrorKind::io,
               {"/nonexistent/wire.rec"});
}

TEST_F(Observations, RefuseARecordingCutOffAnywhere) {
  const std::string whole = read_text(run_.file());
  RandomStream random({1, Purpose::test, 0, 0});
  for (int trial = 0; trial < 200; ++trial) {
    const auto file = written("cut.rec", whole.substr(0, random.below(whole.size())));
    EXPECT_THROW(Observation::read(file, 2, "client-1"), Error);
  }
}

TEST_F(Observations, OfSeveralUpdatesRefuseARecordingCutOffAnywhere) {
  const std::string whole = read_text(run_.file());
  RandomStream random({3, Purpose::test, 0, 0});
  for (int trial = 0; trial < 50; ++trial) {
    // The end of a group is no damage: what is missing there nobody can know.
    const auto file = written("cut.rec", whole.substr(0, random.below(whole.size() / 3)));
    EXPECT_THROW(Observation::read_rounds(file, "client-1"), Error);
    EXPECT_THROW(Observation::read_aggregate(file, 2), Error);
    EXPECT_THROW(Observation::read_global_change(file, 1), Error);
  }
  const auto changed = with_changed_message(0, [](v1::RecordedMessage& message) {
    message.mutable_run_description()->set_schema_hash(std::string(32, 'x'));
  });
  expect_error([&] { Observation::read_rounds(changed, "client-1"); }, ErrorKind::data, {"changed.rec", "schema"});
  expect_error([&] { Observation::read_aggregate(changed, 2); }, ErrorKind::data, {"changed.rec", "schema"});
  expect_error([&] { Observation::read_global_change(changed, 1); }, ErrorKind::data, {"changed.rec", "schema"});
}

TEST_F(Observations, RefuseARecordingWithAnyDamagedByte) {
  const std::string whole = read_text(run_.file());
  RandomStream random({2, Purpose::test, 0, 0});
  for (int trial = 0; trial < 200; ++trial) {
    std::string damaged = whole;
    damaged[random.below(whole.size())] ^= static_cast<char>(1u << random.below(8));
    EXPECT_THROW(Observation::read(written("damaged.rec", damaged), 2, "client-1"), Error);
  }
}

TEST_F(Observations, RefuseAnEndInsideAnUpdate) {
  // All records whole, but the last chunk never came.
  std::vector<std::string> records;
  wire::RecordingReader reader(run_.file());
  while (auto message = reader.next()) records.push_back(wire::frame_record(message->SerializeAsString()));
  const auto file = folder_.path() / "short.rec";
  std::ofstream out(file, std::ios::binary);
  out << wire::recording_magic;
  for (std::size_t i = 0; i + 1 < records.size(); ++i) out << records[i];
  out.close();
  expect_error([&] { Observation::read(file, 1, "client-1"); }, ErrorKind::data, {"short.rec", "ends inside"});
}

TEST_F(Observations, RefuseARecordingOfAnotherVersion) {
  const auto with_new_field = with_changed_message(0, [](v1::RecordedMessage& message) {
    message.GetReflection()->MutableUnknownFields(&message)->AddVarint(99, 1);
  });
  expect_error([&] { Observation::read(with_new_field, 1, "client-1"); }, ErrorKind::data,
               {"changed.rec", "fields that this version does not know"});
  const auto with_new_layer = with_changed_message(0, [](v1::RecordedMessage& message) {
    message.mutable_run_description()->set_model_toml("[[layers]]\ntype = \"recurrent\"\n");
  });
  expect_error([&] { Observation::read(with_new_layer, 1, "client-1"); }, ErrorKind::data,
               {"changed.rec", "recurrent"});
  const auto file = written("other.rec", "tacit recording2" + read_text(run_.file()).substr(16));
  expect_error([&] { Observation::read(file, 1, "client-1"); }, ErrorKind::data, {"other.rec", "not a recording"});
}

TEST_F(Observations, RefuseARecordingOfAnotherSchema) {
  const auto changed = with_changed_message(0, [](v1::RecordedMessage& message) {
    message.mutable_run_description()->set_schema_hash(std::string(32, 'x'));
  });
  expect_error([&] { Observation::read(changed, 1, "client-1"); }, ErrorKind::data, {"changed.rec", "schema"});
}

}  // namespace
}  // namespace tacit::attacks
