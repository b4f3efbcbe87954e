#include "client/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "client/manual_clock.h"
#include "client/memory_coordinator.h"
#include "client/small_run.h"
#include "models/specification.h"
#include "models/training.h"
#include "privacy/differential_privacy/clip.h"
#include "refusal.h"

namespace tacit::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

class SessionTest : public testing::Test {
 protected:
  Session session(MemoryCoordinator& coordinator) { return {coordinator, settings_, data_, clock_, known_backoff()}; }

  /// The hash that a run without any trouble gives.
  std::string undisturbed_hash() {
    MemoryCoordinator coordinator(small_run());
    return session(coordinator).run().model_hash;
  }

  static std::size_t count(const MemoryCoordinator& coordinator, const std::string& call) {
    const std::vector<std::string> calls = coordinator.calls();
    return static_cast<std::size_t>(
        std::count_if(calls.begin(), calls.end(), [&](const std::string& made) { return made.rfind(call, 0) == 0; }));
  }

  ClientSettings settings_ = small_settings();
  datasets::Dataset data_ = small_dataset();
  ManualClock clock_;
};

// The truth, without a session: training, clipping and adding by hand.
TEST_F(SessionTest, TwoRoundsGiveTheModelThatTrainingByHandGives) {
  MemoryCoordinator coordinator(small_run());
  Parameters expected = coordinator.model();
  const auto model = models::build_model<float>(ConfigTable::parse_text(small_run().model_toml, "model"), {4}, 2);
  const auto training =
      models::LocalTraining::from_config(ConfigTable::parse_text(small_run().training_toml, "training"));
  for (std::uint32_t round = 1; round <= 2; ++round) {
    const RandomKey key{.seed = 21, .purpose = Purpose::local_order, .round = round, .client = 3};
    std::vector<float> update = models::train_locally(model, expected.values(), data_, training, key).update;
    privacy::clip_l2(update, 0.5);
    for (std::size_t i = 0; i < update.size(); ++i) expected.values()[i] += update[i];
  }

  Session one = session(coordinator);
  const RunOutcome outcome = one.run();
  EXPECT_EQ(outcome.outcome, "complete");
  EXPECT_EQ(outcome.model_hash, to_hex(expected.hash()));
  EXPECT_EQ(coordinator.model().hash(), expected.hash());
  EXPECT_FALSE(one.step()) << "a finished run stays finished";
  EXPECT_GT(count(coordinator, "UploadChunk"), 6u);
  EXPECT_EQ(clock_.pauses, std::vector<std::chrono::milliseconds>{5ms})
      << "the one wait that the coordinator asked for";
}

// Every call of the run in turn loses its connection, before it reaches the coordinator or on the way back.
TEST_F(SessionTest, ALostConnectionAnywhereChangesNothing) {
  MemoryCoordinator calm(small_run());
  const std::string expected = session(calm).run().model_hash;
  const std::size_t calls = calm.calls().size();
  const std::size_t uploads = count(calm, "UploadChunk");
  for (std::size_t lost = 0; lost < calls; ++lost) {
    for (const bool answered : {false, true}) {
      MemoryCoordinator coordinator(small_run());
      std::size_t made = 0;
      coordinator.fault = [&](const std::string& call, bool after) {
        if (after == answered && made++ == lost) throw ConnectionError(ErrorKind::peer, "lost in " + call);
      };
      EXPECT_EQ(session(coordinator).run().model_hash, expected) << "call " << lost << " answered " << answered;
      EXPECT_EQ(count(coordinator, "UploadChunk"), uploads) << "a stored chunk was sent again, call " << lost;
    }
  }
}

// What a client gives away beside its update is decided on both sides: the coordinator asks, the client agrees.
TEST_F(SessionTest, AnEvaluationLeavesOnlyIfAskedForAndAgreedTo) {
  datasets::Dataset held_out = data_;
  held_out.labels[0] = 1 - held_out.labels[0];
  for (const bool asks : {false, true}) {
    for (const bool agrees : {false, true}) {
      MemoryCoordinator coordinator(small_run());
      coordinator.change_description = [&](v1::JoinResponse& description) { description.set_asks_evaluation(asks); };
      const Parameters start = coordinator.model();
      std::vector<v1::UpdateHeader> headers;
      coordinator.on_offer = [&](const v1::UpdateHeader& header) { headers.push_back(header); };
      Session one = session(coordinator);
      if (agrees) one.agree_to_evaluate(held_out);
      EXPECT_EQ(one.run().model_hash, undisturbed_hash()) << "evaluating changes no model";
      ASSERT_EQ(headers.size(), 2u);
      for (const v1::UpdateHeader& header : headers) EXPECT_EQ(header.has_evaluation(), asks && agrees);
      if (!asks || !agrees) continue;
      // The model that round 1 starts from, on the held-out examples.
      const auto model = models::build_model<float>(ConfigTable::parse_text(small_run().model_toml, "model"), {4}, 2);
      const models::Evaluated expected = models::evaluate(model, start.values(), held_out);
      EXPECT_EQ(headers[0].evaluation().examples(), 40u);
      EXPECT_EQ(static_cast<double>(headers[0].evaluation().right()), std::round(40 * expected.accuracy));
      EXPECT_EQ(headers[0].evaluation().loss(), expected.loss);
    }
  }
}

TEST_F(SessionTest, ABrokenUploadGoesOnWithTheMissingChunks) {
  MemoryCoordinator coordinator(small_run());
  bool broken = false;
  coordinator.fault = [&](const std::string& call, bool answered) {
    if (call == "UploadChunk 2" && !answered && !std::exchange(broken, true)) {
      throw ConnectionError(ErrorKind::peer, "the link went down");
    }
  };
  session(coordinator).run();
  const std::vector<std::string> calls = coordinator.calls();
  const auto first = std::find(calls.begin(), calls.end(), "OfferUpdate");
  ASSERT_GE(calls.end() - first, 6);
  EXPECT_THAT(std::vector<std::string>(first, first + 5),
              testing::ElementsAre("OfferUpdate", "UploadChunk 0", "UploadChunk 1", "OfferUpdate", "UploadChunk 2"));
}

// A client that is killed has no state that could survive, so a new session stands for the new process.
TEST_F(SessionTest, AClientKilledAnywhereAndStartedAgainChangesNothing) {
  struct Killed {};
  MemoryCoordinator calm(small_run());
  const std::string expected = session(calm).run().model_hash;
  const std::size_t calls = calm.calls().size();
  const std::size_t uploads = count(calm, "UploadChunk");
  for (std::size_t deadly = 0; deadly < calls; ++deadly) {
    for (const bool answered : {false, true}) {
      MemoryCoordinator coordinator(small_run());
      std::size_t made = 0;
      coordinator.fault = [&](const std::string&, bool after) {
        if (after == answered && made++ == deadly) throw Killed();
      };
      EXPECT_THROW(session(coordinator).run(), Killed);
      EXPECT_EQ(session(coordinator).run().model_hash, expected) << "call " << deadly << " answered " << answered;
      EXPECT_EQ(count(coordinator, "UploadChunk"), uploads) << "a stored chunk was sent again, call " << deadly;
    }
  }
}

TEST_F(SessionTest, AnUpdateThatComesTooLateIsDropped) {
  for (const char* late : {"DownloadChunk", "OfferUpdate", "UploadChunk 1", "CommitUpdate"}) {
    MemoryCoordinator coordinator(small_run());
    bool closed = false;
    coordinator.fault = [&](const std::string& call, bool answered) {
      if (call == late && !answered && !std::exchange(closed, true)) coordinator.close_round();
    };
    Parameters start = coordinator.model();
    EXPECT_EQ(session(coordinator).run().outcome, "complete");
    EXPECT_TRUE(closed);
    EXPECT_NE(coordinator.model().hash(), start.hash()) << "round 2 counted";
    EXPECT_EQ(count(coordinator, "CommitUpdate"), 1u);
  }
}

TEST_F(SessionTest, ACoordinatorThatForgotTheClientIsJoinedAgain) {
  MemoryCoordinator coordinator(small_run());
  int receipts = 0;
  coordinator.fault = [&](const std::string& call, bool answered) {
    if (call == "CommitUpdate" && answered && ++receipts == 1) coordinator.forget_members();
  };
  EXPECT_EQ(session(coordinator).run().model_hash, undisturbed_hash());
  EXPECT_EQ(count(coordinator, "Join"), 2u);
}

TEST_F(SessionTest, ACoordinatorThatForgotTheUploadGetsItAnew) {
  for (const char* moment : {"UploadChunk 0", "UploadChunk 2", "CommitUpdate"}) {
    MemoryCoordinator coordinator(small_run());
    bool forgot = false;
    coordinator.fault = [&](const std::string& call, bool answered) {
      if (call == moment && !answered && !std::exchange(forgot, true)) coordinator.forget_upload();
    };
    EXPECT_EQ(session(coordinator).run().model_hash, undisturbed_hash()) << moment;
    EXPECT_EQ(count(coordinator, "OfferUpdate"), 3u);
  }
}

TEST_F(SessionTest, GivesUpAfterTooLongWithoutContact) {
  settings_.give_up_after = 90s;
  MemoryCoordinator coordinator(small_run());
  coordinator.fault = [&](const std::string& call, bool) {
    if (call == "OfferUpdate") throw ConnectionError(ErrorKind::deadline, "no answer within 30000 ms");
  };
  const std::string message = refusal(ErrorKind::peer, [&] { session(coordinator).run(); });
  EXPECT_THAT(message, AllOf(HasSubstr("90 s"), HasSubstr("deliver the update"), HasSubstr("no answer within")));
  EXPECT_EQ(std::accumulate(clock_.pauses.begin(), clock_.pauses.end(), 0ms), 90s + 5ms);
}

TEST_F(SessionTest, StopsWhenAsked) {
  MemoryCoordinator coordinator(small_run());
  std::stop_source stop;
  coordinator.fault = [&](const std::string& call, bool answered) {
    if (call == "CommitUpdate" && answered) stop.request_stop();
  };
  Session one(coordinator, settings_, data_, clock_, known_backoff(), stop.get_token());
  EXPECT_THAT(refusal(ErrorKind::interrupted, [&] { one.run(); }), HasSubstr("ask for work"));
  EXPECT_EQ(coordinator.round(), 2u) << "what was under way was brought to its end";
}

TEST_F(SessionTest, RefusesARunItCannotTakePartIn) {
  const auto refused = [&](ErrorKind kind, MemoryRun run, std::function<void(v1::JoinResponse&)> change = {}) {
    MemoryCoordinator coordinator(std::move(run));
    coordinator.change_description = std::move(change);
    const std::string message = refusal(kind, [&] { session(coordinator).run(); });
    EXPECT_EQ(coordinator.calls().size(), 1u) << "nothing after Join";
    return message;
  };
  EXPECT_THAT(refused(ErrorKind::peer, small_run(), [](auto& description) { description.set_schema_hash("another"); }),
              AllOf(HasSubstr("schema"), HasSubstr("same version")));
  EXPECT_THAT(refused(ErrorKind::peer, small_run(), [](auto& d) { d.set_pipeline_toml("shuffle = true"); }),
              AllOf(HasSubstr("[update]"), HasSubstr("shuffle")));
  EXPECT_THAT(refused(ErrorKind::peer, small_run(), [](auto& d) { d.set_training_toml("optimizer = \"magic\""); }),
              AllOf(HasSubstr("[training]"), HasSubstr("magic")));
  EXPECT_THAT(refused(ErrorKind::peer, small_run(), [](auto& d) { d.set_model_toml("= ="); }), HasSubstr("[model]"));
  EXPECT_THAT(refused(ErrorKind::peer, small_run(), [](auto& d) { d.clear_model_toml(); }), HasSubstr("[model]"));

  EXPECT_THAT(refused(ErrorKind::data, small_run(), [](auto& d) { d.set_input_shape(0, 5); }),
              AllOf(HasSubstr("two clouds"), HasSubstr("4"), HasSubstr("5")));
  EXPECT_THAT(refused(ErrorKind::data, small_run(), [](auto& d) { d.set_classes(1); }), HasSubstr("classes"));
  data_ = data_.subset({});
  EXPECT_THAT(refused(ErrorKind::data, small_run()), HasSubstr("empty"));
}

TEST_F(SessionTest, AnotherProtocolVersionIsRefusedWithBothNumbers) {
  MemoryRun run = small_run();
  run.protocol_version = 7;
  MemoryCoordinator coordinator(run);
  EXPECT_THAT(refusal(ErrorKind::state, [&] { session(coordinator).run(); }),
              AllOf(HasSubstr("version 7"), HasSubstr("version 1")));
}

TEST_F(SessionTest, RefusesSenselessAnswers) {
  const auto refused = [&](const std::function<void(MemoryCoordinator&)>& spoil) {
    MemoryCoordinator coordinator(small_run());
    spoil(coordinator);
    const std::string message = refusal(ErrorKind::peer, [&] { session(coordinator).run(); });
    EXPECT_THAT(message, HasSubstr("the coordinator"));
    return message;
  };
  EXPECT_THAT(refused([](auto& c) { c.change_order = [](v1::WorkOrder& order) { order.Clear(); }; }),
              HasSubstr("no work"));
  EXPECT_THAT(refused([](auto& c) {
                c.change_order = [](v1::WorkOrder& order) {
                  if (order.has_train()) order.mutable_train()->mutable_key()->set_run("run-2");
                };
              }),
              AllOf(HasSubstr("run-1"), HasSubstr("run-2")));
  EXPECT_THAT(refused([](auto& c) {
                c.change_order = [](v1::WorkOrder& order) {
                  if (order.has_train()) order.mutable_train()->mutable_model()->mutable_values()->set_bytes(1u << 30);
                };
              }),
              HasSubstr("round 1"));
  EXPECT_THAT(refused([](auto& c) { c.change_chunk = [](v1::Chunk& chunk) { chunk.mutable_data()->front() ^= 1; }; }),
              HasSubstr("damaged"));
  EXPECT_THAT(refused([](auto& c) { c.change_chunk = [](v1::Chunk& chunk) { chunk.clear_data(); }; }),
              HasSubstr("damaged"));
  EXPECT_THAT(refused([](auto& c) { c.change_offer = [](v1::OfferUpdateResponse& o) { o.add_missing_chunks(999); }; }),
              HasSubstr("chunk 999"));
  EXPECT_THAT(
      refused([](auto& c) { c.change_receipt = [](v1::Receipt& receipt) { receipt.set_blob_sha256("other"); }; }),
      HasSubstr("receipt"));
}

TEST_F(SessionTest, WorkThatComesAgainAndAgainIsRefused) {
  MemoryCoordinator coordinator(small_run());
  coordinator.fault = [&](const std::string& call, bool answered) {
    if (call == "OfferUpdate" && !answered) fail(ErrorKind::state, "come back later");
  };
  EXPECT_THAT(refusal(ErrorKind::peer, [&] { session(coordinator).run(); }), HasSubstr("again and again"));
}

TEST_F(SessionTest, DivergedTrainingEndsTheSession) {
  MemoryRun run = small_run();
  // Without a nonlinearity that saturates, steps this long grow without bound.
  run.model_toml =
      "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"linear\"\noutputs = 8\n[[layers]]\ntype = \"linear\"\n"
      "outputs = 2\n";
  run.training_toml = "learning_rate = 1e6\nlocal_epochs = 20\n";
  MemoryCoordinator coordinator(run);
  EXPECT_THAT(refusal(ErrorKind::data, [&] { session(coordinator).run(); }), HasSubstr("diverged"));
  EXPECT_EQ(count(coordinator, "OfferUpdate"), 0u);
}

// A start whose biases are hundreds: what a head that fishes for a class has, and no honest model.
TEST_F(SessionTest, AModelThatLooksCraftedIsRefusedOnlyIfTheClientSaysSo) {
  MemoryRun run = small_run();
  run.model_toml = "[[layers]]\ntype = \"linear\"\noutputs = 2\ninitial_range = 1e6\n";
  for (const auto policy : {ReceivedModelPolicy::accept, ReceivedModelPolicy::warn}) {
    settings_.received_model = policy;
    MemoryCoordinator coordinator(run);
    EXPECT_EQ(session(coordinator).run().outcome, "complete");
  }
  settings_.received_model = ReceivedModelPolicy::refuse;
  MemoryCoordinator coordinator(run);
  EXPECT_THAT(refusal(ErrorKind::peer, [&] { session(coordinator).run(); }),
              AllOf(HasSubstr("round 1"), HasSubstr("give examples away"), HasSubstr("a bias of 'linear1'")));
  EXPECT_EQ(count(coordinator, "OfferUpdate"), 0u);
  MemoryCoordinator honest(small_run());
  EXPECT_EQ(session(honest).run().outcome, "complete");
}

}  // namespace
}  // namespace tacit::client
