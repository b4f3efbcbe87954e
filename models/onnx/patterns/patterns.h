#pragma once

#include "models/onnx/rewrite.h"

namespace tacit::models::onnx {

// Each looks at a node as the last one of its pattern, and turns it into the operator that the pattern stands for. What
// it no longer reads is dropped afterwards. One file each.

/// x 0.5 (1 + erf(x / sqrt 2)), factors in any order, becomes Gelu.
void put_together_gelu(Rewriting& graph, Node& node);
/// x Sigmoid(x) becomes Swish.
void put_together_swish(Rewriting& graph, Node& node);
/// An attribute of MatMul of ours: the constant is the transposed matrix, [outputs, features].
inline constexpr const char* of_transposed = "tacit_of_transposed";
/// MatMul(x, Transpose(W)) of a constant W, which an exporter that folds no constants writes, becomes a MatMul with W.
void put_together_transposed(Rewriting& graph, Node& node);
/// Add(MatMul(x, W), b) becomes a MatMul with b as a third input.
void put_together_matmul(Rewriting& graph, Node& node);
/// An attribute of GroupNormalization of ours: with so many axes, the last of which are those of an example, the weight
/// was multiplied.
inline constexpr const char* axes_of_scale = "tacit_axes_of_scale";

/// An attribute of Softmax and LogSoftmax of ours: it is taken of all elements of an example.
inline constexpr const char* of_whole_example = "tacit_of_whole_example";

/// A softmax between a Flatten and a Reshape becomes one of the whole example.
void put_together_softmax(Rewriting& graph, Node& node);
/// Operators of ours: the mean of the tokens x, input 0, of which the truths, input 1, are true, and the last of them.
inline constexpr const char* masked_mean = "tacit_MaskedMean";
inline constexpr const char* masked_last = "tacit_MaskedLast";
void put_together_masked_pooling(Rewriting& graph, Node& node);
/// The normalisation of reshaped groups, with a weight and a bias a channel, becomes GroupNormalization.
void put_together_group_norm(Rewriting& graph, Node& node);
/// (x - mean) / sqrt(mean of its square + epsilon), with a weight and a bias, becomes LayerNormalization.
void put_together_layer_norm(Rewriting& graph, Node& node);

}  // namespace tacit::models::onnx
