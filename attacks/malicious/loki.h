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

  /// A client has two channels for each of its image, read and measured, and one that is constant.
  std::size_t channels_of_client() const { return 2 * image_channels + 1; }
  std::size_t clients() const { return channels / channels_of_client(); }
};

/// Such a block at the model's input, if there is one: `conv2d` with a bias, stride 1 and outputs as large as its
/// inputs, perhaps `flatten`, then linear (with a bias), relu, linear.
template <class T>
std::optional<LokiBlock> find_loki_block(const models::Model<T>& model);

/// Sizes of what is sent, in the notation of write_loki.
struct LokiScales {
  double kernel = 0;   ///< s, a power of two
  double measure = 0;  ///< a
  double column = 0;   ///< b, the norm of each column of the second layer
};
inline constexpr double default_loki_balance = 100;
/// With `balance` g.
LokiScales loki_scales(const LokiBlock& block, const MeanFeature& believed, double balance);

/// What one client is sent so that the sum over clients keeps them apart (Zhao et al., "LOKI: Large-scale Data
/// Reconstruction Attack against Federated Learning through Model Manipulation", arXiv 2303.12233, Sec. IV): the
/// kernels of its own channels are multiples of the identity and those of all other clients zero, so that no other
/// client moves the weights behind its channels; the ReLU block behind is an imprint (malicious/imprint.h) of its mean
/// feature h. Each client also has a channel of zero kernel and constant bias, whose weights gather the client's own
/// share of the bias gradient, as the bias itself is summed over clients.
///
/// Several local steps move what is sent, and an example must stay in its bin, and its gradient must stay that of every
/// unit below. How this is done here is our own. The image passes twice, s x each time: behind the channels that are
/// read the weights start at exactly 0, so that the smallest change is sent in full precision, and behind those that
/// are measured they are a / (s d), which nobody reads (d features, m units). With columns of norm b a step of rate eta
/// along errors of norm u changes the pre-activation a (h - q) of an example by at most
///   eta u b (1 + 3 s^2 d + a^2 m (A C + 1) / s^2)     (bias; weights; kernels of area A and C channels, and their
///   bias)
/// which s^2 = 1 / (4 d) and a^2 = s^2 / (m (A C + 1)) hold below 3 eta u b, and a column of the second layer by eta u
/// a (h - q), which differs between neighbours by eta u a w, w the width of a bin. So b = g a w: an example drifts by
/// at most 3 g eta u bins a step, and the other examples of its client disturb it by a part of about eta u / g each.
void write_loki(const LokiBlock& block, std::size_t client, const MeanFeature& believed, double balance,
                std::span<float> theta);

/// As a craft: keys `client` (from 0; by default the client's position in its round), `mean`, `deviation`,
/// `balance` (g).
std::unique_ptr<const Craft> make_loki_craft(ConfigTable section);

}  // namespace tacit::attacks
