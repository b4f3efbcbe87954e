#include "system/experiment_file.h"

#include <fmt/format.h>

#include "core/files.h"

namespace tacit::system_tests {

std::filesystem::path write_experiment(const std::filesystem::path& folder, int rounds, int clients,
                                       const std::string& simulation_keys) {
  const std::filesystem::path file = folder / "experiment.toml";
  write_atomically(file, fmt::format(R"([run]
name = "iris"
seed = 3
output = "{}"
[data]
source = "iris"
test_fraction = 0.2
[partition]
scheme = "iid"
[model]
loss = "softmax_cross_entropy"
[[model.layers]]
type = "linear"
outputs = 8
[[model.layers]]
type = "tanh"
[[model.layers]]
type = "linear"
outputs = 3
[training]
algorithm = "fedavg"
local_epochs = 1
batch_size = 8
learning_rate = 0.1
schedule = "cosine"
schedule_length = 20
warmup = 3
clip_gradient_norm = 1.0
[coordinator]
rounds = {}
[simulation]
clients = {}
{}
)",
                                     (folder / "run").string(), rounds, clients, simulation_keys));
  return file;
}

}  // namespace tacit::system_tests
