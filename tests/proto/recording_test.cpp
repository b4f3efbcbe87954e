#include "proto/recording.h"

#include <google/protobuf/util/message_differencer.h>

#include "core/error.h"
#include "core/files.h"
#include "core/parameters.h"
#include "core/random.h"
#include "proto/blob.h"
#include "proto/model_codec.h"

namespace tacit::wire {
namespace {

const std::shared_ptr<const ParameterSchema> schema =
    std::make_shared<ParameterSchema>(std::vector<ParameterSchema::Declaration>{{"w", {10}}});

Parameters model_of(std::uint32_t round) {
  Parameters parameters(schema);
  for (float& value : parameters.values()) value = static_cast<float>(round);
  return parameters;
}

v1::UpdateHeader header_of(std::span<const std::byte> values) {
  v1::UpdateHeader header;
  header.set_examples(3);
  *header.mutable_values() = describe_blob(values, 16);
  return header;
}

void write_round(RecordingWriter& writer, std::uint32_t round) {
  const Parameters model = model_of(round);
  writer.add_model(round, describe_model(model, 16), model_bytes(model));
  for (const std::string client : {"site-a", "site-b"}) {
    const auto values = model_bytes(model_of(round * 10));
    v1::WorkKey key;
    key.set_round(round);
    writer.add_update(round, client, header_of(values), key, values);
  }
}

void write_all(RecordingWriter& writer, std::uint32_t rounds) {
  v1::JoinResponse description;
  description.set_run("run");
  writer.add_run_description(description);
  for (std::uint32_t round = 1; round <= rounds; ++round) write_round(writer, round);
  writer.flush();
}

std::vector<v1::RecordedMessage> read_all(const std::filesystem::path& file) {
  RecordingReader reader(file);
  std::vector<v1::RecordedMessage> messages;
  while (auto message = reader.next()) messages.push_back(*message);
  return messages;
}

class Recording : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "recording.bin";

  std::vector<std::byte> whole_recording(std::uint32_t rounds) {
    const auto other = folder_.path() / "whole.bin";
    std::filesystem::remove(other);
    {
      RecordingWriter writer(other);
      write_all(writer, rounds);
    }
    return read_bytes(other);
  }
};

TEST_F(Recording, GivesBackWhatWasWritten) {
  {
    RecordingWriter writer(file_);
    write_all(writer, 2);
    EXPECT_EQ(writer.size(), std::filesystem::file_size(file_));
  }
  const auto messages = read_all(file_);
  // A description; in each round a model of 40 bytes in chunks of 16, and two updates likewise.
  ASSERT_EQ(messages.size(), 1u + 2u * (4u + 2u * 4u));
  EXPECT_EQ(messages[0].run_description().run(), "run");
  EXPECT_EQ(messages[1].round(), 1u);
  std::vector<std::byte> bytes;
  for (std::size_t i = 2; i < 5; ++i)
    for (const char c : messages[i].model_chunk().data()) bytes.push_back(static_cast<std::byte>(c));
  EXPECT_EQ(decode_model(messages[1].model(), bytes, schema).hash(), model_of(1).hash());
  EXPECT_EQ(messages[9].client(), "site-b");
  EXPECT_EQ(messages[12].update_chunk().position(), 2u);
  for (std::size_t i = 0; i < messages.size(); ++i) EXPECT_EQ(messages[i].sequence(), i);
}

TEST_F(Recording, KeepsAModelOfASingleClientApart) {
  const Parameters common = model_of(1), own = model_of(2);
  for (int life = 0; life < 2; ++life) {
    RecordingWriter writer(file_);
    writer.add_run_description([] {
      v1::JoinResponse description;
      description.set_run("run");
      return description;
    }());
    EXPECT_EQ(writer.has_model(1, "site-a"), life == 1);
    writer.add_model(1, describe_model(own, 16), model_bytes(own), "site-a");
    EXPECT_EQ(writer.has_model(1), life == 1);
    writer.add_model(1, describe_model(common, 16), model_bytes(common));
    writer.flush();
  }
  const auto messages = read_all(file_);
  ASSERT_EQ(messages.size(), 1u + 2u * 4u);
  for (std::size_t i = 1; i < 9; ++i) EXPECT_EQ(messages[i].client(), i < 5 ? "site-a" : "") << i;
}

TEST_F(Recording, GoesOnAfterACutAtAnyByteWithTheSameResult) {
  const auto whole = whole_recording(2);
  for (std::size_t cut = 0; cut <= whole.size(); cut += cut < 40 ? 1 : 17) {
    write_atomically(file_, std::span(whole).first(cut));
    {
      RecordingWriter writer(file_);
      EXPECT_LE(writer.size(), std::max<std::size_t>(cut, 16));
      write_all(writer, 2);
    }
    ASSERT_EQ(read_bytes(file_), whole) << "cut at byte " << cut;
  }
}

TEST_F(Recording, ReaderSaysWhereTheFileEndsTooEarly) {
  const auto whole = whole_recording(1);
  write_atomically(file_, std::span(whole).first(whole.size() - 5));
  RecordingReader reader(file_);
  std::uint64_t last = 0;
  try {
    while (true) {
      last = reader.offset();
      if (!reader.next()) FAIL() << "the torn record was passed over";
    }
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_THAT(error.what(), testing::HasSubstr(fmt::format("ends inside the record at byte {}", last)));
  }
}

TEST_F(Recording, EveryFlippedBitIsFound) {
  const auto whole = whole_recording(1);
  RandomStream random(RandomKey{1, Purpose::test});
  for (int trial = 0; trial < 200; ++trial) {
    auto damaged = whole;
    damaged[random.below(whole.size())] ^= static_cast<std::byte>(1u << random.below(8));
    write_atomically(file_, damaged);
    EXPECT_THROW(read_all(file_), Error);
  }
}

TEST_F(Recording, WriterRefusesDamageThatACrashCannotDo) {
  auto damaged = whole_recording(2);
  damaged[60] ^= std::byte{4};
  write_atomically(file_, damaged);
  EXPECT_THROW(RecordingWriter{file_}, Error);
  EXPECT_THROW((RecordingWriter{file_, damaged.size()}), Error);
  EXPECT_EQ(read_bytes(file_), damaged) << "a refusal must not touch the file";
}

TEST_F(Recording, DamageBehindTheDurablePartIsCutOff) {
  const auto one = whole_recording(1);
  const auto two = whole_recording(2);
  auto damaged = two;
  for (std::size_t i = one.size(); i < damaged.size(); ++i) damaged[i] = std::byte{0};
  write_atomically(file_, damaged);
  {
    RecordingWriter writer(file_, one.size());
    EXPECT_EQ(writer.size(), one.size());
    write_all(writer, 2);
  }
  EXPECT_EQ(read_bytes(file_), two);
  write_atomically(file_, std::span(one).first(one.size() - 1));
  EXPECT_THROW((RecordingWriter{file_, one.size()}), Error) << "durable bytes are missing";
  std::filesystem::remove(file_);
  EXPECT_THROW((RecordingWriter{file_, one.size()}), Error) << "the whole file is missing";
}

TEST_F(Recording, RefusesOtherFiles) {
  write_atomically(file_, std::string_view("something entirely different"));
  EXPECT_THROW(RecordingReader{file_}, Error);
  EXPECT_THROW(RecordingWriter{file_}, Error);
  EXPECT_THROW(RecordingReader{folder_.path() / "absent"}, Error);
}

TEST_F(Recording, RefusesValuesThatAreNotTheBlob) {
  RecordingWriter writer(file_);
  const Parameters model = model_of(1);
  EXPECT_THROW(writer.add_model(1, describe_model(model, 16), std::as_bytes(model.values()).first(8)), Error);
  EXPECT_FALSE(writer.has_model(1));
  write_all(writer, 1);
  EXPECT_EQ(read_bytes(file_), whole_recording(1));
}

}  // namespace
}  // namespace tacit::wire
