#include "datasets/transforms/image_shape.h"

#include "core/error.h"

namespace tacit::datasets {

ImageShape image_shape(const Dataset& data, const char* what) {
  if (data.feature_shape.size() != 3)
    fail(ErrorKind::usage, "data set '{}' has features of shape {}, only images [channels, height, width] can be {}",
         data.name, to_string(data.feature_shape), what);
  return {static_cast<std::size_t>(data.feature_shape[0]), static_cast<std::size_t>(data.feature_shape[1]),
          static_cast<std::size_t>(data.feature_shape[2])};
}

}  // namespace tacit::datasets
