#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "attacks/report/report_data.h"

namespace tacit::attacks::report {

/// The image as a PNG file (ISO/IEC 15948) with 8 bits a channel, grey or RGB, each pixel enlarged to a square of
/// `scale` x `scale`. Values are clamped to [0, 1]; NaN is drawn as 0.
/// Throws Error(usage) unless channels is 1 or 3, the sides are positive, pixels has channels * height * width values
/// and the enlarged sides stay below 8,192.
std::vector<std::uint8_t> encode_png(const Image& image, std::uint32_t scale = 1);

/// The smallest enlargement that brings the longer side to at least `target` points.
std::uint32_t readable_scale(const Image& image, std::uint32_t target = 96);

/// "data:image/png;base64,..." for an img element.
std::string png_data_uri(const Image& image, std::uint32_t scale = 1);

/// Pixels that are NaN or infinite: a diverged reconstruction.
std::size_t count_non_finite(const Image& image);

}  // namespace tacit::attacks::report
