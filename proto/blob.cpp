#include "proto/blob.h"

#include <algorithm>

#include "core/error.h"
#include "proto/bytes.h"

namespace tacit::wire {
namespace {

std::uint64_t chunk_count(std::uint64_t bytes, std::uint64_t chunk_bytes) {
  return bytes / chunk_bytes + (bytes % chunk_bytes != 0 ? 1 : 0);
}

}  // namespace

v1::Blob describe_blob(std::span<const std::byte> bytes, std::size_t chunk_bytes) {
  if (chunk_bytes == 0 || chunk_bytes > largest_chunk_bytes)
    fail(ErrorKind::usage, "chunks of {} bytes: a chunk has 1 to {} bytes", chunk_bytes, largest_chunk_bytes);
  v1::Blob blob;
  blob.set_bytes(bytes.size());
  blob.set_chunk_bytes(static_cast<std::uint32_t>(chunk_bytes));
  blob.set_sha256(to_string(sha256(bytes)));
  for (std::size_t offset = 0; offset < bytes.size(); offset += chunk_bytes)
    blob.add_chunk_sha256(to_string(sha256(bytes.subspan(offset, std::min(chunk_bytes, bytes.size() - offset)))));
  return blob;
}

std::size_t chunk_size(const v1::Blob& blob, std::size_t position) {
  const std::uint64_t offset = position * std::uint64_t{blob.chunk_bytes()};
  return static_cast<std::size_t>(std::min<std::uint64_t>(blob.chunk_bytes(), blob.bytes() - offset));
}

std::span<const std::byte> chunk_of(std::span<const std::byte> bytes, const v1::Blob& blob, std::size_t position) {
  if (bytes.size() != blob.bytes())
    fail(ErrorKind::usage, "{} bytes given for a blob of {}", bytes.size(), blob.bytes());
  if (position >= static_cast<std::size_t>(blob.chunk_sha256_size()))
    fail(ErrorKind::usage, "chunk {} of a blob of {} chunks", position, blob.chunk_sha256_size());
  return bytes.subspan(position * blob.chunk_bytes(), chunk_size(blob, position));
}

void validate_blob(const v1::Blob& blob, std::size_t byte_limit) {
  if (blob.bytes() > byte_limit)
    fail(ErrorKind::data, "blob.bytes: {} bytes announced, at most {} are expected", blob.bytes(), byte_limit);
  if (blob.chunk_bytes() == 0 || blob.chunk_bytes() > largest_chunk_bytes)
    fail(ErrorKind::data, "blob.chunk_bytes: {} given, expected 1 to {}", blob.chunk_bytes(), largest_chunk_bytes);
  const std::uint64_t expected = chunk_count(blob.bytes(), blob.chunk_bytes());
  if (static_cast<std::uint64_t>(blob.chunk_sha256_size()) != expected)
    fail(ErrorKind::data, "blob.chunk_sha256: {} chunks listed, {} bytes in chunks of {} make {}",
         blob.chunk_sha256_size(), blob.bytes(), blob.chunk_bytes(), expected);
  to_digest(blob.sha256(), "blob.sha256");
  for (int position = 0; position < blob.chunk_sha256_size(); ++position)
    to_digest(blob.chunk_sha256(position), fmt::format("blob.chunk_sha256[{}]", position));
}

void validate_chunk(const v1::Blob& blob, std::size_t position, std::span<const std::byte> bytes) {
  validate_chunk(blob, position, bytes.size(), sha256(bytes));
}

void validate_chunk(const v1::Blob& blob, std::size_t position, std::size_t size, const Digest& digest) {
  if (position >= static_cast<std::size_t>(blob.chunk_sha256_size()))
    fail(ErrorKind::data, "chunk {}: the blob has {} chunks, numbered from 0", position, blob.chunk_sha256_size());
  if (const std::size_t expected = chunk_size(blob, position); size != expected)
    fail(ErrorKind::data, "chunk {}: {} bytes given, {} expected", position, size, expected);
  const std::string& announced = blob.chunk_sha256(static_cast<int>(position));
  if (!equal(announced, digest))
    fail(ErrorKind::data, "chunk {}: its bytes have SHA-256 {}, announced was {}", position, to_hex(digest),
         hex(announced));
}

BlobAssembler::BlobAssembler(v1::Blob blob, std::size_t byte_limit) : blob_(std::move(blob)) {
  validate_blob(blob_, byte_limit);
  bytes_.resize(static_cast<std::size_t>(blob_.bytes()));
  present_.resize(static_cast<std::size_t>(blob_.chunk_sha256_size()));
}

bool BlobAssembler::has(std::size_t position) const {
  return position < present_.size() && present_[position];
}

std::vector<std::uint32_t> BlobAssembler::missing() const {
  std::vector<std::uint32_t> positions;
  for (std::size_t position = 0; position < present_.size(); ++position)
    if (!present_[position]) positions.push_back(static_cast<std::uint32_t>(position));
  return positions;
}

void BlobAssembler::put(std::size_t position, std::span<const std::byte> bytes) {
  validate_chunk(blob_, position, bytes);
  if (present_[position]) return;
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(position * blob_.chunk_bytes()));
  present_[position] = true;
  ++present_count_;
}

std::vector<std::byte> BlobAssembler::take() {
  if (!complete())
    fail(ErrorKind::state, "blob is not complete: {} of {} chunks are there", present_count_, present_.size());
  const Digest digest = sha256(bytes_);
  if (!equal(blob_.sha256(), digest))
    fail(ErrorKind::data, "blob.sha256: the whole has SHA-256 {}, announced was {}", to_hex(digest),
         hex(blob_.sha256()));
  return std::move(bytes_);
}

}  // namespace tacit::wire
