#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/layers/quantum.h"
#include "models/model.h"
#include "quantum_sim/circuit/observable.h"

namespace tacit::attacks {

/// A factor c = dL/dy with the output y that it belongs to.
struct OutputCandidate {
  double output = 0;
  double factor = 0;
};

/// A loss as a function of one expectation value y = Tr(U^dagger O U rho): squared error and binary cross-entropy of
/// one output, and softmax cross-entropy of two, which depends on y = y_0 - y_1 alone, O = O_0 - O_1. Targets are -1 or
/// 1, of the softmax 1 for class 0.
class OutputLoss {
 public:
  /// Of a model of one quantum layer. Throws Error(configuration) on another loss or number of outputs, smoothed labels
  /// or weighted classes.
  OutputLoss(const models::Model<double>& model, const models::Quantum<double>& layer);
  /// (s y - t)^2.
  static OutputLoss squared(double scale) { return OutputLoss(Kind::squared, scale); }
  /// log(1 + exp(-t s y)).
  static OutputLoss logistic(double scale) { return OutputLoss(Kind::logistic, scale); }

  const quantum_sim::Observable& observable() const noexcept { return observable_; }  ///< O; of squared() empty
  std::vector<double> targets_of(std::span<const std::int32_t> labels) const;
  /// c = dL/dy.
  double factor(double y, double target) const;
  /// dc/dy.
  double factor_slope(double y, double target) const;
  /// All y in [-most, most] with c(y) (y - constant) = product. None where noise leaves no root, except that the
  /// squared error then gives the nearest.
  std::vector<OutputCandidate> candidates(double product, double constant, double target, double most) const;

 private:
  void check_plain(const models::Model<double>& model) const;
  enum class Kind { squared, logistic };
  OutputLoss(Kind kind, double scale) : kind_(kind), scale_(scale) {}

  Kind kind_ = Kind::squared;
  double scale_ = 1;
  bool difference_ = false;  ///< of two outputs
  quantum_sim::Observable observable_;
};

}  // namespace tacit::attacks
