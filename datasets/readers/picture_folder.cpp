#include "datasets/readers/picture_folder.h"

#include <algorithm>

#include "core/error.h"
#include "core/memory.h"
#include "datasets/readers/picture.h"
#include "datasets/transforms/resize_images.h"

namespace tacit::datasets {

namespace {

std::vector<std::filesystem::path> visible_entries(const std::filesystem::path& folder) {
  std::error_code problem;
  std::vector<std::filesystem::path> entries;
  for (auto entry = std::filesystem::directory_iterator(folder, problem); !problem && entry != end(entry);
       entry.increment(problem))
    if (!entry->path().filename().string().starts_with('.')) entries.push_back(entry->path());
  if (problem) fail(ErrorKind::io, "{}: cannot be listed: {}", folder.string(), problem.message());
  std::sort(entries.begin(), entries.end());
  return entries;
}

/// Luminance weights of ITU-R BT.601.
float luminance(const Picture& picture, std::size_t pixel, std::size_t pixels) {
  return 0.299f * static_cast<float>(picture.samples[pixel]) +
         0.587f * static_cast<float>(picture.samples[pixels + pixel]) +
         0.114f * static_cast<float>(picture.samples[2 * pixels + pixel]);
}

Dataset one_image(const Picture& picture, std::size_t channels) {
  const std::size_t pixels = picture.height * picture.width;
  Dataset image;
  image.feature_shape = {static_cast<std::int64_t>(channels), static_cast<std::int64_t>(picture.height),
                         static_cast<std::int64_t>(picture.width)};
  image.labels = {0};
  for (std::size_t channel = 0; channel < channels; ++channel)
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      const float sample =
          channels == 1 && picture.channels == 3
              ? luminance(picture, pixel, pixels)
              : static_cast<float>(picture.samples[(picture.channels == 1 ? 0 : channel) * pixels + pixel]);
      image.features.push_back(std::min(sample / 255.0f, 1.0f));
    }
  return image;
}

class Folder {
 public:
  Folder(std::size_t channels, std::size_t height, std::size_t width)
      : channels_(channels), height_(height), width_(width) {}

  void add_class(const std::filesystem::path& folder) {
    if (!std::filesystem::is_directory(folder))
      fail(ErrorKind::data, "{}: is a file where a folder of one class is expected", folder.string());
    const auto label = static_cast<std::int32_t>(data_.class_names.size());
    data_.class_names.push_back(folder.filename().string());
    const std::vector<std::filesystem::path> files = visible_entries(folder);
    if (files.empty()) fail(ErrorKind::data, "{}: the class has no picture", folder.string());
    for (const auto& file : files) {
      add_picture(file, label);
      if (&file == &files.front()) make_room(folder, files.size() - 1);
    }
  }

  Dataset take() {
    data_.classes = data_.class_names.size();
    return std::move(data_);
  }

 private:
  /// For so many more pictures like those so far.
  void make_room(const std::filesystem::path& folder, std::size_t more) {
    const std::size_t pictures = data_.labels.size() + more;
    const std::size_t numbers = pictures * (data_.features.size() / data_.labels.size());
    if (numbers <= data_.features.capacity()) return;
    require_memory(
        static_cast<double>(numbers) * sizeof(float),
        fmt::format("{}: a data set of {} pictures {}", folder.string(), pictures, to_string(data_.feature_shape)));
    data_.features.reserve(numbers);
  }

  void add_picture(const std::filesystem::path& file, std::int32_t label) {
    const Picture picture = read_picture(file);
    if (height_ == 0) height_ = picture.height, width_ = picture.width, is_fixed_ = true;
    const bool fits = picture.height == height_ && picture.width == width_;
    if (is_fixed_ && !fits)
      fail(ErrorKind::data, "{}: has {} x {} pixels, the pictures before it {} x {}; [data] size sets one for all",
           file.string(), picture.height, picture.width, height_, width_);
    if (picture.height < height_ || picture.width < width_)
      fail(ErrorKind::data, "{}: has {} x {} pixels, fewer than the {} x {} asked for", file.string(), picture.height,
           picture.width, height_, width_);
    Dataset image = one_image(picture, channels_);
    if (!fits) image = resize_images(image, height_, width_);
    data_.feature_shape = image.feature_shape;
    data_.features.insert(data_.features.end(), image.features.begin(), image.features.end());
    data_.labels.push_back(label);
  }

  std::size_t channels_, height_, width_;
  bool is_fixed_ = false;
  Dataset data_;
};

}  // namespace

Dataset read_picture_folder(const std::filesystem::path& folder, std::size_t channels, std::size_t height,
                            std::size_t width) {
  if (channels != 1 && channels != 3) fail(ErrorKind::usage, "pictures have 1 or 3 channels, not {}", channels);
  const std::vector<std::filesystem::path> classes = visible_entries(folder);
  if (classes.size() < 2)
    fail(ErrorKind::data, "{}: holds {}, expected a folder for each of two classes at least", folder.string(),
         classes.empty() ? "no folder" : "1 folder");
  Folder reader(channels, height, width);
  for (const auto& one : classes) reader.add_class(one);
  Dataset data = reader.take();
  data.name = folder.filename().string();
  return data;
}

}  // namespace tacit::datasets
