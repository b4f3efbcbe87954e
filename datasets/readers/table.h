#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// What the columns of a table mean. A column goes by the name in the header, or without a header by its number from 1.
struct TableFormat {
  bool header = true;  ///< the first row names the columns
  char delimiter = ',';
  std::string target = {};                    ///< the column of the label; empty: the last one
  std::vector<std::string> categorical = {};  ///< words, each distinct one a feature of 0 or 1
  std::vector<std::string> ignored = {};
  bool regression = false;                ///< the target is a real number, as it stands, not a label
  std::vector<std::string> targets = {};  ///< of regression: several columns, in this order, in place of `target`
  std::string group = {};                 ///< the column that says whom an example came from; no feature. Empty: none
};

/// Reads delimited text, plain or gzip, one example a row. The other columns are features, numbers as they stand.
/// Labels and categories may be words: their values, sorted (as numbers if all are), are numbered 0, 1, ...; a category
/// becomes as many features as it has values, named "column=value" in feature_names. Throws Error(data) of the form
/// "FILE:LINE:COLUMN: ..." on a row of another length, an empty field, a feature that is not a finite number, an
/// unknown or doubled column name, or fewer than two labels; for regression on a target that is not a finite number.
Dataset read_table(const std::filesystem::path& file, const TableFormat& format);

}  // namespace tacit::datasets
