#include "client/update_pipeline.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <type_traits>

#include "core/random.h"
#include "privacy/compression/quantise.h"
#include "privacy/differential_privacy/clip.h"
#include "privacy/differential_privacy/noise.h"
#include "proto/update_codec.h"
#include "refusal.h"

namespace tacit::client {
namespace {

using testing::HasSubstr;

// The order of the stages is a matter of types: no other composition compiles.
static_assert(std::is_invocable_r_v<ClippedUpdate, ClipStage, RawUpdate>);
static_assert(std::is_invocable_r_v<NoisyUpdate, NoiseStage, ClippedUpdate, RandomKey>);
static_assert(std::is_invocable_r_v<PrunedUpdate, PruneStage, NoisyUpdate, ParameterSchema>);
static_assert(std::is_invocable_r_v<EncodedUpdate, QuantiseStage, PrunedUpdate, RandomKey>);
static_assert(!std::is_invocable_v<QuantiseStage, RawUpdate, RandomKey>);
static_assert(!std::is_invocable_v<QuantiseStage, ClippedUpdate, RandomKey>);
static_assert(!std::is_invocable_v<NoiseStage, RawUpdate, RandomKey>);
static_assert(!std::is_invocable_v<PruneStage, ClippedUpdate, ParameterSchema>);
static_assert(!std::is_invocable_v<ClipStage, ClippedUpdate>);
static_assert(!std::is_invocable_v<ClipStage, EncodedUpdate>);

constexpr RandomKey key{.seed = 5, .purpose = Purpose::local_order, .round = 2, .client = 3};

const ParameterSchema& schema() {
  static const ParameterSchema value({{"dense.weight", {20, 5}}, {"dense.bias", {5}}});
  return value;
}

TrainedUpdate trained(double scale = 1) {
  RandomStream random(RandomKey{.seed = 4, .purpose = Purpose::test});
  TrainedUpdate update{
      .kind = v1::UPDATE_KIND_DELTA, .examples = 17, .training_loss = 0.25, .base_model_hash = sha256("base")};
  update.values.resize(schema().size());
  for (float& value : update.values) value = static_cast<float>(random.normal() * scale);
  return update;
}

UpdatePipeline pipeline(const std::string& toml) {
  ConfigTable table = ConfigTable::parse_text(toml, "update.toml");
  UpdatePipeline result = UpdatePipeline::from_config(table);
  table.finish();
  return result;
}

wire::DecodedUpdate decoded(const PreparedUpdate& update) {
  return wire::decode_update(update.header, update.bytes, schema(), sha256("base"));
}

TEST(UpdatePipeline, WithoutStagesTheBitsArriveAsTheyAre) {
  const TrainedUpdate update = trained();
  const PreparedUpdate prepared = pipeline("").prepare(update, schema(), key);
  EXPECT_EQ(prepared.header.encoding(), v1::ENCODING_FLOAT32);
  const wire::DecodedUpdate arrived = decoded(prepared);
  EXPECT_EQ(arrived.values, update.values);
  EXPECT_EQ(arrived.kind, v1::UPDATE_KIND_DELTA);
  EXPECT_EQ(arrived.examples, 17u);
  EXPECT_EQ(arrived.training_loss, 0.25);
  EXPECT_DOUBLE_EQ(prepared.norm_before_clipping, privacy::l2_norm(update.values));
}

TEST(UpdatePipeline, ClipsBeforeItQuantises) {
  const TrainedUpdate update = trained(10);
  const PreparedUpdate prepared = pipeline("clip_norm = 0.5\nquantise_bits = 6\n").prepare(update, schema(), key);
  EXPECT_EQ(prepared.header.encoding(), v1::ENCODING_QUANTISED);
  EXPECT_EQ(prepared.header.quantise_bits(), 6u);
  EXPECT_EQ(prepared.bytes.size(), privacy::quantised_bytes(schema().size(), 6));

  // The same by hand, in the documented order.
  std::vector<float> expected = update.values;
  EXPECT_DOUBLE_EQ(privacy::clip_l2(expected, 0.5), prepared.norm_before_clipping);
  const float scale = privacy::quantise_scale(expected);
  EXPECT_EQ(prepared.header.quantise_scale(), scale);
  EXPECT_EQ(prepared.bytes, privacy::quantise(expected, 6, scale));
  // Scale of the clipped, not of the raw update: the other order would give about 75 times as much.
  EXPECT_LT(scale, 0.5f);
  const wire::DecodedUpdate arrived = decoded(prepared);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(arrived.values[i], expected[i], scale / 62 + 1e-7);
}

TEST(UpdatePipeline, IsAFunctionOfItsInput) {
  const UpdatePipeline both = pipeline(
      "clip_norm = 0.5\nnoise = \"laplace\"\nnoise_scale = 0.01\nkeep_share = 0.4\nquantise_bits = 3\n"
      "quantise_rounding = \"stochastic\"\n");
  const PreparedUpdate a = both.prepare(trained(), schema(), key);
  const PreparedUpdate b = both.prepare(trained(), schema(), key);
  EXPECT_EQ(a.bytes, b.bytes);
  EXPECT_EQ(a.header.SerializeAsString(), b.header.SerializeAsString());
  for (const RandomKey& other :
       {RandomKey{6, key.purpose, 2, 3}, RandomKey{5, key.purpose, 1, 3}, RandomKey{5, key.purpose, 2, 4}})
    EXPECT_NE(both.prepare(trained(), schema(), other).bytes, a.bytes);
}

TEST(UpdatePipeline, AddsTheNoiseOfItsKeyAfterClipping) {
  for (const char* kind : {"gaussian", "laplace"}) {
    SCOPED_TRACE(kind);
    const TrainedUpdate update = trained(10);
    const auto sent = decoded(pipeline(fmt::format("clip_norm = 0.5\nnoise = \"{}\"\nnoise_scale = 0.25\n", kind))
                                  .prepare(update, schema(), key))
                          .values;
    std::vector<float> expected = update.values;
    privacy::clip_l2(expected, 0.5);
    RandomStream stream({key.seed, Purpose::update_noise, key.round, key.client});
    if (kind[0] == 'g') privacy::add_gaussian_noise(expected, 0.25, stream);
    if (kind[0] == 'l') privacy::add_laplace_noise(expected, 0.25, stream);
    EXPECT_EQ(sent, expected);
  }
}

TEST(UpdatePipeline, PrunesTensorByTensorAfterTheNoise) {
  const TrainedUpdate update = trained();
  const auto noisy =
      decoded(pipeline("noise = \"gaussian\"\nnoise_scale = 0.5\n").prepare(update, schema(), key)).values;
  const auto sent =
      decoded(pipeline("noise = \"gaussian\"\nnoise_scale = 0.5\nkeep_share = 0.3\n").prepare(update, schema(), key))
          .values;
  for (const ParameterEntry& entry : schema().entries()) {
    // The smallest that stays is no smaller than the largest that went.
    float smallest_kept = 1e9f, largest_dropped = 0;
    std::size_t kept = 0;
    for (std::size_t i = entry.offset; i < entry.offset + entry.size; ++i) {
      if (sent[i] != 0) {
        EXPECT_EQ(sent[i], noisy[i]);
        ++kept, smallest_kept = std::min(smallest_kept, std::fabs(noisy[i]));
      } else {
        largest_dropped = std::max(largest_dropped, std::fabs(noisy[i]));
      }
    }
    EXPECT_EQ(kept, entry.size == 100 ? 30u : 2u) << entry.name;
    EXPECT_GE(smallest_kept, largest_dropped);
  }
}

TEST(UpdatePipeline, SendsSignsInOneBitEach) {
  const TrainedUpdate update = trained();
  const PreparedUpdate prepared = pipeline("quantise_bits = 1").prepare(update, schema(), key);
  EXPECT_EQ(prepared.header.encoding(), v1::ENCODING_SIGNS);
  EXPECT_EQ(prepared.bytes.size(), (schema().size() + 7) / 8);
  double mean = 0;
  for (const float value : update.values) mean += std::abs(static_cast<double>(value)) / update.values.size();
  const auto sent = decoded(prepared).values;
  for (std::size_t i = 0; i < sent.size(); ++i) EXPECT_NEAR(sent[i], update.values[i] < 0 ? -mean : mean, 1e-6);
}

TEST(UpdatePipeline, ObjectsToNoiseOnStatistics) {
  const ParameterSchema statistics({{"dense.weight", {2}}, {"batch_norm1.variance", {2}, false}});
  EXPECT_THAT(pipeline("noise = \"gaussian\"\nnoise_scale = 0.1").objection_to(statistics),
              testing::AllOf(HasSubstr("batch_norm1.variance"), HasSubstr("group_norm")));
  EXPECT_THAT(pipeline("quantise_bits = 1").objection_to(statistics), HasSubstr("quantise_bits"));
  EXPECT_EQ(pipeline("clip_norm = 1.0\nkeep_share = 0.5\nquantise_bits = 4").objection_to(statistics), "");
  EXPECT_EQ(pipeline("noise = \"gaussian\"\nnoise_scale = 0.1").objection_to(schema()), "");
}

TEST(UpdatePipeline, CutsChunks) {
  const UpdatePipeline small(UpdateStages{}, 64);
  const PreparedUpdate prepared = small.prepare(trained(), schema(), key);
  EXPECT_EQ(prepared.header.values().chunk_sha256_size(), (105 * 4 + 63) / 64);
  EXPECT_NO_THROW(decoded(prepared));
}

TEST(UpdatePipeline, ADivergedUpdateIsRefusedByTheNameOfItsParameter) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    TrainedUpdate update = trained();
    update.values[13] = bad;
    EXPECT_THAT(refusal(ErrorKind::data, [&] { pipeline("clip_norm = 1.0").prepare(update, schema(), key); }),
                testing::AllOf(HasSubstr("dense.weight[2,3]"), HasSubstr("diverged")));
  }
  TrainedUpdate update = trained();
  update.values.pop_back();
  refusal(ErrorKind::usage, [&] { pipeline("").prepare(update, schema(), key); });
}

TEST(UpdatePipeline, RefusesBadSettings) {
  for (const char* bad :
       {"clip_norm = -1.0", "clip_norm = inf", "quantise_bits = -1", "quantise_bits = 17", "noise = \"gauss\"",
        "noise_scale = 1.0", "noise = \"laplace\"", "keep_share = 0.0", "keep_share = 1.5",
        "quantise_rounding = \"stochastic\"", "quantise_bits = 8.5", "quantize_bits = 8", "clip_norm = \"1\""}) {
    EXPECT_THAT(refusal(ErrorKind::configuration, [&] { pipeline(bad); }), HasSubstr("update.toml:1"));
  }
  EXPECT_THAT(refusal(ErrorKind::configuration, [&] { pipeline("keep_share = 0.5\nquantise_bits = 1"); }),
              HasSubstr("update.toml:1: key 'keep_share'"));
  EXPECT_THAT(refusal(ErrorKind::configuration, [&] { pipeline("noise = \"laplace\"\nnoise_scale = -1.0"); }),
              HasSubstr("update.toml:2"));
  refusal(ErrorKind::usage, [] { ClipStage(-1); });
  refusal(ErrorKind::usage, [] { ClipStage(std::numeric_limits<double>::quiet_NaN()); });
  refusal(ErrorKind::usage, [] { QuantiseStage(1, QuantiseStage::Rounding::stochastic); });
  refusal(ErrorKind::usage, [] { NoiseStage(NoiseStage::Kind::gaussian, -1); });
  refusal(ErrorKind::usage, [] { PruneStage(0); });
  refusal(ErrorKind::usage, [] { QuantiseStage(17); });
}

}  // namespace
}  // namespace tacit::client
