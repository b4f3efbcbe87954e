#include "client/leakage_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "client/leakage_log.h"
#include "client/manual_clock.h"
#include "client/memory_coordinator.h"
#include "client/session.h"
#include "client/small_run.h"
#include "core/files.h"
#include "privacy/differential_privacy/clip.h"
#include "proto/update_codec.h"
#include "refusal.h"

namespace tacit::client {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// A real attack by hand, on what the wire would carry: behind a first linear layer of 8 units over 4 features, the
/// weight gradient of a unit over its bias gradient is the input of the one example (Phong et al., 2018). Takes the
/// unit with the largest bias gradient. Layout: linear1.weight [8, 4], linear1.bias [8], ...
class RatioMeter final : public LeakageMeter {
 public:
  Leakage measure(const LeakageQuestion& question) const override {
    const auto& schema = question.model.schema();
    const auto sent =
        wire::decode_update(question.update.header, question.update.bytes, schema, question.model.hash()).values;
    const auto weight = std::span(sent).subspan(schema.find("linear1.weight")->offset, 32);
    const auto bias = std::span(sent).subspan(schema.find("linear1.bias")->offset, 8);
    std::size_t unit = 0;
    for (std::size_t i = 0; i < 8; ++i)
      if (std::fabs(bias[i]) > std::fabs(bias[unit])) unit = i;
    double mse = 0;
    for (std::size_t j = 0; j < 4; ++j)
      mse += std::pow(weight[4 * unit + j] / bias[unit] - question.data.example(question.examples[0])[j], 2) / 4;
    return {.mse = mse, .psnr = {}, .ssim = {}, .label_accuracy = {}, .words = "the ratio of gradients"};
  }
};

/// The small run with one gradient of one example: RatioMeter recovers it to rounding.
MemoryRun one_gradient(const std::string& pipeline = "") {
  MemoryRun run = small_run();
  run.training_toml = "algorithm = \"fedsgd\"\nbatch_size = 1\n";
  run.pipeline_toml = pipeline;
  return run;
}

LeakageGuardSettings settings(const std::string& toml) {
  ConfigTable table = ConfigTable::parse_text(toml, "guard.toml");
  const auto result = LeakageGuardSettings::from_config(table);
  table.finish();
  return result;
}

class LeakageGuardTest : public testing::Test {
 protected:
  /// The outcome of the whole run with this guard.
  RunOutcome run(MemoryCoordinator& coordinator, const std::string& toml) {
    records_.clear();
    const LeakageGuard guard(settings(toml), meter_, [this](const GuardRecord& record) { records_.push_back(record); });
    coordinator.on_offer = [&](const v1::UpdateHeader&) { ++offers_; };
    Session session(coordinator, small_settings(), data_, clock_, known_backoff());
    session.guard_with(guard);
    return session.run();
  }

  const datasets::Dataset data_ = small_dataset();
  const RatioMeter meter_;
  ManualClock clock_;
  std::vector<GuardRecord> records_;
  int offers_ = 0;
};

TEST_F(LeakageGuardTest, SendsWhatStaysBelowTheLimitAsItIs) {
  MemoryCoordinator plain(one_gradient()), guarded(one_gradient());
  Session session(plain, small_settings(), data_, clock_, known_backoff());
  const std::string hash = session.run().model_hash;
  EXPECT_EQ(run(guarded, "measure = \"mse\"\nlimit = 0.0\naction = \"withhold\"").model_hash, hash);
  ASSERT_EQ(records_.size(), 2u);
  for (const GuardRecord& record : records_) {
    EXPECT_EQ(record.verdict, GuardRecord::Verdict::sent);
    EXPECT_LT(*record.leak.mse, 1e-6) << "the attack must work, or the other tests mean nothing";
  }
}

TEST_F(LeakageGuardTest, AddsMoreAndMoreNoiseUntilTheAttackFails) {
  MemoryCoordinator coordinator(one_gradient());
  const std::string guard =
      "measure = \"mse\"\nlimit = 0.3\naction = \"noise\"\nnoise = 0.001\nnoise_growth = 4.0\nattempts = 10\n";
  const std::string hash = run(coordinator, guard).model_hash;
  EXPECT_TRUE(coordinator.withheld().empty());
  ASSERT_GT(records_.size(), 4u);
  std::size_t sent = 0;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const GuardRecord& record = records_[i];
    const bool is_sent = record.verdict == GuardRecord::Verdict::sent;
    EXPECT_EQ(*record.leak.mse >= 0.3, is_sent);
    if (record.attempt == 0) {
      EXPECT_LT(*record.leak.mse, 1e-6);
      EXPECT_EQ(record.noise, 0);
    }
    if (record.attempt > 1) {
      EXPECT_DOUBLE_EQ(record.noise, 4 * records_[i - 1].noise);
    }
    sent += is_sent;
  }
  EXPECT_EQ(sent, 2u);
  // The same again, bit for bit.
  MemoryCoordinator again(one_gradient());
  EXPECT_EQ(run(again, guard).model_hash, hash);
}

TEST_F(LeakageGuardTest, NoiseStaysWithinTheBoundOfClipping) {
  MemoryCoordinator coordinator(one_gradient("clip_norm = 0.125\n"));
  const Parameters before = coordinator.model();
  run(coordinator, "measure = \"mse\"\nlimit = 0.3\naction = \"noise\"\nnoise = 5.0\nattempts = 20\n");
  std::vector<float> moved(before.size());
  for (std::size_t i = 0; i < moved.size(); ++i) moved[i] = coordinator.model().values()[i] - before.values()[i];
  EXPECT_LE(privacy::l2_norm(moved), 2 * 0.125 + 1e-6) << "two rounds of at most the bound each";
  EXPECT_GT(records_.size(), 2u);
}

TEST_F(LeakageGuardTest, WithholdsAndSaysOnlyThatNothingComes) {
  for (const char* action :
       {"action = \"withhold\"", "action = \"noise\"\nnoise = 1e-9\nnoise_growth = 1.0\nattempts = 2"}) {
    SCOPED_TRACE(action);
    MemoryCoordinator coordinator(one_gradient());
    const std::string before = to_hex(coordinator.model().hash());
    const RunOutcome outcome = run(coordinator, std::string("measure = \"mse\"\nlimit = 0.01\n") + action);
    EXPECT_EQ(outcome.outcome, "complete");
    EXPECT_EQ(outcome.model_hash, before);
    EXPECT_EQ(coordinator.withheld(), (std::vector<std::uint32_t>{1, 2}));
    EXPECT_EQ(offers_, 0);
    EXPECT_THAT(coordinator.calls(), Not(Contains(HasSubstr("Upload"))));
    EXPECT_EQ(records_.back().verdict, GuardRecord::Verdict::withheld);
  }
}

TEST_F(LeakageGuardTest, ALostConnectionDoesNotLoseTheWord) {
  MemoryCoordinator coordinator(one_gradient());
  int lost = 0;
  coordinator.fault = [&](const std::string& call, bool) {
    if (call == "Heartbeat" && lost++ < 3) throw ConnectionError(ErrorKind::peer, "the cable is out");
  };
  run(coordinator, "measure = \"mse\"\nlimit = 0.01\naction = \"withhold\"");
  EXPECT_EQ(coordinator.withheld(), (std::vector<std::uint32_t>{1, 2}));
}

TEST_F(LeakageGuardTest, AMeasureThatDoesNotApplyEndsTheSession) {
  MemoryCoordinator coordinator(one_gradient());
  EXPECT_THAT(refusal(ErrorKind::configuration,
                      [&] { run(coordinator, "measure = \"ssim\"\nlimit = 0.5\naction = \"withhold\""); }),
              AllOf(HasSubstr("\"ssim\" does not apply"), HasSubstr("mse")));
  EXPECT_EQ(offers_, 0);
}

TEST_F(LeakageGuardTest, WritesDownWhatItMeasured) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "leakage.csv";
  {
    const LeakageLog log(file);
    log.write({.round = 1,
               .attempt = 0,
               .leak = {.mse = 0.25, .psnr = {}, .ssim = 0.5, .label_accuracy = {}, .words = "w"},
               .verdict = GuardRecord::Verdict::too_much});
  }
  LeakageLog(file).write({.round = 1, .attempt = 1, .noise = 0.5, .verdict = GuardRecord::Verdict::withheld});
  EXPECT_EQ(
      read_text(file),
      "round,attempt,noise,mse,psnr,ssim,label_accuracy,verdict\n1,0,0,0.25,,0.5,,too_much\n1,1,0.5,,,,,withheld\n");
  refusal(ErrorKind::io, [&] { LeakageLog(folder.path() / "absent" / "leakage.csv"); });
}

TEST_F(LeakageGuardTest, RefusesBadSettings) {
  for (const char* bad :
       {"limit = 0.5\naction = \"noise\"", "measure = \"mse\"\naction = \"noise\"", "measure = \"mse\"\nlimit = 0.5",
        "measure = \"mse\"\nlimit = 0.5\naction = \"hide\"", "measure = \"sim\"\nlimit = 0.5\naction = \"noise\"",
        "measure = \"mse\"\nlimit = 0.5\naction = \"withhold\"\nnoise = 0.5",
        "measure = \"mse\"\nlimit = 0.5\naction = \"noise\"\nattempts = 0",
        "measure = \"mse\"\nlimit = 0.5\naction = \"noise\"\nnoise_growth = 0.5"})
    EXPECT_THAT(refusal(ErrorKind::configuration, [&] { settings(bad); }), HasSubstr("guard.toml"));
}

}  // namespace
}  // namespace tacit::client
