#include "attacks/metrics/exposure.h"

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numbers>

#include "core/error.h"

namespace tacit::attacks {

std::size_t canary_rank(double canary_loss, std::span<const double> other_losses) {
  std::size_t rank = 1;
  if (std::isnan(canary_loss)) fail(ErrorKind::data, "the loss of the canary is NaN");
  for (const double loss : other_losses) {
    if (std::isnan(loss)) fail(ErrorKind::data, "the loss of a candidate is NaN");
    if (loss <= canary_loss) ++rank;
  }
  return rank;
}

double exposure(std::size_t rank, std::size_t candidates) {
  if (rank < 1 || rank > candidates)
    fail(ErrorKind::usage, "rank {} of {} candidates: expected 1 to their number", rank, candidates);
  return std::log2(static_cast<double>(candidates)) - std::log2(static_cast<double>(rank));
}

double exposure_p_value(double mean_exposure, std::size_t canaries) {
  if (canaries == 0) fail(ErrorKind::usage, "the mean exposure of no canary says nothing");
  if (mean_exposure <= 0) return 1;
  // The sum of k exponential variables has the gamma distribution of shape k.
  const double k = static_cast<double>(canaries);
  return boost::math::gamma_q(k, k * mean_exposure * std::numbers::ln2);
}

}  // namespace tacit::attacks
