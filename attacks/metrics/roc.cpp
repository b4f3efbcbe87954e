#include "attacks/metrics/roc.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace tacit::attacks {
namespace {

using Scores = std::vector<double>;

struct Sides {
  Scores members, others;
};

Sides sides_of(std::span<const double> scores, std::span<const char> members) {
  if (scores.size() != members.size())
    fail(ErrorKind::usage, "{} scores of {} examples", scores.size(), members.size());
  Sides sides;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (std::isnan(scores[i])) fail(ErrorKind::data, "the score of example {} is NaN: it says nothing", i);
    (members[i] != 0 ? sides.members : sides.others).push_back(scores[i]);
  }
  if (sides.members.empty() || sides.others.empty())
    fail(ErrorKind::usage, "{} members and {} others: a curve needs both", sides.members.size(), sides.others.size());
  return sides;
}

Scores descending(Scores scores) {
  std::sort(scores.begin(), scores.end(), std::greater<>());
  return scores;
}

std::vector<RocPoint> points_of(const Sides& sides) {
  const Scores members = descending(sides.members), others = descending(sides.others);
  std::vector<RocPoint> points{{0, 0}};
  std::size_t i = 0, j = 0;
  while (i < members.size() || j < others.size()) {
    const double threshold = i == members.size()  ? others[j]
                             : j == others.size() ? members[i]
                                                  : std::max(members[i], others[j]);
    while (i < members.size() && members[i] == threshold) ++i;
    while (j < others.size() && others[j] == threshold) ++j;
    points.push_back({static_cast<double>(j) / static_cast<double>(others.size()),
                      static_cast<double>(i) / static_cast<double>(members.size())});
  }
  return points;
}

/// For each score of one side, the share of the other side that lies below it, equal ones by half.
Scores shares_below(const Scores& of, Scores other) {
  std::sort(other.begin(), other.end());
  Scores shares;
  for (const double score : of) {
    const auto below = std::lower_bound(other.begin(), other.end(), score) - other.begin();
    const auto up_to = std::upper_bound(other.begin(), other.end(), score) - other.begin();
    shares.push_back(static_cast<double>(below + up_to) / 2 / static_cast<double>(other.size()));
  }
  return shares;
}

double mean(const Scores& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The variance of the mean of these values.
double variance_of_mean(const Scores& values) {
  if (values.size() < 2) return 0;
  const double centre = mean(values), n = static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  return squares / (n - 1) / n;
}

Rate auc_of(const Sides& sides) {
  const Scores of_members = shares_below(sides.members, sides.others);
  const Scores of_others = shares_below(sides.others, sides.members);
  const double auc = mean(of_members);
  const double variance = variance_of_mean(of_members) + variance_of_mean(of_others);
  if (variance == 0) {
    const std::size_t n = std::min(sides.members.size(), sides.others.size());
    if (auc == 1) return {auc, wilson_interval(n, n)};
    if (auc == 0) return {auc, wilson_interval(0, n)};
  }
  const double half = 1.959963984540054 * std::sqrt(variance);
  return {auc, {std::max(0.0, auc - half), std::min(1.0, auc + half)}};
}

/// Every second of them, from `first` on.
Scores half_of(const Scores& scores, std::size_t first) {
  Scores half;
  for (std::size_t i = first; i < scores.size(); i += 2) half.push_back(scores[i]);
  return half;
}

std::size_t count_above(const Scores& scores, double threshold) {
  return static_cast<std::size_t>(
      std::count_if(scores.begin(), scores.end(), [=](double score) { return score > threshold; }));
}

/// The threshold of the best balanced accuracy, between two neighbouring scores.
double best_threshold(const Sides& sides) {
  Scores all = sides.members;
  all.insert(all.end(), sides.others.begin(), sides.others.end());
  std::sort(all.begin(), all.end());
  const Scores members = descending(sides.members), others = descending(sides.others);
  const auto rate_above = [](const Scores& sorted, double threshold) {
    const auto end = std::upper_bound(sorted.begin(), sorted.end(), threshold, std::greater<>());
    auto above = end;
    while (above != sorted.begin() && *(above - 1) == threshold) --above;
    return static_cast<double>(above - sorted.begin()) / static_cast<double>(sorted.size());
  };
  double best = 0, threshold = all.back();
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (all[i] == all[i + 1]) continue;
    const double middle = std::midpoint(all[i], all[i + 1]);
    const double gain = rate_above(members, middle) - rate_above(others, middle);
    if (gain > best) best = gain, threshold = middle;
  }
  return threshold;
}

Rate balanced_accuracy_of(const Sides& sides) {
  if (sides.members.size() < 2 || sides.others.size() < 2) return {0.5, {}};
  double right_members = 0, right_others = 0;
  for (const std::size_t first : {0u, 1u}) {
    const double threshold = best_threshold({half_of(sides.members, first), half_of(sides.others, first)});
    const Scores others = half_of(sides.others, 1 - first);
    right_members += static_cast<double>(count_above(half_of(sides.members, 1 - first), threshold));
    right_others += static_cast<double>(others.size() - count_above(others, threshold));
  }
  const double accuracy = (right_members / static_cast<double>(sides.members.size()) +
                           right_others / static_cast<double>(sides.others.size())) /
                          2;
  const std::size_t trials = sides.members.size() + sides.others.size();
  const auto right = static_cast<std::size_t>(std::llround(accuracy * static_cast<double>(trials)));
  return {accuracy, wilson_interval(right, trials)};
}

}  // namespace

Roc::Roc(std::span<const double> scores, std::span<const char> members) {
  const Sides sides = sides_of(scores, members);
  members_ = sides.members.size();
  others_ = sides.others.size();
  points_ = points_of(sides);
  auc_ = auc_of(sides);
  balanced_accuracy_ = balanced_accuracy_of(sides);
}

Rate Roc::true_positives_at(double false_positive_rate) const {
  double best = 0;
  for (const RocPoint& point : points_)
    if (point.false_positive_rate <= false_positive_rate) best = std::max(best, point.true_positive_rate);
  const auto hits = static_cast<std::size_t>(std::llround(best * static_cast<double>(members_)));
  return {best, wilson_interval(hits, members_)};
}

}  // namespace tacit::attacks
