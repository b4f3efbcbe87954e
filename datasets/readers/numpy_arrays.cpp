#include "datasets/readers/numpy_arrays.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/files.h"
#include "core/memory.h"
#include "core/npy.h"
#include "datasets/example_file.h"
#include "datasets/readers/compressed_file.h"
#include "datasets/readers/regular_file.h"

namespace tacit::datasets {

namespace {

struct Placed {
  NpyArray array;
  std::string place;
};

Placed from_archive(std::map<std::string, NpyArray>& arrays, const NumpyArrays& where, const std::string& name) {
  const auto found = arrays.find(name);
  if (found == arrays.end()) {
    std::string names;
    for (const auto& [other, array] : arrays) names += (names.empty() ? "'" : ", '") + other + "'";
    fail(ErrorKind::data, "{}: has no array '{}', only {}", where.file.string(), name, names.empty() ? "none" : names);
  }
  return {std::move(found->second), where.file.string() + ":" + name};
}

Placed from_file(const std::filesystem::path& file) {
  return {parse_npy(read_maybe_compressed(file), file.string()), file.string()};
}

/// `value` gives element i; of either order of storage, they are row-major here.
template <class Value>
void add_features(std::size_t count, const std::string& type, const std::string& place, const Value& value,
                  Dataset& data) {
  const bool is_pixels = type.ends_with("u1");
  require_memory(static_cast<double>(count) * sizeof(float), fmt::format("{}: an array of {} numbers", place, count));
  data.features.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double element = value(i);
    if (!(std::abs(element) <= double{std::numeric_limits<float>::max()}))
      fail(ErrorKind::data, "{}: element {} is {}, not a finite number within the range of float", place, i, element);
    data.features.push_back(is_pixels ? static_cast<float>(element) / 255.0f : static_cast<float>(element));
  }
  if (is_pixels || data.features.empty()) return;
  const auto [low, high] = std::minmax_element(data.features.begin(), data.features.end());
  data.feature_low = *low;
  data.feature_high = *high;
}

void require_features(const Shape& shape, std::size_t count, const std::string& place) {
  if (shape.size() < 2 || count == 0)
    fail(ErrorKind::data, "{}: features have shape {}, expected [examples, ...], {}", place, to_string(shape),
         shape.size() < 2 ? "two axes at least"
         : shape[0] == 0  ? "one example at least"
                          : "one feature an example at least");
}

NpyHead read_head(MaybeCompressedStream& stream, const std::string& place) {
  std::string head(NpyHead::first_bytes, '\0');
  head.resize(stream.read(head.data(), head.size()));
  const std::size_t length = NpyHead::length(head, place), begun = head.size();
  if (length > stream.largest_content()) fail(ErrorKind::data, "{}: ends inside its header", place);
  // Short heads end before the bytes that were needed to know it; no such head says what it must.
  head.resize(std::max(length, begun));
  if (stream.read(head.data() + begun, head.size() - begun) < head.size() - begun)
    fail(ErrorKind::data, "{}: ends inside its header", place);
  return NpyHead(head, place);
}

/// Features of a .npy file, converted as they are read: neither the content nor the doubles of NpyArray are held.
Shape read_features(const std::filesystem::path& file, Dataset& data) {
  const std::string place = file.string();
  MaybeCompressedStream stream(file);
  const NpyHead head = read_head(stream, place);
  if (!head.is_row_major()) {
    const NpyArray array = parse_npy(read_maybe_compressed(file), place);
    require_features(array.shape, array.values.size(), place);
    add_features(
        array.values.size(), array.type, place, [&](std::size_t i) { return array.values[i]; }, data);
    return array.shape;
  }
  const std::size_t begin = stream.position(), bytes = head.element_bytes();
  const std::size_t count = head.count(stream.largest_content());
  require_features(head.shape(), count, place);
  std::string piece(bytes << 13, '\0');
  add_features(
      count, head.type(), place,
      [&](std::size_t i) {
        const std::size_t at = i * bytes % piece.size();
        if (at == 0 && stream.read(piece.data(), piece.size()) < std::min(piece.size(), (count - i) * bytes))
          head.require_bytes(stream.position() - begin);
        return head.element(piece.data() + at);
      },
      data);
  // What is left behind the last piece is too much.
  while (stream.read(piece.data(), piece.size()) > 0) continue;
  head.require_bytes(stream.position() - begin);
  return head.shape();
}

/// Features of a .npy file that stay there.
Shape stream_features(const std::filesystem::path& file, Dataset& data) {
  const std::string place = file.string();
  MaybeCompressedStream stream(file, std::numeric_limits<std::size_t>::max());
  if (stream.is_compressed())
    fail(ErrorKind::data, "{}: is compressed; only what is not can be read example by example", place);
  const NpyHead head = read_head(stream, place);
  if (!head.is_row_major())
    fail(ErrorKind::data, "{}: is in column-major order, so that no example stands in one piece", place);
  const std::size_t begin = stream.position(), bytes = std::filesystem::file_size(file) - begin;
  const std::size_t count = head.count(bytes);
  require_features(head.shape(), count, place);
  head.require_bytes(bytes);
  const auto examples = static_cast<std::uint64_t>(head.shape()[0]);
  const std::size_t features = count / examples;
  ExampleFile::Element element = [head](const char* at) { return head.element(at); };
  const bool is_pixels = head.type().ends_with("u1");
  if (is_pixels) element = pixel_of_byte;
  data.file = std::make_shared<const ExampleFile>(
      std::vector<ExampleFile::Part>{{file, begin, features * head.element_bytes(), examples}}, features,
      head.element_bytes(), element);
  data.records.resize(examples);
  std::iota(data.records.begin(), data.records.end(), std::uint64_t{0});
  if (is_pixels) return head.shape();
  std::vector<float> row(features);
  data.feature_low = std::numeric_limits<float>::max();
  data.feature_high = -data.feature_low;
  for (std::uint64_t record = 0; record < examples; ++record) {
    data.file->read(record, row);
    const auto [low, high] = std::minmax_element(row.begin(), row.end());
    data.feature_low = std::min(data.feature_low, *low);
    data.feature_high = std::max(data.feature_high, *high);
  }
  return head.shape();
}

void add_labels(const Placed& source, std::size_t classes, Dataset& data) {
  constexpr double most_classes = 1'000'000;
  for (std::size_t i = 0; i < source.array.values.size(); ++i) {
    const double value = source.array.values[i], end = classes == 0 ? most_classes : static_cast<double>(classes);
    if (!(value >= 0 && value < end && value == std::floor(value)))
      fail(ErrorKind::data, "{}: label {} of example {} is no integer in 0..{}", source.place, value, i, end - 1);
    data.labels.push_back(static_cast<std::int32_t>(value));
  }
  const auto largest = static_cast<std::size_t>(*std::max_element(data.labels.begin(), data.labels.end()));
  data.classes = classes == 0 ? std::max<std::size_t>(largest + 1, 2) : classes;
}

void add_targets(const Placed& source, std::size_t examples, Dataset& data) {
  const Shape& shape = source.array.shape;
  if (shape.size() < 1 || shape.size() > 2 || shape[0] != static_cast<std::int64_t>(examples) || shape.back() == 0)
    fail(ErrorKind::data, "{}: targets have shape {}, expected [{}] or [{}, targets]", source.place, to_string(shape),
         examples, examples);
  data.target_size = shape.size() == 1 ? 1 : static_cast<std::size_t>(shape[1]);
  for (std::size_t i = 0; i < source.array.values.size(); ++i) {
    const double value = source.array.values[i];
    if (!(std::abs(value) <= double{std::numeric_limits<float>::max()}))
      fail(ErrorKind::data, "{}: element {} is {}, not a finite number within the range of float", source.place, i,
           value);
    data.targets.push_back(static_cast<float>(value));
  }
}

}  // namespace

Dataset read_numpy(const NumpyArrays& where, std::size_t classes, bool regression, bool streamed) {
  Dataset data;
  data.name = where.file.stem().string();
  Placed labels;
  Shape shape;
  if (where.labels.empty()) {
    require_regular_file(where.file);
    auto arrays = read_npz(where.file);
    const Placed features = from_archive(arrays, where, where.features_name);
    labels = where.labels_name == where.features_name ? features : from_archive(arrays, where, where.labels_name);
    shape = features.array.shape;
    require_features(shape, features.array.values.size(), features.place);
    add_features(
        features.array.values.size(), features.array.type, features.place,
        [&](std::size_t i) { return features.array.values[i]; }, data);
  } else {
    shape = streamed ? stream_features(where.file, data) : read_features(where.file, data);
    labels = from_file(where.labels);
  }
  data.feature_shape.assign(shape.begin() + 1, shape.end());
  if (regression) {
    add_targets(labels, static_cast<std::size_t>(shape[0]), data);
    return data;
  }
  if (labels.array.shape != Shape{shape[0]})
    fail(ErrorKind::data, "{}: labels have shape {}, expected [{}] for features of shape {}", labels.place,
         to_string(labels.array.shape), shape[0], to_string(shape));
  add_labels(labels, classes, data);
  return data;
}

}  // namespace tacit::datasets
