#pragma once

#include <cstddef>
#include <filesystem>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// How a file of comma-separated numbers is laid out: one example a line, its features, then its label.
struct CsvFormat {
  /// The first line is "examples,features,name of class 0,name of class 1,...". Otherwise `classes` says how many.
  bool header = false;
  std::size_t classes = 0;
};

/// Reads a CSV file, plain or gzip. Features are as they stand in the file and the bounds are their extremes.
/// Throws Error(data) of the form "FILE:LINE:COLUMN: ..." (COLUMN counts fields from 1) on a row of another length, a
/// field that is not a finite number, a label that is not an integer in [0, classes), or a count that contradicts the
/// header.
Dataset read_csv(const std::filesystem::path& file, const CsvFormat& format);

}  // namespace tacit::datasets
