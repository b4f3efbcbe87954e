#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "attacks/observation.h"

namespace tacit::attacks {

/// What a client did to its update between training and the wire, as far as an attacker knows it: the keys of [update]
/// and of the transformed gradients in [training] (docs/defences.md), in the order in which they act.
struct KnownDefence {
  /// How the length of what was sent relates to that of the gradient.
  enum class Length {
    kept,     ///< as it was
    bounded,  ///< scaled down to `bound` where it was longer
    lost,     ///< some other length: what is known is that of the update
  };
  enum class Noise { none, gaussian, laplace };

  Length length = Length::kept;
  double bound = 0;            ///< Euclidean norm; `bounded` only
  bool bound_of_sent = false;  ///< it bounds the components that were sent as something else than zero, not all
  Noise noise = Noise::none;
  double deviation = 0;              ///< standard deviation of the noise on one component, all stages together
  bool pruned = false;               ///< of each tensor, what is smallest became zero
  double keep_share = 1;             ///< of each tensor; 0: not known
  unsigned bits = 0;                 ///< as privacy/compression; 1: signs; 0: float
  bool stochastic = false;           ///< the rounding
  bool masked = false;               ///< Soteria: weight gradients of some of the last layer's inputs became zero
  double masked_share = 0;           ///< of these inputs; 0: not known
  std::vector<std::string> notes{};  ///< assumptions, one sentence each

  /// Whether it is more than noise on components: what a sum of several updates does not show of any of them.
  bool changes_more_than_noise() const noexcept { return length != Length::kept || pruned || bits > 0 || masked; }

  /// As the run was told. An attacker needs Need::pipeline for it.
  static KnownDefence declared(const Observation& observation, std::size_t count);
  /// As the update itself shows it (the estimation in GGL: Li et al., CVPR 2022, arXiv 2203.15696, Sec. 3.2): zeros are
  /// taken for pruned, few values on a grid for quantised, and the norm of the update for the bound of a clip, so that
  /// longer candidates are compared by their direction. Noise does not show, and neither does stochastic rounding.
  static KnownDefence estimated(const Observation& observation);
};

}  // namespace tacit::attacks
