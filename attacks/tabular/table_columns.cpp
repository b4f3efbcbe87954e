#include "attacks/tabular/table_columns.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/error.h"

namespace tacit::attacks {

TableColumns::TableColumns(std::vector<std::pair<std::size_t, std::size_t>> groups, std::size_t size)
    : groups_(std::move(groups)), size_(size) {
  std::vector<bool> taken(size, false);
  for (const auto& [first, last] : groups_) {
    if (last >= size || first >= last)
      fail(ErrorKind::configuration, "categories: '{}-{}' is no group of two or more of the {} features", first, last,
           size);
    for (std::size_t j = first; j <= last; ++j) {
      if (taken[j]) fail(ErrorKind::configuration, "categories: feature {} is in two groups", j);
      taken[j] = true;
    }
  }
  for (std::size_t j = 0; j < size; ++j)
    if (!taken[j]) numbers_.push_back(j);
}

std::vector<std::pair<std::size_t, std::size_t>> categories_from_config(ConfigTable& section) {
  std::vector<std::pair<std::size_t, std::size_t>> groups;
  for (const std::string& text : section.strings("categories", std::vector<std::string>())) {
    std::size_t first = 0, last = 0;
    const char* end = text.data() + text.size();
    const auto [dash, wrong] = std::from_chars(text.data(), end, first);
    const bool has_dash = wrong == std::errc() && dash != end && *dash == '-';
    const auto [rest, wrong_last] =
        has_dash ? std::from_chars(dash + 1, end, last) : std::from_chars_result{dash, std::errc::invalid_argument};
    if (wrong_last != std::errc() || rest != end)
      section.refuse("categories", "expected first and last feature as in \"4-7\", got \"" + text + "\"");
    groups.emplace_back(first, last);
  }
  return groups;
}

void SoftTable::rows(std::span<const double> variables, std::span<double> rows) const {
  for (std::size_t offset = 0; offset < variables.size(); offset += columns_.size()) {
    for (const std::size_t j : columns_.numbers())
      rows[offset + j] = bounds_.low + bounds_.width() / (1 + std::exp(-variables[offset + j]));
    for (const auto& [first, last] : columns_.groups()) {
      const auto z = variables.subspan(offset + first, last - first + 1);
      const auto x = rows.subspan(offset + first, z.size());
      const double largest = *std::max_element(z.begin(), z.end());
      double sum = 0;
      for (std::size_t j = 0; j < z.size(); ++j) sum += x[j] = std::exp(z[j] - largest);
      for (double& value : x) value /= sum;
    }
  }
}

void SoftTable::pull_back(std::span<const double> rows, std::span<const double> row_gradient,
                          std::span<double> variable_gradient) const {
  for (std::size_t offset = 0; offset < rows.size(); offset += columns_.size()) {
    for (const std::size_t j : columns_.numbers()) {
      const double share = (rows[offset + j] - bounds_.low) / bounds_.width();
      variable_gradient[offset + j] = row_gradient[offset + j] * bounds_.width() * share * (1 - share);
    }
    for (const auto& [first, last] : columns_.groups()) {
      double mean = 0;
      for (std::size_t j = offset + first; j <= offset + last; ++j) mean += rows[j] * row_gradient[j];
      for (std::size_t j = offset + first; j <= offset + last; ++j)
        variable_gradient[j] = rows[j] * (row_gradient[j] - mean);
    }
  }
}

}  // namespace tacit::attacks
