#include "attacks/metrics/assignment.h"

#include <cmath>
#include <limits>

#include "core/error.h"

namespace tacit::attacks {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// Rows are added one by one; each time the matching grows along a cheapest alternating path. Reduced costs
/// cost - row_potential - column_potential stay >= 0, and are 0 on matched pairs.
class Matching {
 public:
  Matching(std::span<const double> cost, std::size_t rows, std::size_t columns)
      : cost_(cost), columns_(columns), row_potential_(rows), column_potential_(columns), row_of_(columns, none) {}

  void add_row(std::size_t row) {
    std::vector<double> distance(columns_, std::numeric_limits<double>::infinity());
    std::vector<std::size_t> previous(columns_, none);
    std::vector<bool> settled(columns_, false);
    std::size_t current_row = row, current_column = none;
    double reached = 0;
    for (;;) {
      const std::size_t next = relax(current_row, current_column, reached, settled, distance, previous);
      reached = distance[next];
      settled[next] = true;
      current_column = next;
      if (row_of_[next] == none) break;
      current_row = row_of_[next];
    }
    row_potential_[row] += reached;
    for (std::size_t j = 0; j < columns_; ++j) {
      if (!settled[j] || row_of_[j] == none) continue;
      row_potential_[row_of_[j]] += reached - distance[j];
      column_potential_[j] -= reached - distance[j];
    }
    for (std::size_t j = current_column; j != none;) {
      const std::size_t before = previous[j];
      row_of_[j] = before == none ? row : row_of_[before];
      j = before;
    }
  }

  const std::vector<std::size_t>& row_of() const { return row_of_; }

 private:
  /// Improves the distances of unsettled columns by paths through `row`; returns the nearest of them.
  std::size_t relax(std::size_t row, std::size_t through, double reached, const std::vector<bool>& settled,
                    std::vector<double>& distance, std::vector<std::size_t>& previous) const {
    std::size_t nearest = none;
    for (std::size_t j = 0; j < columns_; ++j) {
      if (settled[j]) continue;
      const double length = reached + cost_[row * columns_ + j] - row_potential_[row] - column_potential_[j];
      if (length < distance[j]) {
        distance[j] = length;
        previous[j] = through;
      }
      if (nearest == none || distance[j] < distance[nearest]) nearest = j;
    }
    return nearest;
  }

  std::span<const double> cost_;
  std::size_t columns_;
  std::vector<double> row_potential_, column_potential_;
  std::vector<std::size_t> row_of_;
};

}  // namespace

std::vector<std::size_t> optimal_assignment(std::span<const double> cost, std::size_t rows, std::size_t columns) {
  if (rows > columns || cost.size() != rows * columns) {
    fail(ErrorKind::usage, "assignment of {} rows to {} columns does not fit {} costs", rows, columns, cost.size());
  }
  for (std::size_t i = 0; i < cost.size(); ++i) {
    if (!std::isfinite(cost[i])) {
      fail(ErrorKind::usage, "the cost of row {} and column {} is not finite", i / columns, i % columns);
    }
  }
  Matching matching(cost, rows, columns);
  for (std::size_t row = 0; row < rows; ++row) matching.add_row(row);
  std::vector<std::size_t> column_of(rows, none);
  for (std::size_t j = 0; j < columns; ++j) {
    if (matching.row_of()[j] != none) column_of[matching.row_of()[j]] = j;
  }
  return column_of;
}

}  // namespace tacit::attacks
