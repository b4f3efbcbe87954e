#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "attacks/methods/method.h"

namespace tacit::attacks {

struct LearnedSettings {
  std::string public_data;   ///< a file of feature vectors; empty: uniform within the feature bounds
  std::size_t pairs = 4096;  ///< (gradient, input) pairs to train on
  std::size_t epochs = 40;
  std::size_t batch = 64;
  std::size_t hidden = 128;     ///< units of each of two hidden layers
  double learning_rate = 2e-3;  ///< of Adam
};

/// Learned inversion: a network from gradients to inputs, trained on pairs that the attacker makes with the observed
/// model itself from public data (or from features uniform within known bounds), then asked once. Learns a class of
/// inputs rather than solving for one: cheap for many updates of one model, blunt, and bound to the data that it saw.
/// Angles are learned as cosine and sine; an unknown label as one more output. One example a time.
class LearnedInversion final : public Method {
 public:
  explicit LearnedInversion(LearnedSettings settings) : settings_(std::move(settings)) {}
  std::vector<Need> needs() const override;
  /// Also throws Error(configuration) if the update is of more than one example, and as read_public_examples.
  AttackResult run(const AttackTask& task) const override;

 private:
  LearnedSettings settings_;
};

/// Keys public_data, pairs, epochs, batch, hidden, learning_rate.
std::unique_ptr<const Method> make_learned(ConfigTable file);

}  // namespace tacit::attacks
