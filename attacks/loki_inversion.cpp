#include "attacks/loki_inversion.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "attacks/closed_form_labels.h"
#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

/// A ReLU block of one client's image alone, with its own share of the bias: weights, biases, second weights.
struct ClientBlock {
  ReluBlock block;
  std::vector<double> theta, gradient;
};

ClientBlock block_of_client(const LokiBlock& loki, std::size_t client, std::span<const double> theta,
                            std::span<const double> gradient) {
  const LinearLayer &first = loki.block.first, &second = loki.block.second;
  const std::size_t image = loki.image_channels * loki.pixels, units = first.outputs;
  const std::size_t begin = client * loki.channels_of_client() * loki.pixels;
  ClientBlock result;
  result.block.first = {units, image, 0, units * image};
  result.block.second = {second.outputs, second.inputs, units * image + units, {}};
  const std::size_t size = units * image + units + second.outputs * second.inputs;
  result.theta.resize(size);
  result.gradient.resize(size);
  for (std::size_t k = 0; k < units; ++k) {
    const auto row = first.weight_row(theta, k).subspan(begin), seen = first.weight_row(gradient, k).subspan(begin);
    std::copy_n(row.begin(), image, result.theta.begin() + static_cast<std::ptrdiff_t>(k * image));
    std::copy_n(seen.begin(), image, result.gradient.begin() + static_cast<std::ptrdiff_t>(k * image));
    double share = 0;
    for (const double value : seen.subspan(image, loki.pixels)) share += value;
    result.theta[units * image + k] = first.bias(theta)[k];
    result.gradient[units * image + k] = share / static_cast<double>(loki.pixels);
  }
  const auto weights = theta.subspan(second.weight_offset, second.outputs * second.inputs);
  std::copy(weights.begin(), weights.end(),
            result.theta.begin() + static_cast<std::ptrdiff_t>(result.block.second.weight_offset));
  return result;
}

class LokiInversion final : public Method {
 public:
  std::vector<Need> needs() const override { return {Need::crafted_model}; }
  AttackResult run(const AttackTask& task) const override;
};

AttackResult LokiInversion::run(const AttackTask& task) const {
  const auto start = std::chrono::steady_clock::now();
  const ObservedGradient gradient = observed_gradient(task.observation, task.threat_model, false, "reading LOKI");
  const models::Model<double> model = observed_model(task.observation.run());
  const auto block = find_loki_block(model);
  if (!block) {
    fail(
        ErrorKind::configuration,
        "reading LOKI needs a model that begins with layers 'conv2d' (with a bias, stride 1, an odd kernel and outputs "
        "as large as its inputs), 'linear' (with a bias), 'relu' and 'linear'");
  }
  const std::vector<double> theta(task.observation.model().values().begin(), task.observation.model().values().end());
  std::vector<ImprintedInput> all;
  std::size_t clients = 0;
  for (auto& of_client : read_loki(*block, theta, gradient.values)) {
    clients += of_client.empty() ? 0 : 1;
    std::move(of_client.begin(), of_client.end(), std::back_inserter(all));
  }
  if (all.empty())
    fail(ErrorKind::data, "no bin of any client answered: the gradient behind the channels of clients is zero");
  const std::size_t bins = all.size();
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.weight) > std::abs(b.weight); });

  RestartRow row;
  row.inputs.resize(task.count * block->image_channels * block->pixels);
  for (std::size_t i = 0; i < std::min(task.count, all.size()); ++i) {
    std::copy(all[i].input.begin(), all[i].input.end(),
              row.inputs.begin() + static_cast<std::ptrdiff_t>(i * all[i].input.size()));
    row.score = std::max(row.score, all[i].gap);
  }
  row.first_score = row.score;
  row.labels = closed_form_labels(model, gradient.values, task.count);
  row.stopped = "closed form";
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  AttackResult result;
  result.inputs = row.inputs;
  result.labels = row.labels;
  result.score = row.score;
  result.notes = gradient.notes;
  result.notes.push_back(
      fmt::format("{} bins of {} clients answered; each holds one example or a mixture of several.", bins, clients));
  result.rows.push_back(std::move(row));
  return result;
}

}  // namespace

std::vector<std::vector<ImprintedInput>> read_loki(const LokiBlock& block, std::span<const double> theta,
                                                   std::span<const double> gradient) {
  double largest = 0;
  std::vector<ClientBlock> blocks;
  for (std::size_t client = 0; client < block.clients(); ++client) {
    blocks.push_back(block_of_client(block, client, theta, gradient));
    for (const double share : blocks.back().block.first.bias(blocks.back().gradient))
      largest = std::max(largest, std::abs(share));
  }
  std::vector<std::vector<ImprintedInput>> found;
  for (const ClientBlock& one : blocks) {
    const auto shares = one.block.first.bias(one.gradient);
    // A client who was sent nothing, or is not in the sum, leaves its columns at zero.
    const bool silent =
        std::all_of(shares.begin(), shares.end(), [&](double share) { return std::abs(share) <= 1e-6 * largest; });
    found.push_back(silent ? std::vector<ImprintedInput>() : read_imprint(one.block, one.theta, one.gradient));
  }
  return found;
}

std::unique_ptr<const Method> make_loki(ConfigTable) {
  return std::make_unique<const LokiInversion>();
}

}  // namespace tacit::attacks
