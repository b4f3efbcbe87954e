#include "client/update_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <type_traits>

#include "core/random.h"
#include "privacy/compression/quantise.h"
#include "privacy/differential_privacy/clip.h"
#include "proto/update_codec.h"
#include "refusal.h"

namespace tacit::client {
namespace {

using testing::HasSubstr;

// The order of the stages is a matter of types: no other composition compiles.
static_assert(std::is_invocable_r_v<ClippedUpdate, ClipStage, RawUpdate>);
static_assert(std::is_invocable_r_v<EncodedUpdate, QuantiseStage, ClippedUpdate>);
static_assert(!std::is_invocable_v<QuantiseStage, RawUpdate>);
static_assert(!std::is_invocable_v<ClipStage, ClippedUpdate>);
static_assert(!std::is_invocable_v<ClipStage, EncodedUpdate>);

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
  const PreparedUpdate prepared = pipeline("").prepare(update, schema());
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
  const PreparedUpdate prepared = pipeline("clip_norm = 0.5\nquantise_bits = 6\n").prepare(update, schema());
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
  const UpdatePipeline both = pipeline("clip_norm = 0.5\nquantise_bits = 3\n");
  const PreparedUpdate a = both.prepare(trained(), schema());
  const PreparedUpdate b = both.prepare(trained(), schema());
  EXPECT_EQ(a.bytes, b.bytes);
  EXPECT_EQ(a.header.SerializeAsString(), b.header.SerializeAsString());
}

TEST(UpdatePipeline, CutsChunks) {
  const UpdatePipeline small(ClipStage(0), QuantiseStage(0), 64);
  const PreparedUpdate prepared = small.prepare(trained(), schema());
  EXPECT_EQ(prepared.header.values().chunk_sha256_size(), (105 * 4 + 63) / 64);
  EXPECT_NO_THROW(decoded(prepared));
}

TEST(UpdatePipeline, ADivergedUpdateIsRefusedByTheNameOfItsParameter) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    TrainedUpdate update = trained();
    update.values[13] = bad;
    EXPECT_THAT(refusal(ErrorKind::data, [&] { pipeline("clip_norm = 1.0").prepare(update, schema()); }),
                testing::AllOf(HasSubstr("dense.weight[2,3]"), HasSubstr("diverged")));
  }
  TrainedUpdate update = trained();
  update.values.pop_back();
  refusal(ErrorKind::usage, [&] { pipeline("").prepare(update, schema()); });
}

TEST(UpdatePipeline, RefusesBadSettings) {
  for (const char* bad : {"clip_norm = -1.0", "clip_norm = inf", "quantise_bits = 1", "quantise_bits = 17",
                          "quantise_bits = 8.5", "quantize_bits = 8", "clip_norm = \"1\""}) {
    EXPECT_THAT(refusal(ErrorKind::configuration, [&] { pipeline(bad); }), HasSubstr("update.toml:1"));
  }
  refusal(ErrorKind::usage, [] { ClipStage(-1); });
  refusal(ErrorKind::usage, [] { ClipStage(std::numeric_limits<double>::quiet_NaN()); });
  refusal(ErrorKind::usage, [] { QuantiseStage(1); });
  refusal(ErrorKind::usage, [] { QuantiseStage(17); });
}

}  // namespace
}  // namespace tacit::client
