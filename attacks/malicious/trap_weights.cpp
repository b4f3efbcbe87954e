#include "attacks/malicious/trap_weights.h"

#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.h"

namespace tacit::attacks {
namespace {

class TrapWeightsCraft final : public Craft {
 public:
  explicit TrapWeightsCraft(const TrapWeights& settings) : settings_(settings) {}

  void write(const models::Model<float>& model, std::uint64_t seed, std::span<float> theta) const override {
    const auto block = first_relu_block(model);
    if (!block) {
      fail(ErrorKind::configuration,
           "trap weights need a model that begins with layers 'linear' (with a bias), 'relu' and 'linear'");
    }
    RandomStream random({seed, Purpose::crafting, 0, 0});
    write_trap_weights(block->first, settings_, random, theta);
  }

 private:
  TrapWeights settings_;
};

}  // namespace

void write_trap_weights(const LinearLayer& layer, const TrapWeights& settings, RandomStream& random,
                        std::span<float> theta) {
  const std::size_t negative = (layer.inputs + 1) / 2, positive = layer.inputs / 2;
  std::vector<std::size_t> position(layer.inputs);
  std::iota(position.begin(), position.end(), std::size_t{0});
  std::vector<double> magnitude(negative);
  for (std::size_t k = 0; k < layer.outputs; ++k) {
    const auto row = theta.subspan(layer.weight_offset + k * layer.inputs, layer.inputs);
    // A random place for each weight: as all places are shuffled together, so is the order of magnitudes.
    random.shuffle(std::span(position));
    for (double& size : magnitude) size = settings.deviation * std::abs(random.normal());
    for (std::size_t i = 0; i < negative; ++i) row[position[i]] = static_cast<float>(-magnitude[i]);
    for (std::size_t i = 0; i < positive; ++i)
      row[position[negative + i]] = static_cast<float>(settings.scale * magnitude[i]);
  }
  for (std::size_t k = 0; k < layer.outputs; ++k) theta[*layer.bias_offset + k] = 0;
}

std::unique_ptr<const Craft> make_trap_weights_craft(ConfigTable section) {
  TrapWeights settings;
  settings.deviation = section.number("deviation", {1e-6, 1e6}, settings.deviation);
  settings.scale = section.number("scale", {0, 1}, settings.scale);
  return std::make_unique<const TrapWeightsCraft>(settings);
}

}  // namespace tacit::attacks
