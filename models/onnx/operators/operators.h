#pragma once

#include <string_view>

#include "models/onnx/exporter.h"
#include "models/onnx/importer.h"

namespace tacit::models::onnx {

/// Writes down the layers that a node of one operator stands for.
using OperatorImport = void (*)(NodeImport& node);
/// Writes down the nodes that a layer of one type stands for.
using LayerToOnnx = void (*)(LayerExport& layer);

/// Null for operators and layers that are not known.
OperatorImport import_of(std::string_view operation);
LayerToOnnx export_of(std::string_view layer_type);

// linear.cpp
void import_gemm(NodeImport& node);
void import_matmul(NodeImport& node);
void export_linear(LayerExport& layer);
// convolution.cpp
void import_conv(NodeImport& node);
void export_conv2d(LayerExport& layer);
// pooling.cpp
void import_max_pool(NodeImport& node);
void import_average_pool(NodeImport& node);
void import_global_average_pool(NodeImport& node);
void import_reduce_mean(NodeImport& node);
void export_max_pool(LayerExport& layer);
void export_average_pool(LayerExport& layer);
// activations.cpp
void import_relu(NodeImport& node);
void import_leaky_relu(NodeImport& node);
void import_sigmoid(NodeImport& node);
void import_tanh(NodeImport& node);
void import_gelu(NodeImport& node);
void import_swish(NodeImport& node);
void import_softmax(NodeImport& node);
void import_log_softmax(NodeImport& node);
void export_relu(LayerExport& layer);
void export_leaky_relu(LayerExport& layer);
void export_sigmoid(LayerExport& layer);
void export_tanh(LayerExport& layer);
void export_gelu(LayerExport& layer);
void export_silu(LayerExport& layer);
void export_softmax(LayerExport& layer);
void export_log_softmax(LayerExport& layer);
// normalization.cpp
void import_batch_normalization(NodeImport& node);
void import_layer_normalization(NodeImport& node);
void import_group_normalization(NodeImport& node);
void import_instance_normalization(NodeImport& node);
void export_batch_norm(LayerExport& layer);
void export_layer_norm(LayerExport& layer);
void export_group_norm(LayerExport& layer);
// joining.cpp
void import_add(NodeImport& node);
void import_concat(NodeImport& node);
void export_add(LayerExport& layer);
void export_concatenate(LayerExport& layer);
// reshaping.cpp
void import_flatten(NodeImport& node);
void import_reshape(NodeImport& node);
void import_squeeze(NodeImport& node);
void import_unsqueeze(NodeImport& node);
void import_slice(NodeImport& node);
void import_split(NodeImport& node);
void import_transpose(NodeImport& node);
void import_shape(NodeImport& node);
void export_flatten(LayerExport& layer);
void export_reshape(LayerExport& layer);
// passing_on.cpp: what changes nothing here
void import_identity(NodeImport& node);
void import_cast(NodeImport& node);
// dropout.cpp
void import_dropout(NodeImport& node);
void export_dropout(LayerExport& layer);
// tokens.cpp
void import_gather(NodeImport& node);
void import_expand(NodeImport& node);
void import_constant_of_shape(NodeImport& node);
void import_class_token(NodeImport& node);
/// Whether this input is constant and the other one the sequence whose learned places it is, which it then writes.
bool import_positions(NodeImport& node, std::size_t constant);
void export_embedding(LayerExport& layer);
void export_positional_embedding(LayerExport& layer);
void export_class_token(LayerExport& layer);
void export_image_tokens(LayerExport& layer);
void export_token_mean(LayerExport& layer);
void export_token_select(LayerExport& layer);
// attention_import.cpp: stages of attention, which the projection behind it makes a layer
/// A product of two values that depend on the input; false if they do not.
bool import_product(NodeImport& node);
void import_multiply(NodeImport& node);
void import_divide(NodeImport& node);
/// A constant added to scores, and a choice by constants; false if there are no scores.
bool import_mask(NodeImport& node);
void import_where(NodeImport& node);
bool import_attention_softmax(NodeImport& node);
/// Writes the layer that ends with a projection.
Activation import_output_projection(NodeImport& node, const Heads& heads, const PendingLinear& projection);
/// The operator of its own, from operator set 23 on.
void import_attention(NodeImport& node);
// padding_import.cpp
/// A score that a mask has made as low as this has no weight in float32, whatever it was.
inline constexpr double hidden_score = -1e9;
void import_pad(NodeImport& node);
void import_equal(NodeImport& node);
void import_not(NodeImport& node);
void import_and(NodeImport& node);
void import_masked_mean(NodeImport& node);
void import_masked_last(NodeImport& node);
/// Where of truths, a very low number and 0; false if it is none of that kind.
bool import_added_truths(NodeImport& node);
/// The padding that truths about it hide in scores. Refuses those that do not lie as scores do.
PaddingIds padding_of_truths(const NodeImport& node, const View& truths, const View& scores);
/// The line of TOML that a layer with padding has.
std::string padding_key(const PaddingIds& padding);
// attention.cpp
void export_attention(LayerExport& layer);
}  // namespace tacit::models::onnx
