#include "models/layers/relu.h"

#include "models/kernels/elementwise.h"

namespace tacit::models {

namespace {

/// out = in where the unit is active; nothing if it is not wanted.
template <class T>
void gate(std::span<const T> x, std::span<const T> in, std::span<T> out) {
  if (!out.empty()) kernels::gate<T>(x, in, out);
}

}  // namespace

template <class T>
void Relu<T>::forward(const ForwardPass<T>& pass) const {
  gate<T>(pass.inputs[0], pass.inputs[0], pass.outputs);
}

template <class T>
void Relu<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  if (!pass.outputs_known) gate<T>(pass.inputs[0], pass.inputs[0], pass.outputs);
  gate<T>(pass.inputs[0], pass.inputs_dot[0], pass.outputs_dot);
}

template <class T>
void Relu<T>::backward(const BackwardPass<T>& pass) const {
  gate<T>(pass.inputs[0], pass.upstream, pass.inputs_gradients[0]);
}

template <class T>
void Relu<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  gate<T>(pass.inputs[0], pass.upstream, pass.inputs_gradients[0]);
  gate<T>(pass.inputs[0], pass.upstream_dot, pass.inputs_gradients_dot[0]);
}

template class Relu<float>;
template class Relu<double>;

}  // namespace tacit::models
