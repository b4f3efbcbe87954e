#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tacit::quantum_sim {

/// What one call of a BatchSimulator reads and writes; what is empty is zero, or not wanted. Shapes as there.
template <class T>
struct BatchCall {
  enum class Kind : std::uint8_t { forward, backward, forward_tangent, backward_tangent };
  Kind kind = Kind::forward;
  std::size_t batch = 0;
  std::span<const T> parameters = {}, inputs = {}, parameters_dot = {}, inputs_dot = {};
  std::span<const T> upstream = {}, upstream_dot = {};
  std::span<T> outputs = {}, outputs_dot = {};
  std::span<T> parameter_gradient = {}, parameter_gradient_dot = {}, input_gradient = {}, input_gradient_dot = {};

  bool is_tangent() const noexcept { return kind == Kind::forward_tangent || kind == Kind::backward_tangent; }
  bool goes_back() const noexcept { return kind == Kind::backward || kind == Kind::backward_tangent; }
};

}  // namespace tacit::quantum_sim
