#include "evaluation/inference/step_audit.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "privacy/auditing/gaussian_privacy.h"

namespace tacit::evaluation {
namespace {

using Scores = std::vector<double>;

double score_of(std::span<const float> release, std::span<const float> direction) {
  if (release.size() != direction.size())
    fail(ErrorKind::usage, "a release of {} numbers for a direction of {}", release.size(), direction.size());
  double sum = 0;
  for (std::size_t k = 0; k < release.size(); ++k) sum += static_cast<double>(release[k]) * direction[k];
  return sum;
}

privacy::TestCounts counted(std::span<const double> in, std::span<const double> out, double threshold) {
  const auto above = [threshold](double score) { return score > threshold; };
  return {static_cast<std::size_t>(std::count_if(in.begin(), in.end(), above)), in.size(),
          static_cast<std::size_t>(std::count_if(out.begin(), out.end(), above)), out.size()};
}

/// Of thresholds between neighbouring scores, the one of the largest bound; thinned out to a few hundred.
double best_threshold(std::span<const double> in, std::span<const double> out, double alpha) {
  Scores all(in.begin(), in.end());
  all.insert(all.end(), out.begin(), out.end());
  std::sort(all.begin(), all.end());
  const std::size_t stride = std::max<std::size_t>(1, all.size() / 300);
  double best = -1, threshold = all.back();
  for (std::size_t i = 0; i + 1 < all.size(); i += stride) {
    const double middle = std::midpoint(all[i], all[i + 1]);
    const double mu = privacy::counted_mu(counted(in, out, middle), alpha);
    if (mu > best) best = mu, threshold = middle;
  }
  return threshold;
}

}  // namespace

StepAudit audit_step(const Release& release, std::span<const float> direction, const PrivacyClaim& claim,
                     const StepAuditSettings& settings, std::uint64_t numbered_from) {
  if (settings.runs < 4) fail(ErrorKind::usage, "{} runs: expected four at least", settings.runs);
  Scores in, out;
  for (std::size_t run = 0; run < settings.runs; ++run) {
    in.push_back(score_of(release(true, numbered_from + 2 * run), direction));
    out.push_back(score_of(release(false, numbered_from + 2 * run + 1), direction));
  }
  const std::size_t half = settings.runs / 2;
  const double alpha = settings.alpha / 2;
  StepAudit audit;
  audit.threshold = best_threshold(std::span(in).first(half), std::span(out).first(half), alpha);
  audit.counts = counted(std::span(in).subspan(half), std::span(out).subspan(half), audit.threshold);
  audit.epsilon = privacy::counted_epsilon(audit.counts, claim.delta, alpha);
  audit.mu = privacy::counted_mu(audit.counts, alpha);
  audit.gaussian_epsilon = claim.delta > 0 ? privacy::gaussian_epsilon(audit.mu, claim.delta) : 0;
  audit.alarm = std::max(audit.epsilon, audit.gaussian_epsilon) > claim.epsilon;
  return audit;
}

}  // namespace tacit::evaluation
