#include "proto/model_codec.h"

#include "core/error.h"
#include "proto/bytes.h"

namespace tacit::wire {
namespace {

std::shared_ptr<const ParameterSchema> schema(const char* name = "dense.weight") {
  return std::make_shared<ParameterSchema>(
      std::vector<ParameterSchema::Declaration>{{name, {3, 4}}, {"dense.bias", {3}}});
}

Parameters example() {
  Parameters parameters(schema());
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters.values()[i] = 0.1f * static_cast<float>(i) - 0.7f;
  return parameters;
}

TEST(ModelCodec, GivesBackTheSameBits) {
  const Parameters parameters = example();
  const v1::Model model = describe_model(parameters, 16);
  EXPECT_EQ(model.values().chunk_sha256_size(), 4);
  EXPECT_EQ(decode_model(model, model_bytes(parameters), schema()).hash(), parameters.hash());
}

TEST(ModelCodec, RefusesAnythingThatDoesNotAgree) {
  const Parameters parameters = example();
  const auto bytes = model_bytes(parameters);
  const v1::Model good = describe_model(parameters);
  const auto refuses = [&](auto change) {
    v1::Model model = good;
    auto changed_bytes = bytes;
    change(model, changed_bytes);
    try {
      decode_model(model, changed_bytes, schema());
    } catch (const Error& error) {
      return error.kind() == ErrorKind::data ? std::string(error.what()) : "wrong kind";
    }
    return std::string("no error");
  };
  using testing::HasSubstr;
  using Bytes = std::vector<std::byte>;
  EXPECT_EQ(refuses([](v1::Model&, Bytes&) {}), "no error");
  EXPECT_THAT(refuses([](v1::Model& m, Bytes&) { m.set_schema_hash(to_string(schema("other.weight")->hash())); }),
              HasSubstr("model.schema_hash"));
  EXPECT_THAT(refuses([](v1::Model& m, Bytes&) { m.set_model_hash(std::string(32, 'x')); }),
              HasSubstr("model.model_hash"));
  EXPECT_THAT(refuses([](v1::Model& m, Bytes&) { m.set_model_hash("x"); }), HasSubstr("model.model_hash"));
  EXPECT_THAT(refuses([](v1::Model&, Bytes& b) { b[5] ^= std::byte{1}; }), HasSubstr("model.values"));
  EXPECT_THAT(refuses([](v1::Model&, Bytes& b) { b.pop_back(); }), HasSubstr("model.values: 59 bytes received"));
  EXPECT_THAT(refuses([](v1::Model& m, Bytes& b) {
                b.resize(56);
                *m.mutable_values() = describe_blob(b);
              }),
              HasSubstr("15 parameters have 60"));
}

}  // namespace
}  // namespace tacit::wire
