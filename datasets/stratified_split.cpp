#include "datasets/stratified_split.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "datasets/indices_by_class.h"

namespace tacit::datasets {

SplitIndices stratified_split(const Dataset& data, double test_fraction, std::uint64_t seed, std::uint32_t stream) {
  if (!(test_fraction >= 0 && test_fraction < 1))
    fail(ErrorKind::usage, "test fraction {} lies outside [0, 1)", test_fraction);
  SplitIndices split;
  const auto by_class = indices_by_class(data);
  for (std::size_t label = 0; label < by_class.size(); ++label) {
    std::vector<std::size_t> indices = by_class[label];
    if (indices.empty()) continue;
    RandomStream random({seed, Purpose::data_split, stream, static_cast<std::uint32_t>(label)});
    random.shuffle(std::span(indices));
    const auto wanted = static_cast<std::size_t>(std::floor(test_fraction * static_cast<double>(indices.size()) + 0.5));
    const auto cut = indices.begin() + static_cast<std::ptrdiff_t>(std::min(wanted, indices.size() - 1));
    split.test.insert(split.test.end(), indices.begin(), cut);
    split.train.insert(split.train.end(), cut, indices.end());
  }
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.test.begin(), split.test.end());
  return split;
}

}  // namespace tacit::datasets
