#include "proto/update_codec.h"

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "privacy/compression/quantise.h"
#include "privacy/compression/signs.h"
#include "proto/blob.h"
#include "proto/bytes.h"

namespace tacit::wire {
namespace {

const ParameterSchema& schema() {
  static const ParameterSchema result({{"layer.weight", {5, 7}}, {"layer.bias", {5}}});
  return result;
}
const Digest base_model = sha256("base model");

std::vector<float> example_values() {
  RandomStream random(RandomKey{3, Purpose::test});
  std::vector<float> values(schema().size());
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

struct Encoded {
  v1::UpdateHeader header;
  std::vector<std::byte> bytes;
};

Encoded encode_float32(std::span<const float> values) {
  Encoded encoded;
  const auto view = std::as_bytes(values);
  encoded.bytes.assign(view.begin(), view.end());
  encoded.header.set_kind(v1::UPDATE_KIND_DELTA);
  encoded.header.set_examples(12);
  encoded.header.set_training_loss(0.5);
  encoded.header.set_schema_hash(to_string(schema().hash()));
  encoded.header.set_base_model_hash(to_string(base_model));
  encoded.header.set_encoding(v1::ENCODING_FLOAT32);
  *encoded.header.mutable_values() = describe_blob(encoded.bytes, 64);
  return encoded;
}

Encoded encode_quantised(std::span<const float> values, unsigned bits) {
  Encoded encoded = encode_float32(values);
  const float scale = privacy::quantise_scale(values);
  encoded.bytes = privacy::quantise(values, bits, scale);
  encoded.header.set_encoding(v1::ENCODING_QUANTISED);
  encoded.header.set_quantise_bits(bits);
  encoded.header.set_quantise_scale(scale);
  *encoded.header.mutable_values() = describe_blob(encoded.bytes, 64);
  return encoded;
}

std::string refusal(const Encoded& good, const std::function<void(Encoded&)>& change) {
  Encoded changed = good;
  change(changed);
  try {
    decode_update(changed.header, changed.bytes, schema(), base_model);
  } catch (const Error& error) {
    return fmt::format("{}: {}", to_string(error.kind()), error.what());
  }
  return "no error";
}

TEST(UpdateCodec, KeepsFloatsBitForBit) {
  const auto values = example_values();
  const Encoded encoded = encode_float32(values);
  const DecodedUpdate update = decode_update(encoded.header, encoded.bytes, schema(), base_model);
  EXPECT_EQ(update.values, values);
  EXPECT_EQ(update.kind, v1::UPDATE_KIND_DELTA);
  EXPECT_EQ(update.examples, 12u);
  EXPECT_EQ(update.training_loss, 0.5);
}

TEST(UpdateCodec, TakesQuantisedValuesWithinHalfAStep) {
  const auto values = example_values();
  for (unsigned bits = 2; bits <= 16; ++bits) {
    const Encoded encoded = encode_quantised(values, bits);
    const DecodedUpdate update = decode_update(encoded.header, encoded.bytes, schema(), base_model);
    const double half_step = encoded.header.quantise_scale() / (2.0 * ((1u << (bits - 1)) - 1));
    for (std::size_t i = 0; i < values.size(); ++i)
      EXPECT_NEAR(update.values[i], values[i], half_step * 1.0001) << bits << " bits, element " << i;
  }
}

TEST(UpdateCodec, TakesSignsTimesTheirMeanMagnitude) {
  const auto values = example_values();
  Encoded encoded = encode_float32(values);
  encoded.bytes = privacy::pack_signs(values);
  encoded.header.set_encoding(v1::ENCODING_SIGNS);
  encoded.header.set_quantise_scale(0.25f);
  *encoded.header.mutable_values() = describe_blob(encoded.bytes, 64);
  const DecodedUpdate update = decode_update(encoded.header, encoded.bytes, schema(), base_model);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(update.values[i], values[i] < 0 ? -0.25f : 0.25f);
  using testing::HasSubstr;
  EXPECT_THAT(refusal(encoded, [](Encoded& e) { e.header.set_quantise_bits(1); }), HasSubstr("update of signs"));
  EXPECT_THAT(refusal(encoded, [](Encoded& e) { e.header.set_quantise_scale(-1); }), HasSubstr("quantise_scale"));
  EXPECT_THAT(refusal(encoded,
                      [](Encoded& e) {
                        e.bytes.resize(4);
                        *e.header.mutable_values() = describe_blob(e.bytes);
                      }),
              HasSubstr("40 parameters have 5"));
}

TEST(UpdateCodec, NamesTheFieldThatIsWrong) {
  const Encoded good = encode_float32(example_values());
  using testing::HasSubstr;
  const auto expect = [&](const std::function<void(Encoded&)>& change, const char* part) {
    EXPECT_THAT(refusal(good, change), testing::AllOf(HasSubstr("data error"), HasSubstr(part)));
  };
  EXPECT_EQ(refusal(good, [](Encoded&) {}), "no error");
  expect([](Encoded& e) { e.header.set_kind(v1::UPDATE_KIND_UNSPECIFIED); }, "update.kind: 0");
  expect([](Encoded& e) { e.header.set_kind(static_cast<v1::UpdateKind>(9)); }, "update.kind: 9");
  expect([](Encoded& e) { e.header.set_examples(0); }, "update.examples: 0");
  expect([](Encoded& e) { e.header.set_examples(example_limit); }, "update.examples");
  expect([](Encoded& e) { e.header.set_training_loss(NAN); }, "update.training_loss");
  expect([](Encoded& e) { e.header.mutable_evaluation(); }, "update.evaluation.examples: 0");
  expect(
      [](Encoded& e) {
        e.header.mutable_evaluation()->set_examples(3);
        e.header.mutable_evaluation()->set_right(4);
      },
      "update.evaluation.right: 4");
  expect(
      [](Encoded& e) {
        e.header.mutable_evaluation()->set_examples(3);
        e.header.mutable_evaluation()->set_loss(HUGE_VAL);
      },
      "update.evaluation.loss");
  expect([](Encoded& e) { e.header.set_encoding(v1::ENCODING_UNSPECIFIED); }, "update.encoding: 0");
  expect([](Encoded& e) { e.header.set_encoding(static_cast<v1::Encoding>(77)); }, "update.encoding: 77");
  expect([](Encoded& e) { e.header.set_schema_hash(std::string(32, 's')); }, "update.schema_hash");
  expect([](Encoded& e) { e.header.clear_schema_hash(); }, "update.schema_hash");
  expect([](Encoded& e) { e.header.set_base_model_hash(std::string(32, 'b')); }, "update.base_model_hash");
  expect([](Encoded& e) { e.header.set_quantise_bits(8); }, "update.quantise_bits");
  expect([](Encoded& e) { e.header.mutable_values()->set_bytes(156); }, "156 bytes announced");
  expect([](Encoded& e) { e.bytes.pop_back(); }, "159 bytes received, 160 announced");
  expect([](Encoded& e) { e.bytes[0] ^= std::byte{1}; }, "SHA-256");
  expect(
      [](Encoded& e) {
        e.bytes.resize(80);
        *e.header.mutable_values() = describe_blob(e.bytes);
      },
      "40 parameters have 160");
}

TEST(UpdateCodec, RefusesQuantisationThatCannotBe) {
  const Encoded good = encode_quantised(example_values(), 5);
  using testing::HasSubstr;
  EXPECT_EQ(refusal(good, [](Encoded&) {}), "no error");
  EXPECT_THAT(refusal(good, [](Encoded& e) { e.header.set_quantise_bits(1); }), HasSubstr("update.quantise_bits: 1"));
  EXPECT_THAT(refusal(good, [](Encoded& e) { e.header.set_quantise_bits(17); }), HasSubstr("update.quantise_bits: 17"));
  EXPECT_THAT(refusal(good, [](Encoded& e) { e.header.set_quantise_bits(6); }), HasSubstr("update.values"));
  EXPECT_THAT(refusal(good, [](Encoded& e) { e.header.set_quantise_scale(-1); }), HasSubstr("update.quantise_scale"));
  EXPECT_THAT(refusal(good, [](Encoded& e) { e.header.set_quantise_scale(INFINITY); }),
              HasSubstr("update.quantise_scale"));
}

TEST(UpdateCodec, NamesTheParameterThatIsNotANumber) {
  auto values = example_values();
  values[16] = std::nanf("");
  const Encoded nan = encode_float32(values);
  EXPECT_THAT(refusal(nan, [](Encoded&) {}), testing::HasSubstr("layer.weight[2,2] is nan"));
  values[16] = 0;
  values[38] = -INFINITY;
  EXPECT_THAT(refusal(encode_float32(values), [](Encoded&) {}), testing::HasSubstr("layer.bias[3] is -inf"));
}

}  // namespace
}  // namespace tacit::wire
