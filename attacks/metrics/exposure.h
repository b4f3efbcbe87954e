#pragma once

#include <cstddef>
#include <span>

namespace tacit::attacks {

/// The rank of a canary's loss among the losses of candidates of the same distribution that were not inserted: 1 is the
/// lowest loss. Ties count against the canary, so that a constant loss shows nothing. Throws Error(data) on NaN.
std::size_t canary_rank(double canary_loss, std::span<const double> other_losses);

/// log2 of the number of candidates (the canary among them) minus log2 of its rank: how many bits of the canary a
/// search by loss has already been saved (Carlini et al. 2019, arXiv 1802.08232, Definition 2). From 0 to
/// log2(candidates); for a canary that was never inserted, log2(e) = 1.44 on average. Throws Error(usage) unless
/// 1 <= rank <= candidates.
double exposure(std::size_t rank, std::size_t candidates);

/// P[mean exposure of `canaries` canaries that were not inserted >= observed], each rank uniform on 1..candidates; the
/// p-value of the claim that nothing was memorised. By the law -ln(rank / candidates) ~ Exponential(1) of the
/// continuous rank, which overstates the probability for finite candidates: conservative. Throws Error(usage) without
/// canaries.
double exposure_p_value(double mean_exposure, std::size_t canaries);

}  // namespace tacit::attacks
