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

/// The front of a vision transformer whose first attention reads the position embedding itself: neither a residual path
/// nor a normalisation stands between. Weights are row-major.
struct PatchAttention {
  std::size_t channels = 0, height = 0, width = 0;  ///< of an image
  std::size_t kernel = 0;                           ///< patches are square and touch
  std::size_t embedding = 0;                        ///< numbers a token, d
  std::size_t tokens = 0;                           ///< T, a class token in front included
  std::size_t patch_weight = 0;                     ///< offset of [d, channels, kernel, kernel]
  std::optional<std::size_t> patch_bias;            ///< offset of [d]
  bool class_token = false;
  std::size_t position = 0;    ///< offset of [T, d]
  std::size_t projection = 0;  ///< offset of [3 d, d]: queries, keys, values

  std::size_t patch_size() const { return channels * kernel * kernel; }
};

/// Such a front, if the model has one: `conv2d` whose stride is its kernel, without padding, `image_tokens`, perhaps
/// `class_token`, `positional_embedding`, `attention`, each the only reader of the one before.
std::optional<PatchAttention> find_patch_attention(const models::Model<double>& model);

/// What the closed form gave.
struct AttentionInversion {
  std::vector<double> image;  ///< [channels, height, width]
  std::size_t rank = 0;       ///< of the position gradient, [T, d]; T is needed
  double condition = 0;       ///< of it
  double residual = 0;        ///< |A^T Z - B| / |B|
};

/// The closed-form attack of APRIL (Lu et al., CVPR 2022, arXiv 2112.14087, Theorem 1) on one example. With tokens Z
/// [T, d] behind the position embedding, A = dL/dZ [T, d] is the gradient of that embedding, and the projection W_in
/// [3 d, d] has the gradient G = U^T Z with U W_in = A. So W_in^T G = A^T Z: d equations for T unknowns in each of d
/// columns, solved by least squares; then each patch from its embedding by least squares. Exact if rank A = T <= d and
/// patches are no longer than d. A common factor on the gradient changes nothing. All spans [parameters]. Throws
/// Error(data) if A is zero.
AttentionInversion invert_attention(const PatchAttention& front, std::span<const double> theta,
                                    std::span<const double> gradient);

/// The attack as a method, which has no keys; its score is the residual. For updates of one example, and deltas of one
/// step.
std::unique_ptr<const Method> make_attention_inversion(ConfigTable file);

}  // namespace tacit::attacks
