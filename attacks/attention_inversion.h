#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "attacks/methods/method.h"
#include "core/config.h"
#include "models/model.h"

namespace tacit::attacks {

/// The front of a vision transformer. Weights are row-major.
struct PatchAttention {
  std::size_t channels = 0, height = 0, width = 0;  ///< of an image
  std::size_t kernel = 0;                           ///< patches are square and touch
  std::size_t embedding = 0;                        ///< numbers a token, d
  std::size_t tokens = 0;                           ///< T, a class token in front included
  std::size_t patch_weight = 0;                     ///< offset of [d, channels, kernel, kernel]
  std::optional<std::size_t> patch_bias;            ///< offset of [d]
  bool class_token = false;
  std::size_t position = 0;  ///< offset of [T, d]
  /// Offset of [3 d, d]: queries, keys, values. Only where the first attention reads the position embedding itself:
  /// neither a residual path nor a normalisation stands between.
  std::optional<std::size_t> projection;

  std::size_t patch_size() const { return channels * kernel * kernel; }
};

/// Such a front, if the model has one: `conv2d` whose stride is its kernel, without padding, `image_tokens`, perhaps
/// `class_token`, `positional_embedding`, each the only reader of the one before; then anything.
std::optional<PatchAttention> find_patch_attention(const models::Model<double>& model);

/// What the closed form gave.
struct AttentionInversion {
  std::vector<double> image;  ///< [channels, height, width]
  std::size_t rank = 0;       ///< of the position gradient, [T, d], or of its rows of patches
  double condition = 0;       ///< of it
  double residual = 0;        ///< |A^T Z - B| / |B|, or |A^T X - G| / |G|
  std::size_t unknowns = 0;   ///< rank that is needed
};

/// The closed-form attack of APRIL (Lu et al., CVPR 2022, arXiv 2112.14087, Theorem 1) on one example. With tokens Z
/// [T, d] behind the position embedding, A = dL/dZ [T, d] is the gradient of that embedding, and the projection W_in
/// [3 d, d] has the gradient G = U^T Z with U W_in = A. So W_in^T G = A^T Z: d equations for T unknowns in each of d
/// columns, solved by least squares; then each patch from its embedding by least squares. Exact if rank A = T <= d and
/// patches are no longer than d. A common factor on the gradient changes nothing. All spans [parameters]. Throws
/// Error(data) if A is zero.
AttentionInversion invert_attention(const PatchAttention& front, std::span<const double> theta,
                                    std::span<const double> gradient);

/// Without that attention. Pre-norm transformers such as the preset `vit` give dL/d LayerNorm(Z) nowhere: what reaches
/// the position embedding is that through the Jacobian of the norm, plus the residual path, so the equation above has
/// unknowns on both sides. But row t of A is the gradient of the embedding of patch t, whatever stands behind, and the
/// weight [d, p] of the embedding has the gradient G = sum_t A_t^T x_t = A^T X over patches x_t: d equations for the
/// T' patches in each of p columns, linear in the image itself (the equation is ours). Exact if rank A = T' <= d.
/// Neither theta nor the size of a patch matters, nor a common factor. Throws Error(data) if A is zero.
AttentionInversion invert_patch_embedding(const PatchAttention& front, std::span<const double> gradient);

/// The attack as a method, which has no keys: the first form where the first attention allows it, else the second. Its
/// score is the residual. For updates of one example, and deltas of one step.
std::unique_ptr<const Method> make_attention_inversion(ConfigTable file);

}  // namespace tacit::attacks
