#include "models/layers/dropout.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::models {

namespace {

/// The seed of one layer's masks in one step. A stream has room for two numbers beside its seed, so the others are
/// hashed into a seed first.
std::uint64_t seed_of(const MaskKey& key, std::uint32_t layer) {
  const std::uint64_t of_client = RandomStream({key.seed, Purpose::dropout, key.round, key.client}).next_u64();
  return RandomStream({of_client, Purpose::dropout, key.step, layer}).next_u64();
}

}  // namespace

/// The factors of one example.
template <class T>
struct Dropout<T>::Scratch final : LayerScratch {
  explicit Scratch(std::size_t size) : factors(size) {}
  std::vector<T> factors;
};

template <class T>
Dropout<T>::Dropout(Shape shape, double rate)
    : ElementwiseLayer<T>(std::move(shape)), size_(element_count(this->output_shape())), rate_(rate) {
  if (!(rate >= 0 && rate < 1))
    fail(ErrorKind::usage, "the rate of a dropout is {}, expected a number from 0 to below 1", rate);
}

template <class T>
std::unique_ptr<LayerScratch> Dropout<T>::make_scratch() const {
  return std::make_unique<Scratch>(size_);
}

template <class T>
void Dropout<T>::apply(std::size_t count, const PassMode<T>& mode, LayerScratch* scratch,
                       std::initializer_list<Pair> pairs) const {
  if (!mode.training || !mode.masks || rate_ == 0) {
    for (const Pair& pair : pairs) std::copy_n(pair.from.begin(), pair.to.size(), pair.to.begin());
    return;
  }
  const std::span<T> factors = static_cast<Scratch&>(*scratch).factors;
  const std::uint64_t seed = seed_of(*mode.masks, mode.layer);
  const auto threshold = static_cast<std::uint64_t>(rate_ * 0x1p32);
  const T kept = static_cast<T>(1 / (1 - rate_));
  for (std::size_t b = 0; b < count; ++b) {
    RandomStream stream({seed, Purpose::dropout, static_cast<std::uint32_t>(mode.first_example + b), 0});
    for (T& factor : factors) factor = stream() < threshold ? T(0) : kept;
    for (const Pair& pair : pairs)
      for (std::size_t i = 0; !pair.to.empty() && i < size_; ++i)
        pair.to[b * size_ + i] = factors[i] * pair.from[b * size_ + i];
  }
}

template <class T>
void Dropout<T>::forward(const ForwardPass<T>& pass) const {
  apply(pass.count, pass.mode, pass.scratch, {{pass.inputs[0], pass.outputs}});
}

template <class T>
void Dropout<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  apply(pass.count, pass.mode, pass.scratch, {{pass.inputs[0], pass.outputs}, {pass.inputs_dot[0], pass.outputs_dot}});
}

template <class T>
void Dropout<T>::backward(const BackwardPass<T>& pass) const {
  apply(pass.count, pass.mode, pass.scratch, {{pass.upstream, pass.inputs_gradients[0]}});
}

template <class T>
void Dropout<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  apply(pass.count, pass.mode, pass.scratch,
        {{pass.upstream, pass.inputs_gradients[0]}, {pass.upstream_dot, pass.inputs_gradients_dot[0]}});
}

template class Dropout<float>;
template class Dropout<double>;

}  // namespace tacit::models
