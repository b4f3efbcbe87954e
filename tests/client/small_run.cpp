#include "client/small_run.h"

#include "core/random.h"

namespace tacit::client {

datasets::Dataset small_dataset() {
  RandomStream random(RandomKey{.seed = 8, .purpose = Purpose::test});
  datasets::Dataset data;
  data.name = "two clouds";
  data.feature_shape = {4};
  data.classes = 2;
  for (std::size_t i = 0; i < 40; ++i) {
    const auto label = static_cast<std::int32_t>(i % 2);
    data.labels.push_back(label);
    for (int feature = 0; feature < 4; ++feature) {
      data.features.push_back(static_cast<float>(random.normal() + (label == 0 ? -1.0 : 1.0)));
    }
  }
  return data;
}

MemoryRun small_run() {
  return {.model_toml =
              "loss = \"softmax_cross_entropy\"\n[[layers]]\ntype = \"linear\"\noutputs = 8\n"
              "[[layers]]\ntype = \"tanh\"\n[[layers]]\ntype = \"linear\"\noutputs = 2\n",
          .training_toml = "local_epochs = 2\nbatch_size = 8\nlearning_rate = 0.1\n",
          .pipeline_toml = "clip_norm = 0.5\n",
          .input_shape = {4}};
}

ClientSettings small_settings() {
  ClientSettings settings;
  settings.coordinator = "nowhere:1";
  settings.index = 3;
  settings.seed = 21;
  settings.chunk_bytes = 64;
  return settings;
}

Backoff known_backoff() {
  return Backoff({}, [] { return 0.999999; });
}

}  // namespace tacit::client
