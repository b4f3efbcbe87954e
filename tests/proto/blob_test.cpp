#include "proto/blob.h"

#include <rapidcheck/gtest.h>

#include "core/error.h"
#include "core/random.h"
#include "proto/bytes.h"

namespace tacit::wire {
namespace {

std::vector<std::byte> random_bytes(std::size_t count, std::uint32_t stream = 0) {
  RandomStream random(RandomKey{7, Purpose::test, stream, 0});
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
  return bytes;
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return fmt::format("{}: {}", to_string(error.kind()), error.what());
  }
  return "no error";
}

RC_GTEST_PROP(Blob, SurvivesCuttingAndAssemblyInAnyOrder, ()) {
  const auto size = *rc::gen::inRange<std::size_t>(0, 300);
  const auto chunk_bytes = *rc::gen::inRange<std::size_t>(1, 40);
  const auto bytes = random_bytes(size);
  const v1::Blob blob = describe_blob(bytes, chunk_bytes);
  validate_blob(blob, size);
  BlobAssembler assembler(blob, size);
  std::vector<std::uint32_t> order = assembler.missing();
  RC_ASSERT(order.size() == (size + chunk_bytes - 1) / chunk_bytes);
  RandomStream(RandomKey{*rc::gen::arbitrary<std::uint64_t>(), Purpose::test}).shuffle(std::span(order));
  for (const std::uint32_t position : order) {
    RC_ASSERT(!assembler.complete());
    assembler.put(position, chunk_of(bytes, blob, position));
    assembler.put(position, chunk_of(bytes, blob, position));
    RC_ASSERT(assembler.has(position));
  }
  RC_ASSERT(assembler.complete());
  RC_ASSERT(assembler.take() == bytes);
}

TEST(Blob, RefusesChunksThatAreNotTheAnnouncedOnes) {
  const auto bytes = random_bytes(100);
  const v1::Blob blob = describe_blob(bytes, 40);
  BlobAssembler assembler(blob, 100);
  auto wrong = random_bytes(40, 1);
  EXPECT_THROW(assembler.put(0, wrong), Error);
  EXPECT_THROW(assembler.put(0, std::span(bytes).first(39)), Error);
  EXPECT_THROW(assembler.put(3, std::span(bytes).first(20)), Error);
  EXPECT_THROW(assembler.put(1, chunk_of(bytes, blob, 0)), Error) << "a right chunk in the wrong place";
  EXPECT_EQ(assembler.missing(), (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_THROW(assembler.take(), Error);
}

TEST(Blob, ChecksTheWholeEvenIfEveryChunkFits) {
  const auto bytes = random_bytes(100);
  v1::Blob blob = describe_blob(bytes, 40);
  blob.set_sha256(to_string(sha256("something else")));
  BlobAssembler assembler(blob, 100);
  for (std::size_t i = 0; i < 3; ++i) assembler.put(i, chunk_of(bytes, blob, i));
  EXPECT_THAT(message_of([&] { assembler.take(); }), testing::HasSubstr("data error: blob.sha256"));
}

TEST(Blob, NamesTheFieldThatDoesNotFit) {
  const v1::Blob good = describe_blob(random_bytes(100), 40);
  const auto refusal = [&](auto change) {
    v1::Blob blob = good;
    change(blob);
    return message_of([&] { validate_blob(blob, 100); });
  };
  using testing::HasSubstr;
  EXPECT_EQ(refusal([](v1::Blob&) {}), "no error");
  EXPECT_THAT(refusal([](v1::Blob& b) { b.set_bytes(101); }), HasSubstr("blob.bytes"));
  EXPECT_THAT(refusal([](v1::Blob& b) { b.set_bytes(80); }), HasSubstr("blob.chunk_sha256: 3 chunks"));
  EXPECT_THAT(refusal([](v1::Blob& b) { b.set_bytes(~0ull); }), HasSubstr("blob.bytes"));
  EXPECT_THAT(refusal([](v1::Blob& b) { b.set_chunk_bytes(0); }), HasSubstr("blob.chunk_bytes"));
  EXPECT_THAT(refusal([](v1::Blob& b) { b.set_chunk_bytes((3u << 20) + 1); }), HasSubstr("blob.chunk_bytes"));
  EXPECT_THAT(refusal([](v1::Blob& b) { b.set_sha256("short"); }), HasSubstr("blob.sha256: a SHA-256 has 32 bytes"));
  EXPECT_THAT(refusal([](v1::Blob& b) { b.set_chunk_sha256(1, ""); }), HasSubstr("blob.chunk_sha256[1]"));
  EXPECT_THAT(refusal([](v1::Blob& b) { b.clear_chunk_sha256(); }), HasSubstr("blob.chunk_sha256"));
  EXPECT_THROW(describe_blob({}, 0), Error);
  EXPECT_THROW(describe_blob({}, largest_chunk_bytes + 1), Error);
}

}  // namespace
}  // namespace tacit::wire
