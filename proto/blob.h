#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/digest.h"
#include "tacit/v1/coordinator.pb.h"

namespace tacit::wire {

/// How large a chunk is when nobody asks for another size.
inline constexpr std::size_t default_chunk_bytes = std::size_t{1} << 20;
/// The largest chunk that fits into one message (which stays under 4 MiB) with room for everything around it.
inline constexpr std::size_t largest_chunk_bytes = std::size_t{3} << 20;

/// Describes bytes as a sequence of chunks, each with its SHA-256. All chunks but the last have `chunk_bytes`; no bytes
/// are no chunks. Throws Error(usage) if chunk_bytes lies outside [1, largest_chunk_bytes].
v1::Blob describe_blob(std::span<const std::byte> bytes, std::size_t chunk_bytes = default_chunk_bytes);

/// The bytes of one chunk. Throws Error(usage) if `position` is not a chunk of the blob or `bytes` is not as long as
/// the blob says.
std::span<const std::byte> chunk_of(std::span<const std::byte> bytes, const v1::Blob& blob, std::size_t position);

/// Size of one chunk in bytes, by the blob's description (which must be valid).
std::size_t chunk_size(const v1::Blob& blob, std::size_t position);

/// Checks that a description is consistent in itself: its size, its number of chunks, the length of every digest, the
/// chunk size. Throws Error(data) naming the field; also if the blob has more than `byte_limit` bytes.
void validate_blob(const v1::Blob& blob, std::size_t byte_limit);

/// Throws Error(data) naming the position unless `bytes` is that chunk: its size and its digest.
void validate_chunk(const v1::Blob& blob, std::size_t position, std::span<const std::byte> bytes);
/// The same for a caller that has computed the SHA-256 of the bytes elsewhere.
void validate_chunk(const v1::Blob& blob, std::size_t position, std::size_t size, const Digest& digest);

/// Puts a blob together from its chunks, which may come in any order and more than once. Not thread-safe.
class BlobAssembler {
 public:
  /// Throws Error(data) as validate_blob does.
  BlobAssembler(v1::Blob blob, std::size_t byte_limit);

  const v1::Blob& blob() const noexcept { return blob_; }
  bool has(std::size_t position) const;
  /// Positions not yet there, ascending.
  std::vector<std::uint32_t> missing() const;
  /// Takes one chunk. Throws Error(data), and keeps nothing of it, unless size and digest are those of the description.
  void put(std::size_t position, std::span<const std::byte> bytes);
  bool complete() const noexcept { return present_count_ == present_.size(); }
  /// The whole blob; the assembler is spent. Throws Error(state) if a chunk is missing, Error(data) if the digest of
  /// the whole differs.
  std::vector<std::byte> take();

 private:
  v1::Blob blob_;
  std::vector<std::byte> bytes_;
  std::vector<bool> present_;
  std::size_t present_count_ = 0;
};

}  // namespace tacit::wire
