#include "attacks/local_run/epoch_copies.h"

#include <map>

#include "attacks/group_consistency.h"
#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {

double add_epoch_invariance(double weight, std::span<const std::int32_t> labels, std::size_t epochs,
                            std::span<const double> x, std::span<double> gradient) {
  require_equal_sizes("epoch invariance", x.size(), gradient.size());
  const std::size_t count = labels.size(), size = x.size() / (count * epochs);
  std::map<std::int32_t, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < count; ++i) members[labels[i]].push_back(i);
  double sum = 0;
  std::vector<double> means(epochs * size);
  for (const auto& [label, examples] : members) {
    const auto n = static_cast<double>(examples.size());
    const double part = weight * n / static_cast<double>(count * epochs * size);
    std::fill(means.begin(), means.end(), 0.0);
    for (std::size_t e = 0; e < epochs; ++e)
      for (const std::size_t i : examples)
        for (std::size_t k = 0; k < size; ++k) means[e * size + k] += x[(e * count + i) * size + k] / n;
    for (std::size_t k = 0; k < size; ++k) {
      double mean = 0;
      for (std::size_t e = 0; e < epochs; ++e) mean += means[e * size + k] / static_cast<double>(epochs);
      for (std::size_t e = 0; e < epochs; ++e) {
        const double away = means[e * size + k] - mean;
        sum += part * away * away;
        // The mean over epochs moves too, but deviations from it sum to zero.
        for (const std::size_t i : examples) gradient[(e * count + i) * size + k] += 2 * part * away / n;
      }
    }
  }
  return sum;
}

std::vector<double> pooled_epochs(const Features& features, std::span<const std::int32_t> labels, std::size_t epochs,
                                  std::span<const double> x) {
  const std::size_t per_epoch = labels.size() * features.size();
  require_equal_sizes("pooling of epochs", epochs * per_epoch, x.size());
  std::vector<RestartRow> copies(epochs);
  for (std::size_t e = 0; e < epochs; ++e) {
    const auto own = x.subspan(e * per_epoch, per_epoch);
    copies[e].inputs.assign(own.begin(), own.end());
    copies[e].labels.assign(labels.begin(), labels.end());
  }
  return group_means(features, copies, false)[0];
}

}  // namespace tacit::attacks
