#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "attacks/attack_result.h"
#include "attacks/features.h"

namespace tacit::attacks {

/// What the client really used: known to an audit, given by its caller after the attack has ended.
struct GroundTruth {
  std::vector<double> inputs;        ///< [count, input_size]
  std::vector<std::int32_t> labels;  ///< [count]
};

/// How near one reconstruction came to the true example that it was matched with.
struct ExampleScore {
  std::size_t truth = 0;                  ///< index of the true example
  std::size_t reconstruction = 0;         ///< index of the reconstruction
  double mse = 0;                         ///< squared units of the feature; of circular distances for angles
  std::optional<double> psnr;             ///< decibel, of mse; only with feature bounds; infinite if exact
  std::optional<double> registered_psnr;  ///< best over small shifts (metrics/registered_psnr.h), for images
  std::optional<double> ssim;             ///< only for images with feature bounds, and if finite
  double largest_error = 0;               ///< of any feature; circular for angles
};

struct Score {
  std::vector<ExampleScore> examples;  ///< one a matched pair, in the order of the true examples
  std::size_t diverged = 0;            ///< pairs whose reconstruction is not finite: no part of any mean
  double mean_mse = 0;                 ///< infinite if all diverged
  double best_mse = 0;
  std::optional<double> mean_psnr, best_psnr;  ///< the mean counts exact images as exact_psnr
  std::optional<double> mean_registered_psnr, best_registered_psnr;
  std::optional<double> mean_ssim, best_ssim;
  double label_accuracy = 0;  ///< multiset overlap; 0 if the attack found no labels
};

/// Scores reconstructions [count, input_size] and labels against the truth. A gradient does not reveal the order of its
/// batch, so reconstructions and true examples are matched one to one with the least total mse (optimal assignment); if
/// their numbers differ, the surplus stays unmatched. `features` says whether features are angles, their shape, and the
/// bounds whose width is the range of PSNR and SSIM. Throws Error(usage) if sizes do not fit or a side is empty. A
/// reconstruction that is not finite has an infinite mse and is left out of the means, which `diverged` says.
Score score(std::span<const double> reconstructions, std::span<const std::int32_t> labels, const GroundTruth& truth,
            const Features& features);
Score score(const AttackResult& result, const GroundTruth& truth, const Features& features);

/// How a run ended, told apart by error and fit.
enum class Outcome {
  recovered,  ///< every feature within `recovered_within`
  close,      ///< every feature within `close_within`
  ambiguous,  ///< another input that fits the gradient as well as the truth does: the gradient does not determine it
  stuck,      ///< fits worse: the search failed, not the secrecy of the gradient
};
std::string_view to_string(Outcome outcome) noexcept;

struct OutcomeThresholds {
  double recovered_within = 0.05;  ///< unit of the feature
  double close_within = 0.2;
  /// A run fits as well as the truth if its D is at most this part of D at zero gradient (the squared norm of the
  /// observed gradient for the Euclidean objective, 1 for cosine).
  double fit = 1e-9;
};

/// Classifies one run of one example: `largest_error` from its ExampleScore, `distance` its D, `zero_distance` D at
/// zero gradient.
Outcome outcome_of(double largest_error, double distance, double zero_distance,
                   const OutcomeThresholds& thresholds = {});

}  // namespace tacit::attacks
