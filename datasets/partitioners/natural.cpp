#include "datasets/partitioners/natural.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"

namespace tacit::datasets {

std::vector<std::vector<std::size_t>> partition_by_group(const Dataset& data, std::size_t clients) {
  if (data.groups.empty()) fail(ErrorKind::usage, "'{}' has no column that its examples are grouped by", data.name);
  std::vector<std::vector<std::size_t>> members(data.group_names.size());
  for (std::size_t i = 0; i < data.size(); ++i) members.at(static_cast<std::size_t>(data.groups[i])).push_back(i);
  std::erase_if(members, [](const std::vector<std::size_t>& group) { return group.empty(); });
  if (members.size() < clients)
    fail(ErrorKind::usage, "'{}' has {} groups, too few for {} clients", data.name, members.size(), clients);
  if (members.size() == clients) return members;

  std::stable_sort(members.begin(), members.end(),
                   [](const auto& one, const auto& two) { return one.size() > two.size(); });
  std::vector<std::vector<std::size_t>> parts(clients);
  for (const auto& group : members) {
    auto& smallest = *std::min_element(parts.begin(), parts.end(),
                                       [](const auto& one, const auto& two) { return one.size() < two.size(); });
    smallest.insert(smallest.end(), group.begin(), group.end());
  }
  for (auto& part : parts) std::sort(part.begin(), part.end());
  return parts;
}

}  // namespace tacit::datasets
