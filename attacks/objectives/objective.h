#pragma once

#include <memory>
#include <span>

#include "attacks/part.h"
#include "core/config.h"

namespace tacit::attacks {

/// How far a candidate's gradient is from the observed one: D(g) >= 0 with D = 0 at equality. Stateless.
class Objective : public Part {
 public:
  /// Returns D(candidate) and writes v = dD/d(candidate), the direction of the second-order primitive (promise P5).
  /// All spans [parameters].
  virtual double evaluate(std::span<const double> candidate, std::span<const double> observed,
                          std::span<double> derivative) const = 0;
  /// The same of gradients in float, with sums in double. Unless an objective has its own way, by the double one.
  virtual double evaluate_in_float(std::span<const float> candidate, std::span<const float> observed,
                                   std::span<float> derivative) const;
  /// Whether D stays the same when the observed gradient is multiplied by a positive number. If so, the attacker need
  /// not know the scale of what was sent.
  virtual bool scale_free() const noexcept = 0;
};

/// The objective that a section names: name = "euclidean", "cosine", "masked_cosine", "absolute" or "tag".
std::unique_ptr<const Objective> make_objective(ConfigTable section);

}  // namespace tacit::attacks
