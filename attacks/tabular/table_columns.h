#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "attacks/bounds.h"
#include "core/config.h"

namespace tacit::attacks {

/// What the features of a table's rows mean: groups of features that are one category, of which one is 1 and the others
/// are 0, and numbers, which are all the rest.
class TableColumns {
 public:
  /// Groups as pairs of first and last feature, from 0. Throws Error(configuration) on groups that overlap, have fewer
  /// than two features, or end behind `size`, the number of features.
  TableColumns(std::vector<std::pair<std::size_t, std::size_t>> groups, std::size_t size);

  std::size_t size() const noexcept { return size_; }
  /// Columns of the table: categories and numbers.
  std::size_t columns() const noexcept { return groups_.size() + numbers_.size(); }
  const std::vector<std::pair<std::size_t, std::size_t>>& groups() const noexcept { return groups_; }
  const std::vector<std::size_t>& numbers() const noexcept { return numbers_; }

 private:
  std::vector<std::pair<std::size_t, std::size_t>> groups_;  ///< first and last feature
  std::vector<std::size_t> numbers_;
  std::size_t size_;
};

/// The key `categories` of a section: strings "first-last".
std::vector<std::pair<std::size_t, std::size_t>> categories_from_config(ConfigTable& section);

/// Rows [rows, size] as a smooth function of free variables of the same number (Vero et al., ICML 2023, arXiv
/// 2210.01785, Sec. 4.1, with their bounds by a sigmoid): softmax over each category, low + width * sigmoid(z) for each
/// number, so that every value of the variables is a possible, if soft, row.
class SoftTable {
 public:
  SoftTable(const TableColumns& columns, const Bounds& bounds) : columns_(columns), bounds_(bounds) {}
  void rows(std::span<const double> variables, std::span<double> rows) const;
  /// From dF/d rows to dF/d variables, at the rows that `rows` gave.
  void pull_back(std::span<const double> rows, std::span<const double> row_gradient,
                 std::span<double> variable_gradient) const;

 private:
  TableColumns columns_;
  Bounds bounds_;
};

}  // namespace tacit::attacks
