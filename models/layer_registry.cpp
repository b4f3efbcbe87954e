#include "models/layer_registry.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/error.h"
#include "models/layers/add.h"
#include "models/layers/batch_norm.h"
#include "models/layers/circuit_specification.h"
#include "models/layers/concatenation.h"
#include "models/layers/convolution.h"
#include "models/layers/dropout.h"
#include "models/layers/embedding.h"
#include "models/layers/flatten.h"
#include "models/layers/gelu.h"
#include "models/layers/image_tokens.h"
#include "models/layers/leaky_relu.h"
#include "models/layers/learned_tokens.h"
#include "models/layers/linear.h"
#include "models/layers/log_softmax.h"
#include "models/layers/masked_pooling.h"
#include "models/layers/normalization.h"
#include "models/layers/per_token.h"
#include "models/layers/pooling.h"
#include "models/layers/quantum.h"
#include "models/layers/relu.h"
#include "models/layers/reshape.h"
#include "models/layers/self_attention.h"
#include "models/layers/sigmoid.h"
#include "models/layers/silu.h"
#include "models/layers/softmax.h"
#include "models/layers/tanh.h"
#include "models/layers/token_pooling.h"

namespace tacit::models {

namespace {

template <class T>
using Built = std::shared_ptr<const Layer<T>>;
using Shapes = std::vector<Shape>;

/// What an Error(usage) of a layer's constructor says, at the key that it is about.
template <class Build>
auto at_key(const ConfigTable& table, const char* key, const Build& build) {
  try {
    return build();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage) throw;
    table.refuse(key, error.what());
  }
}

std::optional<double> initial_range_of(ConfigTable& table) {
  if (!table.has("initial_range")) return {};
  return table.number("initial_range", {1e-12, 1e6});
}

/// The layer that `build` makes for a shape: for the whole example or, with per_token, for every token of a sequence.
template <class T, class Build>
Built<T> whole_or_per_token(ConfigTable& table, const Shape& shape, const Build& build) {
  if (!table.boolean("per_token", false)) return build(shape);
  if (shape.size() < 2)
    table.refuse("per_token", "expected a sequence [tokens, width], here the layer gets shape " + to_string(shape));
  return at_key(table, "per_token", [&] {
    return std::make_shared<const PerToken<T>>(static_cast<std::size_t>(shape[0]),
                                               build({shape.begin() + 1, shape.end()}));
  });
}

template <class T>
Built<T> build_linear(ConfigTable& table, const Shapes& inputs) {
  const auto outputs = static_cast<std::size_t>(table.integer("outputs", {1, 1'000'000}));
  const bool bias = table.boolean("bias", true);
  const std::optional<double> range = initial_range_of(table);
  return whole_or_per_token<T>(table, inputs[0], [&](const Shape& shape) {
    return std::make_shared<const Linear<T>>(shape, outputs, bias, range);
  });
}

template <class T>
Built<T> build_quantum(ConfigTable& table, const Shapes& inputs) {
  CircuitSpecification circuit = circuit_from_config(table, element_count(inputs[0]));
  const double scale = table.number("output_scale", {-1e6, 1e6}, 1.0);
  if (scale == 0) table.refuse("output_scale", "expected a number other than zero");
  CircuitTraining training;
  training.shots = static_cast<std::size_t>(table.integer("training_shots", {0, 1'000'000'000}, 0));
  training.depolarising = table.number("training_depolarising", {0, 1}, 0.0);
  const char* key = training.shots > 0 ? "training_shots" : "training_depolarising";
  if (const std::string objection = objection_to(training, circuit.circuit, circuit.observables); !objection.empty())
    table.refuse(key, objection);
  return std::make_shared<const Quantum<T>>(inputs[0], std::move(circuit.circuit), std::move(circuit.observables),
                                            scale, training);
}

/// Windows of one pixel over the image that reaches the layer.
kernels::ImageWindows image_of(const ConfigTable& table, const Shape& shape) {
  if (shape.size() != 3)
    table.refuse("type", "this layer takes images [channels, height, width], here it gets shape " + to_string(shape));
  const auto extent = [&](std::size_t axis) { return static_cast<std::size_t>(shape[axis]); };
  return {.channels = extent(0), .image = {extent(1), extent(2)}};
}

std::array<std::size_t, 2> both_axes(ConfigTable& table, const char* key, std::int64_t low,
                                     std::optional<std::int64_t> fallback = {}) {
  const auto value = static_cast<std::size_t>(table.integer(key, {low, 4096}, fallback));
  return {value, value};
}

template <class T>
Built<T> build_convolution(ConfigTable& table, const Shapes& inputs) {
  kernels::ImageWindows windows = image_of(table, inputs[0]);
  typename Convolution<T>::Options options;
  options.outputs = static_cast<std::size_t>(table.integer("channels", {1, 65536}));
  windows.kernel = both_axes(table, "kernel", 1);
  windows.stride = both_axes(table, "stride", 1, 1);
  windows.padding = both_axes(table, "padding", 0, 0);
  windows.dilation = both_axes(table, "dilation", 1, 1);
  options.groups = static_cast<std::size_t>(table.integer("groups", {1, 65536}, 1));
  if (windows.channels % options.groups != 0 || options.outputs % options.groups != 0)
    table.refuse("groups", fmt::format("expected a divisor of the {} input channels and the {} output channels",
                                       windows.channels, options.outputs));
  options.bias = table.boolean("bias", true);
  options.initial_range = initial_range_of(table);
  return at_key(table, "kernel", [&] { return std::make_shared<const Convolution<T>>(windows, options); });
}

template <class T, template <class> class Pooling>
Built<T> build_pooling(ConfigTable& table, const Shapes& inputs) {
  kernels::ImageWindows windows = image_of(table, inputs[0]);
  windows.kernel = both_axes(table, "kernel", 1);
  windows.stride = both_axes(table, "stride", 1, static_cast<std::int64_t>(windows.kernel[0]));
  windows.padding = both_axes(table, "padding", 0, 0);
  return at_key(table, "kernel", [&] { return std::make_shared<const Pooling<T>>(windows); });
}

template <class T>
Built<T> build_global_average(ConfigTable& table, const Shapes& inputs) {
  kernels::ImageWindows windows = image_of(table, inputs[0]);
  windows.kernel = windows.image;
  return at_key(table, "type", [&] { return std::make_shared<const AveragePooling<T>>(windows); });
}

template <class T>
Built<T> build_layer_norm(ConfigTable& table, const Shapes& inputs) {
  const double epsilon = table.number("epsilon", {1e-12, 1}, Normalization<T>::default_epsilon);
  return whole_or_per_token<T>(table, inputs[0], [&](const Shape& shape) {
    return std::make_shared<const Normalization<T>>(Normalization<T>::layer_norm(shape, epsilon));
  });
}

template <class T>
Built<T> build_group_norm(ConfigTable& table, const Shapes& inputs) {
  const auto groups = static_cast<std::size_t>(table.integer("groups", {1, 65536}));
  const double epsilon = table.number("epsilon", {1e-12, 1}, Normalization<T>::default_epsilon);
  return at_key(table, "groups", [&] {
    return std::make_shared<const Normalization<T>>(Normalization<T>::group_norm(inputs[0], groups, epsilon));
  });
}

template <class T>
Built<T> build_batch_norm(ConfigTable& table, const Shapes& inputs) {
  BatchNormOptions options;
  const auto& words = batch_statistics_names();
  const std::string statistics = table.choice("statistics", words, words[0]);
  options.statistics = static_cast<BatchStatistics>(std::find(words.begin(), words.end(), statistics) - words.begin());
  options.epsilon = table.number("epsilon", {1e-12, 1}, options.epsilon);
  if (options.statistics == BatchStatistics::averaged) {
    options.momentum = table.number("momentum", {1e-6, 1}, options.momentum);
  } else if (table.has("momentum")) {
    table.refuse("momentum", "only averaged statistics have one, chosen is " + statistics);
  }
  return at_key(table, "type", [&] { return std::make_shared<const BatchNorm<T>>(inputs[0], options); });
}

template <class T>
Built<T> build_dropout(ConfigTable& table, const Shapes& inputs) {
  const double rate = table.number("rate", {0, 0.9999}, Dropout<T>::default_rate);
  return std::make_shared<const Dropout<T>>(inputs[0], rate);
}

template <class T>
Built<T> build_embedding(ConfigTable& table, const Shapes& inputs) {
  typename Embedding<T>::Options options;
  options.vocabulary = static_cast<std::size_t>(table.integer("vocabulary", {1, 1 << 24}));
  options.width = static_cast<std::size_t>(table.integer("width", {1, 65536}));
  if (table.has("padding"))
    options.padding =
        static_cast<std::size_t>(table.integer("padding", {0, static_cast<std::int64_t>(options.vocabulary) - 1}));
  options.initial_deviation = table.number("initial_deviation", {1e-12, 1e6}, options.initial_deviation);
  return at_key(table, "type", [&] { return std::make_shared<const Embedding<T>>(inputs[0], options); });
}

/// The padding that a second input tells apart, if there is one.
std::optional<Padding> padding_of(ConfigTable& table, const Shapes& inputs) {
  const bool has_ids = inputs.size() > 1;
  if (inputs.size() > 2)
    table.refuse("inputs", fmt::format("expected a sequence and its token ids, {} values are given", inputs.size()));
  if (!has_ids && table.has("padding"))
    table.refuse("padding", "expected token ids as a second input, inputs = [a sequence, \"input\"]");
  if (!has_ids) return {};
  return Padding{static_cast<std::size_t>(table.integer("padding", {0, 1 << 24})), element_count(inputs[1])};
}

template <class T>
Built<T> build_attention(ConfigTable& table, const Shapes& inputs) {
  SelfAttentionOptions options;
  options.heads = static_cast<std::size_t>(table.integer("heads", {1, 65536}));
  options.causal = table.boolean("causal", false);
  options.bias = table.boolean("bias", true);
  options.out_bias = table.boolean("out_bias", options.bias);
  options.padding = padding_of(table, inputs);
  if (options.padding && inputs[0].size() == 2)
    at_key(table, "inputs", [&] { options.padding->check(static_cast<std::size_t>(inputs[0][0])); });
  return at_key(table, "heads", [&] { return std::make_shared<const SelfAttention<T>>(inputs[0], options); });
}

template <class T>
Built<T> build_masked_pooling(ConfigTable& table, const Shapes& inputs, typename MaskedPooling<T>::Rule rule) {
  const Padding padding = *padding_of(table, inputs);
  return at_key(table, "inputs", [&] { return std::make_shared<const MaskedPooling<T>>(inputs[0], padding, rule); });
}

template <class T>
Built<T> build_token_mean(ConfigTable& table, const Shapes& inputs) {
  if (padding_of(table, inputs)) return build_masked_pooling<T>(table, inputs, MaskedPooling<T>::Rule::mean);
  return at_key(table, "type", [&] { return std::make_shared<const TokenMean<T>>(inputs[0]); });
}

template <class T>
Built<T> build_token_select(ConfigTable& table, const Shapes& inputs) {
  const bool first = table.choice("token", {"first", "last"}) == "first";
  if (first && inputs.size() > 1) table.refuse("inputs", "the first token is the same whatever the padding behind it");
  if (padding_of(table, inputs)) return build_masked_pooling<T>(table, inputs, MaskedPooling<T>::Rule::last);
  return at_key(table, "type", [&] {
    return std::make_shared<const TokenSelect<T>>(inputs[0], first ? TokenPlace::first : TokenPlace::last);
  });
}

template <class T>
Built<T> build_leaky_relu(ConfigTable& table, const Shapes& inputs) {
  return std::make_shared<const LeakyRelu<T>>(inputs[0],
                                              LeakyReluFunction{table.number("negative_slope", {-1e6, 1e6}, 0.01)});
}

template <class T>
Built<T> build_add(ConfigTable& table, const Shapes& inputs) {
  for (const Shape& shape : inputs)
    if (shape != inputs[0])
      table.refuse("inputs", fmt::format("shapes {} and {} cannot be added", to_string(inputs[0]), to_string(shape)));
  return at_key(table, "inputs", [&] { return std::make_shared<const Add<T>>(inputs[0], inputs.size()); });
}

template <class T>
Built<T> build_concatenation(ConfigTable& table, const Shapes& inputs) {
  return at_key(table, "inputs", [&] { return std::make_shared<const Concatenation<T>>(inputs); });
}

template <class T>
Built<T> build_reshape(ConfigTable& table, const Shapes& inputs) {
  const Shape shape = table.integers("shape", {1, 1 << 24});
  if (shape.empty() || shape.size() > 3) table.refuse("shape", "expected one to three extents");
  return at_key(table, "shape", [&] { return std::make_shared<const Reshape<T>>(inputs[0], shape); });
}

/// A layer without keys of its own.
template <class T, template <class> class Plain>
Built<T> build_plain(ConfigTable& table, const Shapes& inputs) {
  return at_key(table, "type", [&] { return std::make_shared<const Plain<T>>(inputs[0]); });
}

template <class T>
struct Entry {
  const char* type;
  Built<T> (*build)(ConfigTable&, const Shapes&);
  bool joins = false;  ///< takes several inputs
};

template <class T>
constexpr Entry<T> entries[] = {
    {"linear", build_linear<T>},
    {"relu", build_plain<T, Relu>},
    {"tanh", build_plain<T, Tanh>},
    {"sigmoid", build_plain<T, Sigmoid>},
    {"quantum", build_quantum<T>},
    {"conv2d", build_convolution<T>},
    {"max_pool", build_pooling<T, MaxPooling>},
    {"average_pool", build_pooling<T, AveragePooling>},
    {"global_average_pool", build_global_average<T>},
    {"flatten", build_plain<T, Flatten>},
    {"reshape", build_reshape<T>},
    {"leaky_relu", build_leaky_relu<T>},
    {"gelu", build_plain<T, Gelu>},
    {"silu", build_plain<T, Silu>},
    {"softmax", build_plain<T, Softmax>},
    {"log_softmax", build_plain<T, LogSoftmax>},
    {"dropout", build_dropout<T>},
    {"layer_norm", build_layer_norm<T>},
    {"group_norm", build_group_norm<T>},
    {"batch_norm", build_batch_norm<T>},
    {"embedding", build_embedding<T>},
    {"positional_embedding", build_plain<T, PositionalEmbedding>},
    {"class_token", build_plain<T, ClassToken>},
    {"image_tokens", build_plain<T, ImageTokens>},
    {"attention", build_attention<T>, true},
    {"token_mean", build_token_mean<T>, true},
    {"token_select", build_token_select<T>, true},
    {"add", build_add<T>, true},
    {"concatenate", build_concatenation<T>, true},
};

}  // namespace

const std::vector<std::string>& layer_types() {
  static const std::vector<std::string> types = [] {
    std::vector<std::string> all;
    for (const Entry<float>& entry : entries<float>) all.emplace_back(entry.type);
    return all;
  }();
  return types;
}

template <class T>
Built<T> build_layer(const std::string& type, ConfigTable& table, const Shapes& inputs) {
  for (const Entry<T>& entry : entries<T>) {
    if (type != entry.type) continue;
    if (inputs.size() != 1 && !entry.joins)
      table.refuse("inputs", fmt::format("a layer of type {} takes 1 input, {} are given", type, inputs.size()));
    return entry.build(table, inputs);
  }
  fail(ErrorKind::usage, "layer type '{}' is not registered", type);
}

template Built<float> build_layer<float>(const std::string&, ConfigTable&, const Shapes&);
template Built<double> build_layer<double>(const std::string&, ConfigTable&, const Shapes&);

}  // namespace tacit::models
