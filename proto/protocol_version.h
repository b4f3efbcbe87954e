#pragma once

#include <cstdint>

namespace tacit {

/// Version of the wire protocol. A coordinator refuses a client of another version and says both numbers.
inline constexpr std::uint32_t protocol_version = 1;

}  // namespace tacit
