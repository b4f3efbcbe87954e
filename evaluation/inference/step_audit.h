#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "privacy/auditing/counted_epsilon.h"

namespace tacit::evaluation {

/// A mechanism under audit: what is released of one run of it, with the canary in or out. Runs of different numbers
/// draw independent noise. May be called from one thread only.
using Release = std::function<std::vector<float>(bool canary_in, std::uint64_t run)>;

/// What is claimed of it for the canary, in or out.
struct PrivacyClaim {
  double epsilon = 0, delta = 0;
};

struct StepAuditSettings {
  std::size_t runs = 1000;  ///< with the canary, and as many without; half of each to choose the threshold
  double alpha = 1e-3;      ///< probability of a false alarm, at most
};

struct StepAudit {
  double threshold = 0;
  privacy::TestCounts counts;   ///< of the half that the threshold was not chosen on
  double epsilon = 0;           ///< lower bound without an assumption
  double mu = 0;                ///< lower bound if the mechanism is mu-Gaussian DP
  double gaussian_epsilon = 0;  ///< that as an epsilon at the claim's delta
  bool alarm = false;           ///< one of both bounds exceeds the claim
};

/// Runs the mechanism many times and tests by the inner product of release and direction, the best score for Gaussian
/// noise (Jagielski et al. 2020; Nasr et al. 2023). Each of both bounds is taken at confidence 1 - alpha / 2. The
/// Gaussian one is a bound for Gaussian mechanisms only, and by far the sharper. `numbered_from` is the number of the
/// first run. Throws Error(usage) on fewer than four runs, or a release of another size than the direction.
StepAudit audit_step(const Release& release, std::span<const float> direction, const PrivacyClaim& claim,
                     const StepAuditSettings& settings = {}, std::uint64_t numbered_from = 0);

}  // namespace tacit::evaluation
