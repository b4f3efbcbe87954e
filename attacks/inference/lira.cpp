#include "attacks/inference/lira.h"

#include <cmath>
#include <string_view>

#include "core/error.h"

namespace tacit::attacks {
namespace {

/// A deviation of nothing would make every other value impossible.
constexpr double least_deviation = 1e-6;

/// Of the shadow models on one side of each candidate.
struct Side {
  std::vector<double> means, deviations;  ///< [candidates]
};

void check(std::span<const double> confidences, std::span<const ShadowModel> shadows) {
  for (const ShadowModel& shadow : shadows)
    if (shadow.members.size() != confidences.size() || shadow.confidences.size() != confidences.size())
      fail(ErrorKind::usage, "a shadow model speaks of {} candidates, the target of {}", shadow.members.size(),
           confidences.size());
}

Side side_of(std::span<const ShadowModel> shadows, std::size_t candidates, bool in, LiraVariance variance) {
  Side side;
  double pooled = 0, freedom = 0;
  const std::size_t least = variance == LiraVariance::each ? 2 : 1;
  for (std::size_t i = 0; i < candidates; ++i) {
    double sum = 0, squares = 0;
    std::size_t count = 0;
    for (const ShadowModel& shadow : shadows)
      if ((shadow.members[i] != 0) == in) sum += shadow.confidences[i], ++count;
    if (count < least)
      fail(ErrorKind::configuration, "candidate {} has {} shadow models {} it: the attack needs {}", i, count,
           in ? "with" : "without", least);
    const double mean = sum / static_cast<double>(count);
    for (const ShadowModel& shadow : shadows)
      if ((shadow.members[i] != 0) == in) squares += (shadow.confidences[i] - mean) * (shadow.confidences[i] - mean);
    side.means.push_back(mean);
    side.deviations.push_back(count < 2 ? 0 : std::sqrt(squares / static_cast<double>(count - 1)));
    pooled += squares;
    freedom += static_cast<double>(count - 1);
  }
  if (variance == LiraVariance::fixed) {
    if (freedom == 0)
      fail(ErrorKind::configuration, "no candidate has two shadow models {} it: there is no deviation to pool",
           in ? "with" : "without");
    side.deviations.assign(candidates, std::sqrt(pooled / freedom));
  }
  for (double& deviation : side.deviations) deviation = std::max(deviation, least_deviation);
  return side;
}

double log_density(double value, double mean, double deviation) {
  const double z = (value - mean) / deviation;
  return -0.5 * z * z - std::log(deviation);
}

}  // namespace

std::vector<double> lira_online(std::span<const double> confidences, std::span<const ShadowModel> shadows,
                                LiraVariance variance) {
  check(confidences, shadows);
  const Side in = side_of(shadows, confidences.size(), true, variance);
  const Side out = side_of(shadows, confidences.size(), false, variance);
  std::vector<double> scores;
  for (std::size_t i = 0; i < confidences.size(); ++i)
    scores.push_back(log_density(confidences[i], in.means[i], in.deviations[i]) -
                     log_density(confidences[i], out.means[i], out.deviations[i]));
  return scores;
}

std::vector<double> lira_offline(std::span<const double> confidences, std::span<const ShadowModel> shadows,
                                 LiraVariance variance) {
  check(confidences, shadows);
  const Side out = side_of(shadows, confidences.size(), false, variance);
  std::vector<double> scores;
  for (std::size_t i = 0; i < confidences.size(); ++i)
    scores.push_back((confidences[i] - out.means[i]) / out.deviations[i]);
  return scores;
}

}  // namespace tacit::attacks
