#include "models/onnx/operators/operators.h"

#include "models/onnx/patterns/patterns.h"

namespace tacit::models::onnx {

namespace {

struct Import {
  std::string_view operation;
  OperatorImport import;
};
constexpr Import imports[] = {
    {"Gemm", import_gemm},
    {"MatMul", import_matmul},
    {"Conv", import_conv},
    {"MaxPool", import_max_pool},
    {"AveragePool", import_average_pool},
    {"GlobalAveragePool", import_global_average_pool},
    {"ReduceMean", import_reduce_mean},
    {"Relu", import_relu},
    {"LeakyRelu", import_leaky_relu},
    {"Sigmoid", import_sigmoid},
    {"Tanh", import_tanh},
    {"Gelu", import_gelu},
    {"Swish", import_swish},
    {"Softmax", import_softmax},
    {"LogSoftmax", import_log_softmax},
    {"BatchNormalization", import_batch_normalization},
    {"LayerNormalization", import_layer_normalization},
    {"GroupNormalization", import_group_normalization},
    {"InstanceNormalization", import_instance_normalization},
    {"Add", import_add},
    {"Sum", import_add},
    {"Concat", import_concat},
    {"Flatten", import_flatten},
    {"Reshape", import_reshape},
    {"Squeeze", import_squeeze},
    {"Unsqueeze", import_unsqueeze},
    {"Identity", import_identity},
    {"Dropout", import_dropout},
    {"Cast", import_cast},
    {"Shape", import_shape},
    {"Gather", import_gather},
    {"Slice", import_slice},
    {"Split", import_split},
    {"Mul", import_multiply},
    {"Div", import_divide},
    {"Where", import_where},
    {"Attention", import_attention},
    {"Pad", import_pad},
    {"ConstantOfShape", import_constant_of_shape},
    {"Equal", import_equal},
    {"Not", import_not},
    {"And", import_and},
    {masked_mean, import_masked_mean},
    {masked_last, import_masked_last},
    {"Expand", import_expand},
    {"Transpose", import_transpose},
};

struct Export {
  std::string_view type;
  LayerToOnnx write;
};
constexpr Export exports[] = {
    {"linear", export_linear},
    {"conv2d", export_conv2d},
    {"max_pool", export_max_pool},
    {"average_pool", export_average_pool},
    {"relu", export_relu},
    {"leaky_relu", export_leaky_relu},
    {"sigmoid", export_sigmoid},
    {"tanh", export_tanh},
    {"gelu", export_gelu},
    {"silu", export_silu},
    {"softmax", export_softmax},
    {"log_softmax", export_log_softmax},
    {"layer_norm", export_layer_norm},
    {"group_norm", export_group_norm},
    {"add", export_add},
    {"concatenate", export_concatenate},
    {"flatten", export_flatten},
    {"reshape", export_reshape},
    {"batch_norm", export_batch_norm},
    {"dropout", export_dropout},
    {"embedding", export_embedding},
    {"positional_embedding", export_positional_embedding},
    {"class_token", export_class_token},
    {"image_tokens", export_image_tokens},
    {"attention", export_attention},
    {"token_mean", export_token_mean},
    {"token_select", export_token_select},
};

}  // namespace

OperatorImport import_of(std::string_view operation) {
  for (const Import& known : imports)
    if (known.operation == operation) return known.import;
  return nullptr;
}

LayerToOnnx export_of(std::string_view layer_type) {
  for (const Export& known : exports)
    if (known.type == layer_type) return known.write;
  return nullptr;
}

}  // namespace tacit::models::onnx
