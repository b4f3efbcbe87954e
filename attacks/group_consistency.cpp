#include "attacks/group_consistency.h"

#include <algorithm>

#include "attacks/metrics/assignment.h"
#include "attacks/metrics/image_error.h"
#include "attacks/metrics/registered_psnr.h"
#include "attacks/metrics/shift_image.h"
#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {
namespace {

std::span<const double> example(const RestartRow& run, std::size_t i, std::size_t size) {
  return std::span(run.inputs).subspan(i * size, size);
}

/// Which example of `reference` each example of `run` is another guess at.
std::vector<std::size_t> partners(const RestartRow& run, const RestartRow& reference, std::size_t size) {
  const std::size_t count = run.labels.size();
  std::vector<double> cost(count * count);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < count; ++j)
      cost[i * count + j] = mean_squared_error(example(run, i, size), example(reference, j, size));
  // More than all the rest together, so that labels are crossed only where nothing else is left.
  double all = 1;
  for (const double value : cost) all += value;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < count; ++j)
      if (run.labels[i] != reference.labels[j]) cost[i * count + j] += all;
  return optimal_assignment(cost, count, count);
}

}  // namespace

GroupConsistency GroupConsistency::from_config(ConfigTable section) {
  GroupConsistency group;
  group.weight = section.number("weight", {0, 1e9});
  group.rounds = static_cast<std::size_t>(section.integer("rounds", {1, 10'000}, 1));
  group.registered = section.boolean("registered", true);
  group.solver = make_solver(section.table("solver"));
  return group;
}

std::vector<std::vector<double>> group_means(const Features& features, std::span<const RestartRow> runs,
                                             bool registered) {
  if (runs.empty()) return {};
  const std::size_t size = features.size(), count = runs[0].labels.size();
  for (const RestartRow& run : runs) require_equal_sizes("group consistency", count * size, run.inputs.size());
  const auto& reference = *std::ranges::min_element(runs, {}, &RestartRow::score);
  const auto image = image_shape(features.shape);
  const double range = features.bounds ? features.bounds->high - features.bounds->low : 1.0;
  std::vector<double> mean(count * size);
  std::vector<std::vector<std::size_t>> partner_of;
  for (const RestartRow& run : runs) {
    const auto& partner = partner_of.emplace_back(partners(run, reference, size));
    for (std::size_t i = 0; i < count; ++i) {
      std::span<const double> guess = example(run, i, size);
      std::optional<ImageShifter> shifter;
      if (registered && image) {
        const auto onto = registered_psnr(guess, example(reference, partner[i], size), features.shape, range);
        guess = shifter.emplace(*image).shifted(guess, onto->down, onto->right);
      }
      for (std::size_t k = 0; k < size; ++k) mean[partner[i] * size + k] += guess[k] / static_cast<double>(runs.size());
    }
  }
  std::vector<std::vector<double>> result;
  for (const auto& partner : partner_of) {
    auto& of_run = result.emplace_back();
    for (const std::size_t i : partner)
      of_run.insert(of_run.end(), mean.begin() + static_cast<std::ptrdiff_t>(i * size),
                    mean.begin() + static_cast<std::ptrdiff_t>((i + 1) * size));
  }
  return result;
}

double add_pull(double weight, std::span<const double> x, std::span<const double> group_mean,
                std::span<double> gradient) {
  require_equal_sizes("group consistency", x.size(), group_mean.size(), gradient.size());
  const double part = weight / static_cast<double>(x.size());
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double away = x[i] - group_mean[i];
    sum += 0.5 * part * away * away;
    gradient[i] += part * away;
  }
  return sum;
}

}  // namespace tacit::attacks
