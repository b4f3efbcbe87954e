#pragma once

#include <vector>

namespace tacit::attacks {

/// The margins u = y z with u dl/du = c for the logistic loss l = log(1 + exp(-u)): the roots of -u / (1 + exp(u)) = c
/// (Zhu and Blaschko, ICLR 2021, Eq. 6 and Fig. 1). One root for c > 0 (the example is misclassified) and for c = 0,
/// two for c between its minimum -0.2785 and 0; below, where rounding alone leads, the place of the minimum.
std::vector<double> logistic_margins(double c);

}  // namespace tacit::attacks
