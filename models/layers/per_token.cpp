#include "models/layers/per_token.h"

#include "core/error.h"

namespace tacit::models {

namespace {

Shape many(std::size_t tokens, const Shape& one) {
  Shape shape = {static_cast<std::int64_t>(tokens)};
  shape.insert(shape.end(), one.begin(), one.end());
  return shape;
}

}  // namespace

template <class T>
PerToken<T>::PerToken(std::size_t tokens, std::shared_ptr<const Layer<T>> layer)
    : tokens_(tokens), layer_(std::move(layer)) {
  if (tokens == 0 || layer_->input_shapes().size() != 1 || layer_->couples_examples() ||
      layer_->local_statistics() != 0)
    fail(ErrorKind::usage, "a layer of type {} cannot be applied to each of {} tokens", layer_->type(), tokens);
  input_shapes_ = {many(tokens, layer_->input_shapes()[0])};
  output_shape_ = many(tokens, layer_->output_shape());
}

template class PerToken<float>;
template class PerToken<double>;

}  // namespace tacit::models
