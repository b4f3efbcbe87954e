#include "datasets/readers/cifar.h"

#include "core/error.h"
#include "datasets/readers/compressed_file.h"

namespace tacit::datasets {

Dataset read_cifar10(const std::filesystem::path& file) {
  constexpr std::size_t pixels = 3 * 32 * 32, record = 1 + pixels, classes = 10;
  const std::string content = read_maybe_compressed(file);
  if (content.empty() || content.size() % record != 0)
    fail(ErrorKind::data, "{}: {} bytes are not a whole, positive number of CIFAR-10 records of {} bytes",
         file.string(), content.size(), record);

  Dataset data;
  data.name = file.stem().string();
  data.feature_shape = {3, 32, 32};
  data.classes = classes;
  const std::size_t count = content.size() / record;
  data.features.reserve(count * pixels);
  data.labels.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view bytes = std::string_view(content).substr(i * record, record);
    const auto label = static_cast<std::uint8_t>(bytes[0]);
    if (label >= classes) fail(ErrorKind::data, "{}: label {} of record {} lies outside 0..9", file.string(), label, i);
    data.labels.push_back(label);
    for (const char byte : bytes.substr(1))
      data.features.push_back(static_cast<float>(static_cast<std::uint8_t>(byte)) / 255.0f);
  }
  return data;
}

}  // namespace tacit::datasets
