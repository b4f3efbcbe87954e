#include "privacy/auditing/counted_epsilon.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "privacy/auditing/binomial.h"
#include "privacy/auditing/gaussian_privacy.h"

namespace tacit::privacy {
namespace {

struct ErrorRates {
  double false_positive, false_negative;
};

/// Upper bounds that hold together with probability 1 - alpha.
ErrorRates upper_bounds(const TestCounts& counts, double alpha) {
  if (counts.hits > counts.ins || counts.false_alarms > counts.outs)
    fail(ErrorKind::usage, "{} hits in {} runs with the record, {} in {} without it", counts.hits, counts.ins,
         counts.false_alarms, counts.outs);
  return {clopper_pearson(counts.false_alarms, counts.outs, alpha).high,
          clopper_pearson(counts.ins - counts.hits, counts.ins, alpha).high};
}

}  // namespace

double counted_epsilon(const TestCounts& counts, double delta, double alpha) {
  if (!(delta >= 0 && delta < 1)) fail(ErrorKind::usage, "delta is {}: expected a number in [0, 1)", delta);
  const auto [fpr, fnr] = upper_bounds(counts, alpha);
  const auto bound = [&](double first, double second) {
    const double numerator = 1 - delta - first;
    return numerator > 0 ? std::log(numerator / second) : 0.0;
  };
  return std::max({0.0, bound(fpr, fnr), bound(fnr, fpr)});
}

double counted_mu(const TestCounts& counts, double alpha) {
  const auto [fpr, fnr] = upper_bounds(counts, alpha);
  if (fpr >= 1 || fnr >= 1) return 0;
  return std::max(0.0, normal_quantile(1 - fpr) - normal_quantile(fnr));
}

}  // namespace tacit::privacy
