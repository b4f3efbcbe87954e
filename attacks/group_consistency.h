#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "attacks/attack_result.h"
#include "attacks/features.h"
#include "attacks/solvers/solver.h"
#include "core/config.h"

namespace tacit::attacks {

/// Group consistency: runs from several starting points are drawn towards their common mean, so that what they agree on
/// survives and what each invented does not (Yin et al., "See through Gradients", CVPR 2021, arXiv 2104.07586,
/// Eq. 11-12). There the mean is renewed within one long run; here every run ends by itself first, and then `rounds`
/// times all of them go on from where they are, with a fixed mean and a solver of their own.
///
///   [group]
///   weight = 10.0       # of half the mean squared distance to the mean
///   rounds = 3
///   registered = true   # images are shifted onto each other before the mean is taken
///   [group.solver]
///   name = "adam"
struct GroupConsistency {
  double weight = 0;
  std::size_t rounds = 1;
  bool registered = true;
  std::shared_ptr<const Solver> solver;

  static GroupConsistency from_config(ConfigTable section);
};

/// What each run of a group is drawn to, [runs][count, input_size], examples in the order of that run. `runs` are of
/// one labelling; scores not compared. Examples are matched to those of the run with the best score within equal
/// labels, by the least squared distance; if `registered` and features are images, each is then shifted onto its
/// partner (by up to an eighth of the side, as registered_psnr does) before the mean over runs is taken.
std::vector<std::vector<double>> group_means(const Features& features, std::span<const RestartRow> runs,
                                             bool registered);

/// Adds weight / 2 * mean (x - mean_of_group)^2 to the gradient and returns it; spans of equal size.
double add_pull(double weight, std::span<const double> x, std::span<const double> group_mean,
                std::span<double> gradient);

}  // namespace tacit::attacks
