#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Who holds how much of what. Of real-valued targets the classes are ten bins of equal share of the first target of
/// all parts together.
struct PartitionSummary {
  std::size_t classes = 0;
  std::vector<std::vector<std::size_t>> counts;  ///< [clients][classes]

  std::size_t clients() const noexcept { return counts.size(); }
  std::size_t size(std::size_t client) const;
  /// Distance of a client's label distribution from that of all clients together, half the sum of the absolute
  /// differences: 0 the same, towards 1 nothing in common.
  double label_skew(std::size_t client) const;
};

/// `parts` are the examples of each client, all of one number of classes.
PartitionSummary summarise(std::span<const Dataset> parts);

/// A line a client: examples, label skew, examples of each class (of the first `max_classes`), then sums.
std::string to_table(const PartitionSummary& summary, std::size_t max_classes = 20);

/// The customary bubble chart as a self-contained SVG: clients to the right, classes upwards, areas proportional to
/// counts. Each bubble has its count as a tooltip.
std::string to_bubble_chart(const PartitionSummary& summary);

}  // namespace tacit::datasets
