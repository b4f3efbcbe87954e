#include "attacks/tabular/ensemble.h"

#include <algorithm>

#include "attacks/metrics/assignment.h"

namespace tacit::attacks {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

}  // namespace

std::vector<double> aligned_rows(std::span<const double> member, std::span<const double> reference,
                                 std::span<const std::int32_t> labels, std::size_t size) {
  const std::size_t count = labels.size();
  // Dearer than any exchange of rows with equal labels: no two rows are so far apart.
  double forbidden = 1;
  for (std::size_t i = 0; i < member.size(); ++i)
    forbidden += 4 * (member[i] * member[i] + reference[i] * reference[i]) * static_cast<double>(count);
  std::vector<double> cost(count * count);
  for (std::size_t a = 0; a < count; ++a)
    for (std::size_t b = 0; b < count; ++b) {
      double distance = labels[a] == labels[b] ? 0 : forbidden;
      for (std::size_t j = 0; j < size; ++j) {
        const double difference = reference[a * size + j] - member[b * size + j];
        distance += difference * difference;
      }
      cost[a * count + b] = distance;
    }
  const std::vector<std::size_t> from = optimal_assignment(cost, count, count);
  std::vector<double> rows(member.size());
  for (std::size_t a = 0; a < count; ++a)
    std::copy_n(member.begin() + static_cast<std::ptrdiff_t>(from[a] * size), size,
                rows.begin() + static_cast<std::ptrdiff_t>(a * size));
  return rows;
}

std::vector<double> pooled_rows(const std::vector<std::vector<double>>& members, const TableColumns& columns) {
  std::vector<double> pooled(members.front().size()), values(members.size());
  for (std::size_t offset = 0; offset < pooled.size(); offset += columns.size()) {
    for (const std::size_t j : columns.numbers()) {
      for (std::size_t m = 0; m < members.size(); ++m) values[m] = members[m][offset + j];
      pooled[offset + j] = median(values);
    }
    for (const auto& [first, last] : columns.groups()) {
      std::vector<double> sums(last - first + 1);
      for (const auto& member : members)
        for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += member[offset + first + j];
      const auto most = std::max_element(sums.begin(), sums.end()) - sums.begin();
      pooled[offset + first + static_cast<std::size_t>(most)] = 1;
    }
  }
  return pooled;
}

}  // namespace tacit::attacks
