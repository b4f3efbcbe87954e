#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/digest.h"

namespace tacit::wire {

/// Protobuf keeps bytes in std::string; these views and copies go between the two worlds.
inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
inline std::string to_string(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::string to_string(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
inline bool equal(std::string_view bytes, const Digest& digest) {
  return bytes == to_string(digest);
}

/// A digest from 32 raw bytes. Throws Error(data) naming `field` if there are more or fewer.
Digest to_digest(std::string_view bytes, std::string_view field);

/// Lower-case hexadecimal of raw bytes, for messages.
std::string hex(std::string_view bytes);

}  // namespace tacit::wire
