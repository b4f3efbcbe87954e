#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "attacks/linear_layers.h"
#include "attacks/malicious/craft.h"
#include "attacks/malicious/imprint.h"

namespace tacit::attacks {

/// A convolution in front of a ReLU block, whose channels are dealt out to clients.
struct LokiBlock {
  std::size_t kernel_offset = 0, bias_offset = 0;  ///< of the convolution
  std::size_t kernel = 0;                          ///< height and width, odd
  std::size_t image_channels = 0, pixels = 0;      ///< of the input, and of one channel
  std::size_t channels = 0;                        ///< of the convolution
  ReluBlock block;

  /// A client has one channel for each of its image, and one that is constant.
  std::size_t channels_of_client() const { return image_channels + 1; }
  std::size_t clients() const { return channels / channels_of_client(); }
};

/// Such a block at the model's input, if there is one: `conv2d` with a bias, stride 1 and outputs as large as its
/// inputs, perhaps `flatten`, then linear (with a bias), relu, linear.
template <class T>
std::optional<LokiBlock> find_loki_block(const models::Model<T>& model);

/// What one client is sent so that the sum over clients keeps them apart (Zhao et al., "LOKI: Large-scale Data
/// Reconstruction Attack against Federated Learning through Model Manipulation", arXiv 2303.12233, Sec. IV): the
/// kernels of its own channels are the identity and those of all other clients zero, so that no other client moves the
/// weights behind its channels; the ReLU block behind is an imprint (malicious/imprint.h) of its mean feature. Beyond
/// the paper each client has one more channel, of zero kernel and bias 1, which adds nothing to the statistic and whose
/// weights gather the client's own share of the bias gradient, as the bias itself is summed over clients.
void write_loki(const LokiBlock& block, std::size_t client, const MeanFeature& believed, std::span<float> theta);

/// As a craft: keys `client` (from 0; by default the client's position in its round), `mean`, `deviation`.
std::unique_ptr<const Craft> make_loki_craft(ConfigTable section);

}  // namespace tacit::attacks
