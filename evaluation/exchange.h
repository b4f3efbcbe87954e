#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "attacks/observation.h"
#include "core/parameters.h"
#include "datasets/dataset.h"
#include "models/model.h"

namespace tacit::evaluation {

/// What the members of a run are told: the sections of its configuration, as text.
struct ExchangeSettings {
  std::string model_toml;     ///< [model]
  std::string training_toml;  ///< [training]
  std::string update_toml;    ///< [update]; empty: nothing is clipped or quantised
  Shape input_shape;          ///< of one example
  std::size_t classes = 0;
};

/// One question and answer between coordinator and client, alone: the model goes out, the client's own code
/// (client/local_task.h) makes the update, both are recorded in the form of the wire, and what an attacker sees is read
/// from the recording (promise P3). For experiments that need a thousand updates, each of another model, and no
/// training.
class Exchange {
 public:
  /// Throws Error(configuration) naming section, line and key.
  explicit Exchange(ExchangeSettings settings);

  const models::Model<float>& model() const noexcept { return model_; }
  const std::shared_ptr<const ParameterSchema>& schema() const noexcept { return model_.schema(); }
  /// The model's own initialisation.
  Parameters initial(std::uint64_t seed) const;

  /// What is seen of a client that holds `data` when it is sent `start`. The seed is the client's, for the order and
  /// choice of its examples. May be called from several threads. Throws as client::LocalTask and its update.
  attacks::Observation observe(const Parameters& start, const datasets::Dataset& data, std::uint64_t seed = 0,
                               std::uint32_t round = 1) const;

 private:
  ExchangeSettings settings_;
  models::Model<float> model_;
};

/// Examples as a client holds them: features [labels.size(), input_shape] of the given bounds.
datasets::Dataset examples_of(const Shape& input_shape, std::vector<float> features, std::vector<std::int32_t> labels,
                              std::size_t classes, float low = 0, float high = 1, bool angles = false);

}  // namespace tacit::evaluation
