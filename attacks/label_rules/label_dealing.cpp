#include "attacks/label_rules/label_dealing.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::attacks {
namespace {

/// The classes with a negative number, most negative first.
std::vector<std::size_t> negative_classes(const std::vector<double>& class_evidence) {
  std::vector<std::size_t> classes;
  for (std::size_t c = 0; c < class_evidence.size(); ++c) {
    if (class_evidence[c] < 0) classes.push_back(c);
  }
  std::stable_sort(classes.begin(), classes.end(),
                   [&](std::size_t a, std::size_t b) { return class_evidence[a] < class_evidence[b]; });
  return classes;
}

}  // namespace

std::vector<std::int32_t> deal_labels(std::vector<double> class_evidence, double factor, std::size_t count,
                                      std::string_view rule) {
  const std::vector<std::size_t> negative = negative_classes(class_evidence);
  if (negative.empty()) {
    fail(ErrorKind::data,
         "label rule '{}' finds no class with a negative gradient in the last layer, though every label makes one",
         rule);
  }
  double sum = 0;
  for (const std::size_t c : negative) sum += class_evidence[c];
  const double impact = factor * sum / static_cast<double>(count);

  std::vector<std::int32_t> labels;
  const auto give = [&](std::size_t c) {
    labels.push_back(static_cast<std::int32_t>(c));
    class_evidence[c] -= impact;
  };
  for (std::size_t i = 0; i < std::min(count, negative.size()); ++i) give(negative[i]);
  while (labels.size() < count) {
    const auto least = std::min_element(class_evidence.begin(), class_evidence.end());
    give(static_cast<std::size_t>(least - class_evidence.begin()));
  }
  std::sort(labels.begin(), labels.end());
  return labels;
}

}  // namespace tacit::attacks
