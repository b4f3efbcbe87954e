#include "datasets/readers/idx.h"

#include "core/error.h"
#include "datasets/readers/compressed_file.h"

namespace tacit::datasets {

namespace {

std::uint32_t big_endian_32(std::string_view text, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(text[offset + i]);
  return value;
}

}  // namespace

IdxArray read_idx(const std::filesystem::path& file, std::size_t rank) {
  const std::string content = read_maybe_compressed(file);
  const std::size_t header = 4 + 4 * rank;
  if (content.size() < header)
    fail(ErrorKind::data, "{}: {} bytes are too few for an IDX header of {}", file.string(), content.size(), header);
  const std::uint32_t magic = big_endian_32(content, 0);
  const auto expected = static_cast<std::uint32_t>(0x0800 + rank);
  if (magic != expected)
    fail(ErrorKind::data, "{}: magic number is {:#010x}, expected {:#010x} (unsigned bytes, {} dimensions)",
         file.string(), magic, expected, rank);

  IdxArray array;
  std::size_t count = 1;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::uint32_t extent = big_endian_32(content, 4 + 4 * axis);
    array.shape.push_back(extent);
    // Compared before multiplying: the product of hostile extents must not wrap around.
    if (extent != 0 && count > content.size() / extent)
      fail(ErrorKind::data, "{}: extents {} announce more bytes than the {} in the file", file.string(),
           to_string(array.shape), content.size() - header);
    count *= extent;
  }
  if (content.size() - header != count)
    fail(ErrorKind::data, "{}: {} bytes of data, expected {} for extents {}", file.string(), content.size() - header,
         count, to_string(array.shape));
  array.bytes.assign(content.begin() + static_cast<std::ptrdiff_t>(header), content.end());
  return array;
}

Dataset read_idx_images(const std::filesystem::path& images, const std::filesystem::path& labels, std::size_t classes) {
  const IdxArray pixels = read_idx(images, 3);
  const IdxArray marks = read_idx(labels, 1);
  if (pixels.shape[0] != marks.shape[0])
    fail(ErrorKind::data, "{} has {} labels, but {} has {} images", labels.string(), marks.shape[0], images.string(),
         pixels.shape[0]);
  if (pixels.bytes.empty())
    fail(ErrorKind::data, "{}: holds no pixels: extents {}", images.string(), to_string(pixels.shape));

  Dataset data;
  data.name = images.stem().string();
  data.feature_shape = {1, pixels.shape[1], pixels.shape[2]};
  data.classes = classes;
  data.features.reserve(pixels.bytes.size());
  for (const std::uint8_t byte : pixels.bytes) data.features.push_back(static_cast<float>(byte) / 255.0f);
  data.labels.reserve(marks.bytes.size());
  for (std::size_t i = 0; i < marks.bytes.size(); ++i) {
    if (marks.bytes[i] >= classes)
      fail(ErrorKind::data, "{}: label {} of example {} lies outside 0..{}", labels.string(), marks.bytes[i], i,
           classes - 1);
    data.labels.push_back(marks.bytes[i]);
  }
  return data;
}

}  // namespace tacit::datasets
