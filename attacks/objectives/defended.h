#pragma once

#include <utility>
#include <vector>

#include "attacks/bounds.h"
#include "attacks/defence/known_defence.h"
#include "attacks/objectives/objective.h"

namespace tacit::attacks {

/// One update as the defended objective compares with it. All in the units of the update.
struct DefendedUpdate {
  double unit = 1;           ///< update = unit * gradient
  std::vector<double> sent;  ///< [parameters]
  std::vector<Bounds> open;  ///< [parameters], defence/open_intervals.h
  KnownDefence::Length length = KnownDefence::Length::kept;
  double bound = 0;            ///< `bounded`: of the norm; `lost`: the norm itself
  std::vector<char> measured;  ///< [parameters]: what the norm is taken over; empty: all
  double mean_magnitude = 0;   ///< of all components, where signs were sent; 0: not known
  double step = 0;             ///< between two levels, where rounding was stochastic; 0: it was not
  double size = 1;             ///< sum of rho over the compared components of the update
};

/// How far a component may be from what it is compared with.
struct DefendedPenalty {
  bool absolute = false;  ///< rho(d) = |d|, the likelihood of Laplace noise; else d^2, that of Gaussian noise
  double closeness = 0;   ///< weight of the distance to what was sent, inside the interval too
};

/// The distance between what was sent and what the candidate would have sent (the idea of GGL: Li et al., CVPR 2022,
/// arXiv 2203.15696, Sec. 3.2; here without its image prior, and with sets in place of transformed gradients, which
/// have no useful derivative where a defence rounds or drops). With u = unit g, scaled as the defence scales, and I_i
/// what the update leaves open about component i,
///   D(g) = sum_i [rho(dist(u_i, I_i)) + closeness rho(u_i - update_i)] / sum_i rho(update_i),
/// the second sum for intervals that are no points: of all gradients that fit, those in the middle are likelier, since
/// most components of a gradient are small. Where signs were sent, whose intervals hold 0 too, the mean magnitude that
/// came with them is compared as well, + (sum_i |u_i| / (n magnitude) - 1)^2. Stochastic rounding to a level at
/// distance d with step s happens with probability 1 - |d| / s: there the mean of -log of that, continued as a line
/// where it is next to impossible. With other noise it is exact for noise alone. Over several rounds the sum.
class Defended final : public Objective {
 public:
  enum class Knowledge { declared, estimated };
  Defended(Knowledge knowledge, double closeness) : knowledge_(knowledge), closeness_(closeness) {}
  /// defence = "declared" (default) or "estimated"; closeness.
  static std::unique_ptr<const Objective> make(ConfigTable section);

  std::vector<Need> needs() const override;
  bool scale_free() const noexcept override { return false; }
  bool reads_training() const noexcept override { return knowledge_ == Knowledge::declared; }
  AdaptedObjective adapted_to(const models::Model<double>& model, std::span<const UpdateInUnits> rounds,
                              std::size_t count) const override;
  /// Of an update about which nothing is known: squared distance, as a part of that at zero.
  double evaluate(std::span<const double> candidate, std::span<const double> observed,
                  std::span<double> derivative) const override;

 private:
  Knowledge knowledge_;
  double closeness_;
};

/// The distance to certain updates, one a round.
class DistanceToUpdates final : public Objective {
 public:
  DistanceToUpdates(std::vector<DefendedUpdate> rounds, DefendedPenalty penalty)
      : rounds_(std::move(rounds)), penalty_(penalty) {}
  bool scale_free() const noexcept override { return false; }
  double evaluate(std::span<const double> candidate, std::span<const double> observed,
                  std::span<double> derivative) const override;

 private:
  std::vector<DefendedUpdate> rounds_;
  DefendedPenalty penalty_;
};

}  // namespace tacit::attacks
