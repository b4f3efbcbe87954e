#include "attacks/malicious/loki.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "models/graph.h"
#include "models/layers/convolution.h"

namespace tacit::attacks {
namespace {

/// Whether a kernel with one entry in its middle leaves an image as it is.
bool keeps_images(const models::kernels::ImageWindows& windows) {
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::size_t kernel = windows.kernel[axis];
    if (kernel % 2 == 0 || kernel != windows.kernel[0] || windows.stride[axis] != 1 ||
        windows.padding[axis] != windows.dilation[axis] * (kernel / 2))
      return false;
  }
  return true;
}

class LokiCraft final : public Craft {
 public:
  LokiCraft(std::optional<std::size_t> client, const MeanFeature& believed, double balance)
      : client_(client), believed_(believed), balance_(balance) {}

  void write(const models::Model<float>& model, std::uint64_t, std::span<float> theta) const override {
    if (!client_) fail(ErrorKind::configuration, "LOKI needs to know for which client it is crafted: the key 'client'");
    write_for_client(*client_, model, theta);
  }
  void write_for(const CraftOccasion& occasion, const models::Model<float>& model, std::uint64_t,
                 std::span<float> theta) const override {
    write_for_client(client_.value_or(occasion.client), model, theta);
  }

 private:
  void write_for_client(std::size_t client, const models::Model<float>& model, std::span<float> theta) const {
    const auto block = find_loki_block(model);
    if (!block) {
      fail(ErrorKind::configuration,
           "LOKI needs a model that begins with layers 'conv2d' (with a bias, stride 1, an odd kernel and outputs as "
           "large as its inputs), 'linear' (with a bias), 'relu' and 'linear'");
    }
    if (client >= block->clients())
      fail(ErrorKind::configuration, "LOKI has {} channels, enough for {} clients: there is no client {}",
           block->channels, block->clients(), client);
    write_loki(*block, client, believed_, balance_, theta);
  }

  std::optional<std::size_t> client_;
  MeanFeature believed_;
  double balance_;
};

}  // namespace

template <class T>
std::optional<LokiBlock> find_loki_block(const models::Model<T>& model) {
  const auto& nodes = model.graph().nodes();
  const auto first = only_reader(model, models::Graph<T>::input);
  if (!first) return {};
  const auto* convolution = dynamic_cast<const models::Convolution<T>*>(nodes[*first].layer.get());
  if (convolution == nullptr || convolution->groups() != 1 || convolution->parameters().size() != 2 ||
      !keeps_images(convolution->windows()))
    return {};
  std::size_t value = *first + 1;
  if (const auto next = only_reader(model, value); next && nodes[*next].layer->type() == "flatten") value = *next + 1;
  const auto behind = relu_block_behind(model, value);
  if (!behind) return {};

  const auto& windows = convolution->windows();
  LokiBlock block;
  block.kernel_offset = nodes[*first].theta_offset;
  block.kernel = windows.kernel[0];
  block.image_channels = windows.channels;
  block.pixels = windows.positions();
  block.channels = static_cast<std::size_t>(convolution->output_shape().at(0));
  block.bias_offset = block.kernel_offset + block.channels * block.image_channels * block.kernel * block.kernel;
  block.block = *behind;
  if (block.clients() == 0) return {};
  return block;
}

template std::optional<LokiBlock> find_loki_block(const models::Model<float>&);
template std::optional<LokiBlock> find_loki_block(const models::Model<double>&);

LokiScales loki_scales(const LokiBlock& block, const MeanFeature& believed, double balance) {
  const auto features = static_cast<double>(block.image_channels * block.pixels);
  const auto units = static_cast<double>(block.block.first.outputs);
  const auto taps = static_cast<double>(block.kernel * block.kernel * block.image_channels + 1);
  LokiScales scales;
  // A power of two, which costs no precision.
  scales.kernel = std::exp2(std::floor(-1 - 0.5 * std::log2(features)));
  scales.measure = scales.kernel / std::sqrt(units * taps);
  // In the middle of a normal distribution, where bins are narrowest.
  const double width = believed.deviation * std::sqrt(2 * std::numbers::pi) / (units + 1);
  scales.column = balance * scales.measure * width;
  return scales;
}

void write_loki(const LokiBlock& block, std::size_t client, const MeanFeature& believed, double balance,
                std::span<float> theta) {
  const std::size_t area = block.kernel * block.kernel, of_client = block.channels_of_client();
  const std::size_t own = client * of_client, c_count = block.image_channels;
  const LokiScales scales = loki_scales(block, believed, balance);
  const auto kernels = theta.subspan(block.kernel_offset, block.channels * c_count * area);
  const auto biases = theta.subspan(block.bias_offset, block.channels);
  std::fill(kernels.begin(), kernels.end(), 0.0f);
  std::fill(biases.begin(), biases.end(), 0.0f);
  for (std::size_t copy = 0; copy < 2; ++copy)
    for (std::size_t c = 0; c < c_count; ++c)
      kernels[((own + copy * c_count + c) * c_count + c) * area + area / 2] = static_cast<float>(scales.kernel);
  biases[own + 2 * c_count] = static_cast<float>(scales.kernel);

  write_imprint(block.block, believed, theta);
  const LinearLayer &first = block.block.first, &second = block.block.second;
  const auto weight =
      static_cast<float>(scales.measure / (scales.kernel * static_cast<double>(c_count * block.pixels)));
  for (std::size_t k = 0; k < first.outputs; ++k) {
    const auto row = theta.subspan(first.weight_offset + k * first.inputs, first.inputs);
    std::fill(row.begin(), row.end(), 0.0f);
    const auto measured = row.subspan((own + c_count) * block.pixels, c_count * block.pixels);
    std::fill(measured.begin(), measured.end(), weight);
    float& bias = theta[*first.bias_offset + k];
    bias = static_cast<float>(scales.measure * static_cast<double>(bias));
  }
  const auto columns = theta.subspan(second.weight_offset, second.outputs * second.inputs);
  double square = 0;
  for (std::size_t r = 0; r < second.outputs; ++r) square += std::pow(columns[r * second.inputs], 2);
  const double factor = scales.column / std::sqrt(square);
  for (float& value : columns) value = static_cast<float>(factor * static_cast<double>(value));
}

std::unique_ptr<const Craft> make_loki_craft(ConfigTable section) {
  std::optional<std::size_t> client;
  if (section.has("client")) client = static_cast<std::size_t>(section.integer("client", {0, 1'000'000'000}));
  const double balance = section.number("balance", {1e-6, 1e6}, default_loki_balance);
  return std::make_unique<const LokiCraft>(client, mean_feature_of(section), balance);
}

}  // namespace tacit::attacks
