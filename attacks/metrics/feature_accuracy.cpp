#include "attacks/metrics/feature_accuracy.h"

#include <algorithm>
#include <cmath>

#include "attacks/metrics/assignment.h"
#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {
namespace {

std::size_t largest(std::span<const double> values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

double right_entries(std::span<const double> found, std::span<const double> truth, const TableColumns& columns,
                     std::span<const double> deviation, double tolerance) {
  double right = 0;
  for (const auto& [first, last] : columns.groups()) {
    const std::size_t width = last - first + 1;
    right += largest(found.subspan(first, width)) == largest(truth.subspan(first, width)) ? 1 : 0;
  }
  for (const std::size_t j : columns.numbers())
    right += std::abs(found[j] - truth[j]) <= tolerance * deviation[j] ? 1 : 0;
  return right;
}

}  // namespace

double feature_accuracy(std::span<const double> found, std::span<const double> truth, const TableColumns& columns,
                        std::span<const double> deviation, double tolerance) {
  const std::size_t size = columns.size(), rows = truth.size() / size;
  require_equal_sizes("feature accuracy", rows * size, found.size(), truth.size());
  require_equal_sizes("feature accuracy", size, deviation.size());
  std::vector<double> wrong(rows * rows);
  for (std::size_t a = 0; a < rows; ++a)
    for (std::size_t b = 0; b < rows; ++b)
      wrong[a * rows + b] =
          -right_entries(found.subspan(b * size, size), truth.subspan(a * size, size), columns, deviation, tolerance);
  const std::vector<std::size_t> match = optimal_assignment(wrong, rows, rows);
  double right = 0;
  for (std::size_t a = 0; a < rows; ++a) right -= wrong[a * rows + match[a]];
  return right / static_cast<double>(rows * columns.columns());
}

double row_accuracy(std::span<const double> found, std::span<const double> truth, const TableEntries& table,
                    double tolerance) {
  require_equal_sizes("feature accuracy", table.columns.size(), found.size(), truth.size(), table.deviation.size());
  return right_entries(found, truth, table.columns, table.deviation, tolerance) /
         static_cast<double>(table.columns.columns());
}

std::vector<double> mean_and_mode(std::span<const float> rows, const TableColumns& columns) {
  std::vector<double> guess(columns.size());
  const double count = static_cast<double>(rows.size()) / static_cast<double>(guess.size());
  for (std::size_t i = 0; i < rows.size(); ++i) guess[i % guess.size()] += static_cast<double>(rows[i]) / count;
  for (const auto& [first, last] : columns.groups()) {
    const auto group = std::span(guess).subspan(first, last - first + 1);
    const std::size_t mode = largest(group);
    std::fill(group.begin(), group.end(), 0.0);
    group[mode] = 1;
  }
  return guess;
}

}  // namespace tacit::attacks
