#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tacit::attacks {

/// Labels of a batch of `count` from one number for each class, which is negative only if the class is there and which
/// every example of a class lowers by about the same impact m < 0. The two stages of Wainakh et al. (arXiv 2105.09369,
/// Alg. 1): first each class with a negative number gets one label and has m taken off; then, until all labels are
/// given, the class with the least number gets one and has m taken off. The impact is estimated as
/// m = factor * (sum of the negative numbers) / count; a common positive factor of all numbers changes nothing.
/// If more than `count` classes are negative (noise), the most negative ones get the labels. Returns ascending labels.
/// Throws Error(data), naming the rule, if no number is negative.
std::vector<std::int32_t> deal_labels(std::vector<double> class_evidence, double factor, std::size_t count,
                                      std::string_view rule);

}  // namespace tacit::attacks
