#include "attacks/landscape/match_slice.h"

#include <algorithm>
#include <cmath>

#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "attacks/require_equal_sizes.h"
#include "core/error.h"

namespace tacit::attacks {

std::vector<std::pair<double, double>> match_slice(const Observation& observation, const ThreatModel& threat_model,
                                                   std::span<const double> point, std::span<const std::int32_t> labels,
                                                   std::size_t feature, const Bounds& range, std::size_t points) {
  constexpr double floor = 1e-16;
  if (points < 2) fail(ErrorKind::usage, "a slice of {} points is none", points);
  const ObservedGradient observed = observed_gradient(observation, threat_model, true, "the landscape");
  const auto model = observed_model(observation.run());
  require_equal_sizes("landscape", labels.size() * model.input_size(), point.size());
  if (feature >= model.input_size())
    fail(ErrorKind::usage, "the landscape of feature {} of {}", feature, model.input_size());
  const std::vector<double> theta(observation.model().values().begin(), observation.model().values().end());
  const std::vector<double> targets = model.targets_of(labels);
  double size = 0;
  for (const double value : observed.values) size += value * value;

  std::vector<double> places{point[feature]};
  for (std::size_t i = 0; i < points; ++i)
    places.push_back(range.low + range.width() * static_cast<double>(i) / static_cast<double>(points - 1));
  std::ranges::sort(places);
  std::vector<double> inputs(point.begin(), point.end()), gradient(theta.size());
  models::Evaluation<double> evaluation(model);
  std::vector<std::pair<double, double>> slice;
  for (const double place : places) {
    inputs[feature] = place;
    evaluation.gradient(theta, {inputs, targets, labels.size()}, {.theta = gradient, .inputs = {}, .targets = {}});
    double distance = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i) distance += std::pow(gradient[i] - observed.values[i], 2);
    slice.emplace_back(place, std::log10(std::max(distance / size, floor)));
  }
  return slice;
}

}  // namespace tacit::attacks
