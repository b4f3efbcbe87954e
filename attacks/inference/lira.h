#pragma once

#include <span>
#include <vector>

namespace tacit::attacks {

/// A model that the attacker trained: which candidates it was given, and how confident it came out on each.
struct ShadowModel {
  std::vector<char> members;        ///< [candidates]; the attacker's own choice
  std::vector<double> confidences;  ///< [candidates], ExampleSignals::confidences
};

/// Where the likelihood ratio attack takes its deviations from.
enum class LiraVariance {
  each,  ///< of each candidate's own shadow models; needs two on a side at least, and many to be worth it
  fixed  ///< one for all candidates, pooled over them: what serves with few shadow models
};

/// The likelihood ratio attack of Carlini et al. 2022 (arXiv 2112.03570, Algorithm 1): ln N(phi; in) - ln N(phi; out)
/// of the candidate's confidence phi under the target, the two normal distributions fitted to shadow models with and
/// without the candidate. Pooled deviations are of the values around their own candidate's mean. Throws Error(usage) on
/// sizes that do not fit; Error(configuration) if a candidate has too few shadow models on a side.
std::vector<double> lira_online(std::span<const double> confidences, std::span<const ShadowModel> shadows,
                                LiraVariance variance);
/// The attack that trains no model on the candidate (section V-D): the one-sided test (phi - mean_out) / deviation_out,
/// a monotone function of the paper's 1 - P[Z > phi].
std::vector<double> lira_offline(std::span<const double> confidences, std::span<const ShadowModel> shadows,
                                 LiraVariance variance);

}  // namespace tacit::attacks
