#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace tacit::datasets {

/// Eight bits a sample, channels outermost: [channels, height, width]; 1 channel is grey, 3 are red, green, blue.
struct Picture {
  std::size_t channels = 0, height = 0, width = 0;
  std::vector<std::uint8_t> samples;
};

/// Reads a PNG, JPEG, PGM or PPM file, told apart by its first bytes. Palettes are resolved, 16 bits become 8, and a
/// transparent part is laid over black. Throws Error(data) naming the file if it is none of these, is damaged or cut
/// off, or has more than 2^26 pixels; Error(io) if it cannot be read.
Picture read_picture(const std::filesystem::path& file);

// One format each; `place` names the file in messages.
Picture decode_png(const std::vector<std::byte>& content, const std::string& place);
Picture decode_jpeg(const std::vector<std::byte>& content, const std::string& place);
Picture decode_portable_map(const std::vector<std::byte>& content, const std::string& place);

/// Samples as most formats hold them, [height, width, channels], with channels outermost.
std::vector<std::uint8_t> channels_first(const std::vector<std::uint8_t>& interleaved, std::size_t channels);

/// Throws Error(data) on an extent of zero or too many pixels.
void require_picture_size(std::size_t height, std::size_t width, const std::string& place);

}  // namespace tacit::datasets
