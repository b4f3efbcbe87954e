#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "attacks/linear_layers.h"
#include "attacks/malicious/craft.h"

namespace tacit::attacks {

/// Settings of a head that fishes: a softmax layer of C classes, of which only the row of class c is not zero.
struct FishingHead {
  std::size_t target_class = 0;  ///< c
  double class_bias = 1000;      ///< of every other class, where nothing but the class decides
  double class_scale = 0.5;      ///< on the row of class c, there
  /// Of the layer's inputs, which one decides; without it, the class alone.
  std::optional<std::size_t> feature{};
  double feature_gain = 300;       ///< beta
  std::optional<double> cutoff{};  ///< tau; without it, above every feature
};

/// Turns a softmax layer into one that lets few examples through (Wen et al., "Fishing for User Data in Large-Batch
/// Federated Learning via Gradient Magnification", arXiv 2202.00580, Sec. 3). As only row c is not zero, example i
/// reaches the layers below with the factor p_c - [y_i = c].
///
/// Without a feature, all other classes have a large bias, so that p_c = 0: examples of class c count, all others do
/// not (class fishing). With feature k, row c is beta e_k and its bias ln(C - 1) - beta tau, so that
/// p_c = 1 / (1 + exp(-beta (f_k - tau))): examples of class c count below the cutoff, all others above it (feature
/// fishing). The paper meets batches of one class; for any batch, two rounds of equal heads with cutoffs tau < tau'
/// differ by the examples with tau < f_k < tau' alone, each once, whatever its class. That difference is ours.
void write_fishing_head(const LinearLayer& head, const FishingHead& settings, std::span<float> theta);

/// The cutoff that this bias of the target class stands for, where a feature decides.
double fishing_cutoff(const LinearLayer& head, const FishingHead& settings, double bias);

/// As a craft: keys `class`, `class_bias`, `class_scale`, `feature`, `feature_gain`, `cutoff`; in place of the cutoff
/// `low`, `high` and `resolution` for a run of many rounds, whose cutoffs then follow from the answers
/// (malicious/fishing_cutoffs.h), starting with one that nothing reaches.
std::unique_ptr<const Craft> make_fishing_craft(ConfigTable section);

/// The search for a cutoff that leaves one example above it: bisection on the number above, which an attacker reads off
/// the gradient. Halves [low, high] until one is left, or until it is narrower than `resolution`.
class FishingSearch {
 public:
  /// Nothing lies outside [low, high]. Throws Error(usage) unless low < high are finite and the resolution positive.
  FishingSearch(double low, double high, double resolution);

  bool done() const noexcept { return found_ || high_ - low_ <= resolution_; }
  /// Whether the last answer was one.
  bool found() const noexcept { return found_; }
  /// The cutoff to ask for next.
  double cutoff() const noexcept { return low_ + 0.5 * (high_ - low_); }
  /// How many examples, fractions included, were above it. None or a part of one: it was too high.
  void answer(double above);

 private:
  double low_, high_, resolution_;
  bool found_ = false;
};

}  // namespace tacit::attacks
