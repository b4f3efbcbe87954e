#pragma once

#include <optional>

#include "models/layers/composite.h"
#include "models/layers/sequence_shape.h"
#include "models/layers/token_mask.h"

namespace tacit::models {

struct SelfAttentionOptions {
  std::size_t heads = 1;
  bool causal = false;                  ///< a token sees itself and those before it
  bool bias = true;                     ///< of the projection in front
  bool out_bias = true;                 ///< of the one behind
  std::optional<Padding> padding = {};  ///< the tokens that a second input says nobody attends to
};

/// Multi-head self-attention (Vaswani et al., NeurIPS 2017, Sec. 3.2) of a sequence [tokens, width]: every token is
/// projected to a query, a key and a value of `width` numbers each, models/layers/attention_heads.h mixes the values,
/// and the result is projected once more. Parameters, with the names and the layout of PyTorch's MultiheadAttention:
/// "in_proj_weight" [3 width, width] (queries, keys, values below each other) and "in_proj_bias" [3 width],
/// "out_proj.weight" [width, width] and "out_proj.bias" [width]. As there, in_proj_weight starts uniform by the rule of
/// Glorot and Bengio (2010) for its whole shape, out_proj.weight uniform in [-r, r), r = 1/sqrt(width), biases at 0.
template <class T>
class SelfAttention final : public Composite<T> {
 public:
  /// Throws Error(usage) unless the shape is that of a sequence, `heads` divides its width, and there are as many
  /// token ids as tokens, or fewer.
  SelfAttention(const Shape& shape, const SelfAttentionOptions& options);

  std::vector<ParameterSchema::Declaration> parameters() const override;
  void initialise(RandomStream& stream, std::span<T> theta) const override;
  const SelfAttentionOptions& options() const noexcept { return options_; }

 private:
  SequenceShape sequence_;
  SelfAttentionOptions options_;
};

}  // namespace tacit::models
