#include "proto/bytes.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::wire {

Digest to_digest(std::string_view bytes, std::string_view field) {
  Digest digest;
  if (bytes.size() != digest.size())
    fail(ErrorKind::data, "{}: a SHA-256 has {} bytes, not {}", field, digest.size(), bytes.size());
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

std::string hex(std::string_view bytes) {
  return to_hex(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

}  // namespace tacit::wire
