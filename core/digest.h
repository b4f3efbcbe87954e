#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tacit {

/// A SHA-256 digest (FIPS 180-4), 32 bytes.
using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 over data given in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(std::span<const std::byte> bytes);
  Sha256& update(std::string_view bytes);
  /// The digest of everything given so far. Call once; the object is spent afterwards.
  Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Digest sha256(std::span<const std::byte> bytes);
Digest sha256(std::string_view bytes);

/// Lower-case hexadecimal.
std::string to_hex(std::span<const std::uint8_t> bytes);
/// Inverse of to_hex for a digest. Throws Error(data) unless given 64 hexadecimal characters.
Digest digest_from_hex(std::string_view hex);

}  // namespace tacit
