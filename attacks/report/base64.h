#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tacit::attacks::report {

/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
std::string base64(std::span<const std::uint8_t> bytes);

}  // namespace tacit::attacks::report
