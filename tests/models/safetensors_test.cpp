#include "models/safetensors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"

namespace tacit::models {
namespace {

std::shared_ptr<const ParameterSchema> schema() {
  return std::make_shared<const ParameterSchema>(std::vector<ParameterSchema::Declaration>{
      {"linear1.weight", {2, 3}}, {"linear1.bias", {2}}, {"empty", {0, 5}}, {"scalar", {}}});
}

Parameters some_parameters() {
  Parameters parameters(schema());
  RandomStream stream({1, Purpose::test});
  for (float& value : parameters.values()) value = static_cast<float>(stream.normal());
  return parameters;
}

std::vector<std::byte> file_of(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  std::vector<std::byte> bytes(8 + header.size() + data_bytes);
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

void refused(const std::vector<std::byte>& bytes, const std::string& piece) {
  try {
    decode_safetensors(bytes, "some.safetensors");
    ADD_FAILURE() << "accepted, expected '" << piece << "'";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(std::string(error.what()).find("some.safetensors: "), 0u) << error.what();
    EXPECT_NE(std::string(error.what()).find(piece), std::string::npos) << error.what() << " lacks " << piece;
  }
}

TEST(Safetensors, KeepsEveryBit) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "model.safetensors";
  const Parameters parameters = some_parameters();
  write_safetensors(file, parameters, {{"round", "7"}});
  const SafetensorsFile read = read_safetensors(file);
  EXPECT_EQ(read.parameters.hash(), parameters.hash());
  EXPECT_EQ(read.parameters.schema().hash(), parameters.schema().hash());
  EXPECT_EQ(read.metadata.at("round"), "7");
  EXPECT_EQ(read.metadata.at("format"), "tacit");
  EXPECT_EQ(read.metadata.at("schema_hash"), to_hex(parameters.schema().hash()));
  EXPECT_EQ(read_safetensors(file, schema()).hash(), parameters.hash());
}

/// A file as another program writes it: other order of names, no metadata.
TEST(Safetensors, ReadsFilesOfOtherPrograms) {
  auto bytes = file_of(
      R"({"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
      12);
  const float values[] = {1, 2, 3};
  std::memcpy(bytes.data() + bytes.size() - 12, values, 12);
  const SafetensorsFile read = decode_safetensors(bytes, "other");
  EXPECT_EQ(read.parameters.schema().entries()[0].name, "a");
  EXPECT_EQ(read.parameters.tensor("b")[0], 3.0f);
}

TEST(Safetensors, RefusesAModelOfAnotherSchema) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "model.safetensors";
  write_safetensors(file, some_parameters());
  const auto refuse = [&](std::vector<ParameterSchema::Declaration> declarations, const char* piece) {
    try {
      read_safetensors(file, std::make_shared<const ParameterSchema>(declarations));
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      EXPECT_NE(std::string(error.what()).find(piece), std::string::npos) << error.what();
    }
  };
  refuse({{"linear1.weight", {2, 3}}, {"linear1.bias", {2}}, {"empty", {0, 5}}}, "'scalar' is not part");
  refuse({{"linear1.weight", {2, 3}}, {"linear1.bias", {2}}, {"empty", {0, 5}}, {"scalar", {}}, {"more", {1}}},
         "'more' of the model is missing");
  refuse({{"linear1.weight", {3, 2}}, {"linear1.bias", {2}}, {"empty", {0, 5}}, {"scalar", {}}}, "[3,2]");
}

TEST(Safetensors, RefusesBrokenHeaders) {
  refused({}, "0 bytes");
  refused(std::vector<std::byte>(7), "7 bytes");
  refused(file_of("{}", 4), "4 bytes of data belong to no tensor");
  auto too_long = file_of("{}", 0);
  too_long[0] = std::byte{3};
  refused(too_long, "header length is 3");
  too_long[7] = std::byte{0xff};
  refused(too_long, "header length");
  refused(file_of("", 0), "does not start with an object");
  refused(file_of("[1]", 0), "does not start with an object");
  refused(file_of(" {}", 0), "does not start with an object");
  refused(file_of("{\"a\":", 0), "not a JSON object");
  refused(file_of("{} {}", 0), "not a JSON object");
  refused(file_of("{\"a\xff\":1}", 0), "not a JSON object");
  refused(file_of(std::string(100'000, '{'), 0), "not a JSON object");
  refused(file_of("{" + std::string(100'000, '['), 0), "not a JSON object");
}

std::string entry(const std::string& body) {
  return "{\"t\":{" + body + "}}";
}

TEST(Safetensors, RefusesBrokenTensors) {
  const std::string dtype = R"("dtype":"F32",)", shape = R"("shape":[1],)", offsets = R"("data_offsets":[0,4])";
  EXPECT_NO_THROW(decode_safetensors(file_of(entry(dtype + shape + offsets), 4), "sound"));
  refused(file_of("{\"t\":3}", 0), "'t': its description");
  refused(file_of(entry(shape + offsets), 4), "'t': field 'dtype' is missing");
  refused(file_of(entry(dtype + offsets), 4), "field 'shape' is missing");
  refused(file_of(entry(R"("dtype":"F32","shape":[1])"), 4), "field 'data_offsets' is missing");
  refused(file_of(entry(dtype + shape + offsets + R"(,"extra":1)"), 4), "unknown field 'extra'");
  refused(file_of(entry(R"("dtype":"F16",)" + shape + offsets), 4), "dtype is \"F16\"");
  refused(file_of(entry(dtype + R"("shape":1,)" + offsets), 4), "shape is not an array");
  refused(file_of(entry(dtype + R"("shape":[-1],)" + offsets), 4), "shape must hold integers");
  refused(file_of(entry(dtype + R"("shape":[1.5],)" + offsets), 4), "shape must hold integers");
  refused(file_of(entry(dtype + R"("shape":["1"],)" + offsets), 4), "shape must hold integers");
  refused(file_of(entry(dtype + R"("shape":[99],)" + offsets), 4), "announces more");
  refused(file_of(entry(dtype + R"("shape":[4294967296,4294967296,0],)" + offsets), 4), "announces more");
  refused(file_of(entry(dtype + R"("shape":[18446744073709551615],)" + offsets), 4), "announces more");
  refused(file_of(entry(dtype + shape + R"("data_offsets":[0])"), 4), "not a pair");
  refused(file_of(entry(dtype + shape + R"("data_offsets":[4,0])"), 4), "leave the 4 bytes");
  refused(file_of(entry(dtype + shape + R"("data_offsets":[0,8])"), 4), "leave the 4 bytes");
  refused(file_of(entry(dtype + shape + R"("data_offsets":[0,3])"), 4), "span 3 bytes");
  refused(file_of(entry(dtype + shape + R"("data_offsets":[-4,0])"), 4), "data_offsets must hold integers");
  refused(file_of(entry(dtype + shape + R"("data_offsets":[4,8])"), 8), "start at 4, expected 0");
  refused(file_of(entry(dtype + shape + offsets), 8), "4 bytes of data belong to no tensor");
  refused(file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],)"
                  R"("data_offsets":[0,4]}})",
                  4),
          "'b': data_offsets start at 0, expected 4");
  refused(file_of(R"({"t":{)" + dtype + shape + offsets + R"(},"t":{)" + dtype + shape + offsets + "}}", 4),
          "'t' stands twice");
  refused(file_of(R"({"a[0]":{)" + dtype + shape + offsets + "}}", 4), "bracket");
  refused(file_of(R"({"__metadata__":1})", 0), "__metadata__ is not an object");
  refused(file_of(R"({"__metadata__":{"x":1}})", 0), "'x' is not a string");
  refused(file_of(R"({"__metadata__":{"schema_hash":"00"},"t":{)" + dtype + shape + offsets + "}}", 4), "schema_hash");
}

TEST(Safetensors, RefusesValuesThatAreNoNumbers) {
  for (const float value : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    Parameters parameters = some_parameters();
    parameters.values()[4] = value;
    refused(encode_safetensors(parameters), "linear1.weight[1,1] is not a finite number");
  }
}

/// No truncation and no flipped byte of the header may crash or pass unnoticed as another model.
TEST(Safetensors, SurvivesDamageAnywhere) {
  const Parameters parameters = some_parameters();
  const std::vector<std::byte> whole = encode_safetensors(parameters);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW(decode_safetensors(std::span(whole).first(size), "cut"), Error) << size;
  RandomStream stream({2, Purpose::test});
  for (int trial = 0; trial < 3000; ++trial) {
    std::vector<std::byte> damaged = whole;
    damaged[stream.below(whole.size() - parameters.size() * 4)] ^= static_cast<std::byte>(1 + stream.below(255));
    try {
      EXPECT_EQ(decode_safetensors(damaged, "damaged").parameters.hash(), parameters.hash());
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data) << error.what();
    }
  }
}

}  // namespace
}  // namespace tacit::models
