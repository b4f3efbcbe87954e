#include "datasets/transforms/frame_images.h"

#include "core/error.h"
#include "datasets/mapped_examples.h"
#include "datasets/transforms/image_shape.h"

namespace tacit::datasets {

namespace {

constexpr std::size_t outside = static_cast<std::size_t>(-1);

/// Images of another size: source(row, column) is the old pixel's place in its plane, or `outside`.
template <class Source>
Dataset remapped(Dataset data, const ImageShape& from, std::size_t height, std::size_t width, Source source) {
  std::vector<std::size_t> places;
  for (std::size_t row = 0; row < height; ++row)
    for (std::size_t column = 0; column < width; ++column) places.push_back(source(row, column));
  Shape shape = {data.feature_shape[0], static_cast<std::int64_t>(height), static_cast<std::int64_t>(width)};
  ExampleMap map = [places = std::move(places), pixels = from.plane(), margin = data.feature_low](
                       std::span<const float> old, std::span<float> made) {
    auto to = made.begin();
    for (std::size_t plane = 0; plane < old.size(); plane += pixels)
      for (const std::size_t place : places) *to++ = place == outside ? margin : old[plane + place];
  };
  return mapped(std::move(data), std::move(map), std::move(shape));
}

}  // namespace

Dataset pad_images(Dataset data, std::size_t margin) {
  const ImageShape from = image_shape(data, "padded");
  return remapped(std::move(data), from, from.height + 2 * margin, from.width + 2 * margin,
                  [&](std::size_t row, std::size_t column) {
                    const bool inside =
                        row >= margin && row < margin + from.height && column >= margin && column < margin + from.width;
                    return inside ? (row - margin) * from.width + column - margin : outside;
                  });
}

Dataset crop_images(Dataset data, std::size_t height, std::size_t width) {
  const ImageShape from = image_shape(data, "cropped");
  if (height < 1 || height > from.height || width < 1 || width > from.width)
    fail(ErrorKind::usage, "images of {} x {} cannot be cropped to {} x {}", from.height, from.width, height, width);
  const std::size_t top = (from.height - height) / 2, left = (from.width - width) / 2;
  return remapped(std::move(data), from, height, width,
                  [&](std::size_t row, std::size_t column) { return (row + top) * from.width + column + left; });
}

Dataset flip_images(Dataset data, FlipAxis axis) {
  const ImageShape from = image_shape(data, "flipped");
  return remapped(std::move(data), from, from.height, from.width, [&](std::size_t row, std::size_t column) {
    if (axis == FlipAxis::horizontal) return row * from.width + from.width - 1 - column;
    return (from.height - 1 - row) * from.width + column;
  });
}

}  // namespace tacit::datasets
