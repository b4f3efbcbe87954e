#include "datasets/readers/idx.h"

#include <limits>
#include <numeric>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/memory.h"
#include "datasets/example_file.h"
#include "datasets/readers/compressed_file.h"

namespace tacit::datasets {

namespace {

std::uint32_t big_endian_32(std::string_view text, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(text[offset + i]);
  return value;
}

struct Header {
  Shape shape;
  std::size_t count = 1;  ///< bytes that follow
};

Header read_header(MaybeCompressedStream& stream, const std::filesystem::path& file, std::size_t rank) {
  std::string bytes(4 + 4 * rank, '\0');
  if (const std::size_t got = stream.read(bytes.data(), bytes.size()); got < bytes.size())
    fail(ErrorKind::data, "{}: {} bytes are too few for an IDX header of {}", file.string(), got, bytes.size());
  const std::uint32_t magic = big_endian_32(bytes, 0);
  const auto expected = static_cast<std::uint32_t>(0x0800 + rank);
  if (magic != expected)
    fail(ErrorKind::data, "{}: magic number is {:#010x}, expected {:#010x} (unsigned bytes, {} dimensions)",
         file.string(), magic, expected, rank);
  Header header;
  for (std::size_t axis = 0; axis < rank; ++axis) header.shape.push_back(big_endian_32(bytes, 4 + 4 * axis));
  for (const std::int64_t extent : header.shape) {
    const auto size = static_cast<std::size_t>(extent);
    // Compared before multiplying: the product of hostile extents must not wrap around, nor be asked of the memory.
    if (size != 0 && header.count > stream.largest_content() / size)
      fail(ErrorKind::data, "{}: extents {} announce more bytes than the file can hold", file.string(),
           to_string(header.shape));
    header.count *= size;
  }
  return header;
}

/// Gives the bytes behind the header to `take`, piece by piece, as many as announced and no more.
template <class Take>
Shape read_array(const std::filesystem::path& file, std::size_t rank, std::size_t bytes_an_element, const Take& take) {
  MaybeCompressedStream stream(file);
  const Header header = read_header(stream, file, rank);
  require_memory(static_cast<double>(header.count) * static_cast<double>(bytes_an_element),
                 fmt::format("{}: an array of extents {}", file.string(), to_string(header.shape)));
  const std::size_t begin = stream.position();
  std::string piece(std::size_t{1} << 16, '\0');
  for (std::size_t got = piece.size(); got == piece.size();) {
    got = stream.read(piece.data(), piece.size());
    if (stream.position() - begin <= header.count) take(std::string_view(piece).substr(0, got), header.count);
  }
  if (stream.position() - begin != header.count)
    fail(ErrorKind::data, "{}: {} bytes of data, expected {} for extents {}", file.string(), stream.position() - begin,
         header.count, to_string(header.shape));
  return header.shape;
}

/// A data set of images of these extents with labels of the other file, and no features yet.
Dataset labelled(const std::filesystem::path& images, const Shape& shape, const std::filesystem::path& labels,
                 std::size_t classes) {
  const IdxArray marks = read_idx(labels, 1);
  if (shape[0] != marks.shape[0])
    fail(ErrorKind::data, "{} has {} labels, but {} has {} images", labels.string(), marks.shape[0], images.string(),
         shape[0]);
  if (element_count(shape) == 0)
    fail(ErrorKind::data, "{}: holds no pixels: extents {}", images.string(), to_string(shape));

  Dataset data;
  data.name = images.stem().string();
  data.feature_shape = {1, shape[1], shape[2]};
  data.classes = classes;
  data.labels.reserve(marks.bytes.size());
  for (std::size_t i = 0; i < marks.bytes.size(); ++i) {
    if (marks.bytes[i] >= classes)
      fail(ErrorKind::data, "{}: label {} of example {} lies outside 0..{}", labels.string(), marks.bytes[i], i,
           classes - 1);
    data.labels.push_back(marks.bytes[i]);
  }
  return data;
}

}  // namespace

IdxArray read_idx(const std::filesystem::path& file, std::size_t rank) {
  IdxArray array;
  array.shape = read_array(file, rank, 1, [&](std::string_view piece, std::size_t count) {
    array.bytes.reserve(count);
    array.bytes.insert(array.bytes.end(), piece.begin(), piece.end());
  });
  return array;
}

Dataset read_idx_images(const std::filesystem::path& images, const std::filesystem::path& labels, std::size_t classes) {
  std::vector<float> features;
  const Shape shape = read_array(images, 3, sizeof(float), [&](std::string_view piece, std::size_t count) {
    features.reserve(count);
    for (const char byte : piece) features.push_back(static_cast<float>(static_cast<std::uint8_t>(byte)) / 255.0f);
  });
  Dataset data = labelled(images, shape, labels, classes);
  data.features = std::move(features);
  return data;
}

Dataset stream_idx_images(const std::filesystem::path& images, const std::filesystem::path& labels,
                          std::size_t classes) {
  // No limit: nothing but the header is read here.
  MaybeCompressedStream stream(images, std::numeric_limits<std::size_t>::max());
  if (stream.is_compressed())
    fail(ErrorKind::data, "{}: is compressed; only what is not can be read example by example", images.string());
  const Header header = read_header(stream, images, 3);
  const Shape& shape = header.shape;
  Dataset data = labelled(images, shape, labels, classes);
  const auto pixels = static_cast<std::size_t>(shape[1] * shape[2]);
  constexpr std::size_t header_bytes = 16;
  if (const auto bytes = std::filesystem::file_size(images); bytes != header_bytes + header.count)
    fail(ErrorKind::data, "{}: {} bytes of data, expected {} for extents {}", images.string(), bytes - header_bytes,
         header.count, to_string(shape));
  data.file = std::make_shared<const ExampleFile>(
      std::vector<ExampleFile::Part>{{images, header_bytes, pixels, static_cast<std::uint64_t>(shape[0])}}, pixels, 1,
      pixel_of_byte);
  data.records.resize(data.labels.size());
  std::iota(data.records.begin(), data.records.end(), std::uint64_t{0});
  return data;
}

}  // namespace tacit::datasets
