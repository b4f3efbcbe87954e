#include "datasets/readers/cifar.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string_view>

#include "core/error.h"
#include "core/memory.h"
#include "datasets/example_file.h"
#include "datasets/readers/compressed_file.h"

namespace tacit::datasets {

namespace {

constexpr std::size_t pixels = 3 * 32 * 32, record_bytes = 1 + pixels, classes = 10;

Dataset empty_set(const std::filesystem::path& file) {
  Dataset data;
  data.name = file.stem().string();
  data.feature_shape = {3, 32, 32};
  data.classes = classes;
  return data;
}

/// Appends the labels, and gives the pixels of each record to `take`.
template <class Take>
void read_records(MaybeCompressedStream& stream, const std::filesystem::path& file, std::vector<std::int32_t>& labels,
                  const Take& take) {
  std::string bytes(record_bytes, '\0');
  for (std::size_t i = 0; const std::size_t got = stream.read(bytes.data(), record_bytes); ++i) {
    const auto label = static_cast<std::uint8_t>(bytes[0]);
    if (got < record_bytes) break;
    if (label >= classes) fail(ErrorKind::data, "{}: label {} of record {} lies outside 0..9", file.string(), label, i);
    labels.push_back(label);
    take(std::string_view(bytes).substr(1));
  }
  if (stream.position() == 0 || stream.position() % record_bytes != 0)
    fail(ErrorKind::data, "{}: {} bytes are not a whole, positive number of CIFAR-10 records of {} bytes",
         file.string(), stream.position(), record_bytes);
}

}  // namespace

Dataset read_cifar10(const std::filesystem::path& file) {
  MaybeCompressedStream stream(file);
  Dataset data = empty_set(file);
  if (!stream.is_compressed()) {
    const auto records = static_cast<std::size_t>(std::filesystem::file_size(file)) / record_bytes;
    require_memory(static_cast<double>(records * pixels) * sizeof(float),
                   fmt::format("{}: a data set of {} records", file.string(), records));
    data.features.reserve(records * pixels);
  }
  read_records(stream, file, data.labels, [&](std::string_view record) {
    if (data.features.capacity() - data.features.size() < pixels) {
      // Growing holds the old numbers and twice as many new ones.
      const std::size_t more = std::max(2 * data.features.size(), 64 * pixels);
      require_memory(static_cast<double>(more) * sizeof(float),
                     fmt::format("{}: more than {} records", file.string(), data.labels.size() - 1));
      data.features.reserve(more);
    }
    for (const char byte : record)
      data.features.push_back(static_cast<float>(static_cast<std::uint8_t>(byte)) / 255.0f);
  });
  data.features.shrink_to_fit();
  return data;
}

Dataset stream_cifar10(const std::vector<std::string>& files) {
  Dataset data = empty_set(files.front());
  std::vector<ExampleFile::Part> parts;
  for (const std::string& file : files) {
    // No limit: nothing but labels is kept.
    MaybeCompressedStream stream(file, std::numeric_limits<std::size_t>::max());
    if (stream.is_compressed())
      fail(ErrorKind::data, "{}: is compressed; only what is not can be read example by example", file);
    const std::size_t before = data.labels.size();
    read_records(stream, file, data.labels, [](std::string_view) {});
    parts.push_back({file, 1, record_bytes, data.labels.size() - before});
  }
  data.file = std::make_shared<const ExampleFile>(std::move(parts), pixels, 1, pixel_of_byte);
  data.records.resize(data.labels.size());
  std::iota(data.records.begin(), data.records.end(), std::uint64_t{0});
  return data;
}

}  // namespace tacit::datasets
