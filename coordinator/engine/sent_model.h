#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/parameters.h"
#include "tacit/v1/coordinator.pb.h"

namespace tacit::coordinator {

/// A model as clients fetch it: its announcement, and its chunks by their digests.
class SentModel {
 public:
  SentModel(Parameters parameters, std::size_t chunk_bytes);

  const Parameters& parameters() const noexcept { return parameters_; }
  const v1::Model& announcement() const noexcept { return announcement_; }
  /// The chunk with this SHA-256; empty if there is none.
  std::span<const std::byte> chunk(std::string_view sha256) const;

 private:
  Parameters parameters_;
  v1::Model announcement_;
  std::map<std::string, std::size_t, std::less<>> position_of_chunk_;
};

}  // namespace tacit::coordinator
