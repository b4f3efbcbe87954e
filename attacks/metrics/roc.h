#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "attacks/metrics/wilson.h"

namespace tacit::attacks {

struct RocPoint {
  double false_positive_rate = 0, true_positive_rate = 0;
};

/// A rate and its 95 % interval.
struct Rate {
  double value = 0;
  Interval interval;
};

/// How well scores tell members from the rest: everything that is read off the curve of true against false positives
/// as the threshold falls. Equal scores are passed at once, so a constant score gives the diagonal.
class Roc {
 public:
  /// Higher scores claim membership. Throws Error(usage) if the sizes differ or one side is empty, Error(data) naming
  /// the index of a score that is NaN.
  Roc(std::span<const double> scores, std::span<const char> members);

  /// From (0, 0) to (1, 1), one a distinct score.
  const std::vector<RocPoint>& points() const noexcept { return points_; }
  std::size_t members() const noexcept { return members_; }
  std::size_t others() const noexcept { return others_; }
  /// The area under the curve = P[member scores higher] + P[equal] / 2, with the interval of DeLong, DeLong and
  /// Clarke-Pearson (Biometrics 44, 1988). Where every pair is in order, and that variance is 0, the interval is the
  /// Wilson interval of as many successes as the smaller side has examples.
  Rate auc() const noexcept { return auc_; }
  /// The highest true positive rate whose false positive rate is at most this; Wilson interval at its threshold. With n
  /// others the smallest rate above 0 is 1 / n: below it, not one false positive is allowed.
  Rate true_positives_at(double false_positive_rate) const;
  /// Mean of true positive and true negative rate. The threshold is chosen on one half of the examples and judged on
  /// the other, both ways, so that a guesser gets a half; the halves are every second example of each side in the given
  /// order. Wilson interval of as many trials as there are examples. 0.5 where a side has fewer than two examples.
  Rate balanced_accuracy() const noexcept { return balanced_accuracy_; }

 private:
  std::vector<RocPoint> points_;
  std::size_t members_ = 0, others_ = 0;
  Rate auc_, balanced_accuracy_;
};

}  // namespace tacit::attacks
