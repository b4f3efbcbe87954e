#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "attacks/observation.h"
#include "attacks/observed_model.h"
#include "core/files.h"
#include "models/model.h"
#include "proto/recording.h"

namespace tacit::attacks {

inline constexpr std::string_view tanh_mlp_toml = R"(
loss = "softmax_cross_entropy"
[[layers]]
type = "linear"
outputs = 32
[[layers]]
type = "tanh"
[[layers]]
type = "linear"
outputs = 10
)";

inline constexpr std::string_view fedsgd_toml = "algorithm = \"fedsgd\"\nbatch_size = 1\nlearning_rate = 0.1\n";

/// A run as clients make it, recorded as the coordinator does: a float32 model, float32 gradients of true examples, the
/// codecs and the recording file of the wire. Ground truth stays with the test.
class RecordedRun {
 public:
  RecordedRun(std::string_view model_toml, Shape input_shape, std::size_t classes,
              std::string_view training_toml = fedsgd_toml, std::uint64_t seed = 1, std::string_view update_toml = "");

  const models::Model<float>& model() const { return *model_; }
  const RunDescription& description() const { return description_; }
  std::span<const float> theta() const { return theta_; }
  void set_theta(std::vector<float> theta) { theta_ = std::move(theta); }

  /// The mean gradient of examples, in float32 as a client computes it.
  std::vector<float> gradient(std::span<const float> inputs, std::span<const std::int32_t> labels) const;
  /// theta_after - theta_before of plain SGD over the whole set, `steps` times.
  std::vector<float> delta(std::span<const float> inputs, std::span<const std::int32_t> labels, double learning_rate,
                           std::size_t steps) const;

  /// With `own_model` theta was sent to this client alone.
  void record(std::uint32_t round, const std::string& client, UpdateKind kind, std::span<const float> update,
              std::size_t examples, bool own_model = false);
  Observation observe(std::uint32_t round, const std::string& client) const;
  /// Records the gradient of these examples in round 1 and observes it.
  Observation observe_gradient(std::span<const float> inputs, std::span<const std::int32_t> labels);

  std::filesystem::path file() const { return folder_.path() / "wire.rec"; }

 private:
  TemporaryFolder folder_;
  RunDescription description_;
  std::unique_ptr<models::Model<float>> model_;
  std::vector<float> theta_;
  std::unique_ptr<wire::RecordingWriter> writer_;
};

/// Random features in [low, high) as clients hold them.
std::vector<float> random_inputs(std::size_t size, double low, double high, std::uint64_t seed);

}  // namespace tacit::attacks
