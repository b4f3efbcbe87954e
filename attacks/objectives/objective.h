#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "attacks/observation.h"
#include "attacks/part.h"
#include "core/config.h"
#include "models/model.h"

namespace tacit::attacks {

/// An update as it crossed the wire, and how it reads as a gradient: update = unit * gradient. `unit` is 1 where the
/// gradient itself was sent, and negative for a change of parameters.
struct UpdateInUnits {
  const Observation* observation = nullptr;
  double unit = 1;
};

struct AdaptedObjective;

/// How far a candidate's gradient is from the observed one: D(g) >= 0 with D = 0 at equality. Stateless.
class Objective : public Part {
 public:
  /// Returns D(candidate) and writes v = dD/d(candidate), the direction of the second-order primitive (promise P5).
  /// All spans [parameters], of several rounds one after another.
  virtual double evaluate(std::span<const double> candidate, std::span<const double> observed,
                          std::span<double> derivative) const = 0;
  /// The same of gradients in float, with sums in double. Unless an objective has its own way, by the double one.
  virtual double evaluate_in_float(std::span<const float> candidate, std::span<const float> observed,
                                   std::span<float> derivative) const;
  /// Whether D stays the same when the observed gradient is multiplied by a positive number. If so, the attacker need
  /// not know the scale of what was sent.
  virtual bool scale_free() const noexcept = 0;
  /// Whether `adapted_to` accounts for what the run says that training does to gradients, and notes what it cannot.
  virtual bool reads_training() const noexcept { return false; }
  /// The objective made for these updates, one a round, of `count` examples each; nothing in it where the same serves
  /// all updates. Throws Error(configuration) with the reason if it cannot be made.
  virtual AdaptedObjective adapted_to(const models::Model<double>& model, std::span<const UpdateInUnits> rounds,
                                      std::size_t count) const;
};

/// An objective made for one attack, and what was assumed in making it, one sentence each.
struct AdaptedObjective {
  std::unique_ptr<const Objective> objective;
  std::vector<std::string> notes;
};

/// The objective that a section names: name = "euclidean", "cosine", "masked_cosine", "masked_euclidean", "absolute",
/// "tag" or "defended".
std::unique_ptr<const Objective> make_objective(ConfigTable section);

}  // namespace tacit::attacks
