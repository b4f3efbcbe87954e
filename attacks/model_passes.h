#pragma once

#include <span>

#include "models/model.h"

namespace tacit::attacks {

/// What gradient matching asks of a model at candidates: g = grad_theta L of their mean loss, and then, v = dD/dg being
/// known, the gradient of <g, v> in the candidates (promise P5). T is float or double.
template <class T>
class ModelPasses {
 public:
  virtual ~ModelPasses() = default;
  /// Writes g [parameters].
  virtual void gradient(const models::Examples<T>& candidates, std::span<T> g) = 0;
  /// After `gradient` of the same candidates: writes the gradient of <g, direction> in inputs [count, input_size] and
  /// targets [count, target_size], either empty if not wanted.
  virtual void pull_back(const models::Examples<T>& candidates, std::span<const T> direction, std::span<T> inputs,
                         std::span<T> targets) = 0;
};

/// By an Evaluation of its own, whose second pass builds on the first.
template <class T>
class OwnPasses final : public ModelPasses<T> {
 public:
  /// Both must outlive this.
  OwnPasses(const models::Model<T>& model, std::span<const T> theta) : evaluation_(model), theta_(theta) {}

  void gradient(const models::Examples<T>& candidates, std::span<T> g) override {
    evaluation_.gradient(theta_, candidates, {.theta = g, .inputs = {}, .targets = {}});
  }
  void pull_back(const models::Examples<T>& candidates, std::span<const T> direction, std::span<T> inputs,
                 std::span<T> targets) override {
    evaluation_.tangent_of_gradient(theta_, candidates, {.theta = direction, .inputs = {}, .targets = {}},
                                    {.theta = {}, .inputs = inputs, .targets = targets});
  }

 private:
  models::Evaluation<T> evaluation_;
  std::span<const T> theta_;
};

}  // namespace tacit::attacks
