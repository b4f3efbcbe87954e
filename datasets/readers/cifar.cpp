#include "datasets/readers/cifar.h"

#include <string_view>

#include "core/error.h"
#include "datasets/readers/compressed_file.h"

namespace tacit::datasets {

Dataset read_cifar10(const std::filesystem::path& file) {
  constexpr std::size_t pixels = 3 * 32 * 32, record = 1 + pixels, classes = 10;
  MaybeCompressedStream stream(file);
  Dataset data;
  data.name = file.stem().string();
  data.feature_shape = {3, 32, 32};
  data.classes = classes;
  std::string bytes(record, '\0');
  for (std::size_t i = 0; const std::size_t got = stream.read(bytes.data(), record); ++i) {
    const auto label = static_cast<std::uint8_t>(bytes[0]);
    if (got < record) break;
    if (label >= classes) fail(ErrorKind::data, "{}: label {} of record {} lies outside 0..9", file.string(), label, i);
    data.labels.push_back(label);
    for (const char byte : std::string_view(bytes).substr(1))
      data.features.push_back(static_cast<float>(static_cast<std::uint8_t>(byte)) / 255.0f);
  }
  if (stream.position() == 0 || stream.position() % record != 0)
    fail(ErrorKind::data, "{}: {} bytes are not a whole, positive number of CIFAR-10 records of {} bytes",
         file.string(), stream.position(), record);
  data.features.shrink_to_fit();
  return data;
}

}  // namespace tacit::datasets
