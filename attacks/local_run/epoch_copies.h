#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "attacks/features.h"

namespace tacit::attacks {

/// Candidates that every epoch of local training has a copy of its own of, because the order of examples is unknown:
/// free copies fit whatever batches were drawn, and what does not depend on the order ties them (Dimitrov et al.,
/// "Data Leakage in Federated Averaging", TMLR 2022, arXiv 2206.12395, Sec. 4.3). There the tie is an invariant of
/// all examples of an epoch; here it is the mean of each label, which is stronger wherever labels differ.

/// Adds weight * mean over epochs and features of (m_e - m)^2 per label, times the label's share of the examples, where
/// m_e is the mean of the label's examples in epoch e and m its mean over epochs. `x` and `gradient` are
/// [epochs, labels.size(), size].
double add_epoch_invariance(double weight, std::span<const std::int32_t> labels, std::size_t epochs,
                            std::span<const double> x, std::span<double> gradient);

/// One batch of the copies, [labels.size(), size]: the mean over epochs of examples matched to those of the first
/// within equal labels.
std::vector<double> pooled_epochs(const Features& features, std::span<const std::int32_t> labels, std::size_t epochs,
                                  std::span<const double> x);

}  // namespace tacit::attacks
