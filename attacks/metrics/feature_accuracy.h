#pragma once

#include <span>
#include <vector>

#include "attacks/tabular/table_columns.h"

namespace tacit::attacks {

/// What a table's columns mean, and how far its numbers spread.
struct TableEntries {
  TableColumns columns;
  std::vector<double> deviation;  ///< [size], standard deviations over public rows
};

/// The share of one row's entries that a found row has right, as feature_accuracy counts them. Spans [size].
double row_accuracy(std::span<const double> found, std::span<const double> truth, const TableEntries& table,
                    double tolerance = 0.319);

/// The share of a table's entries that a reconstruction has right (Vero et al., ICML 2023, arXiv 2210.01785, Sec. 5.1):
/// a category whose largest value stands in the right place, a number within `tolerance` standard deviations of the
/// column (their 0.319). Rows [rows, size] are matched one to one with the most entries right. `deviation` is [size].
/// Throws Error(usage) on sizes that do not fit.
double feature_accuracy(std::span<const double> found, std::span<const double> truth, const TableColumns& columns,
                        std::span<const double> deviation, double tolerance = 0.319);

/// What is guessed without a gradient: the mean of every number and the most frequent category, over public rows [rows,
/// size]; one row.
std::vector<double> mean_and_mode(std::span<const float> rows, const TableColumns& columns);

}  // namespace tacit::attacks
