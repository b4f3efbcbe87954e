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

/// What theta was made with: the client that it was sent to, and s.
struct Sent {
  std::size_t client = 0;
  double kernel = 0;
};

Sent sent_of(const LokiBlock& loki, std::span<const double> theta) {
  for (std::size_t client = 0; client < loki.clients(); ++client) {
    const std::size_t constant = client * loki.channels_of_client() + 2 * loki.image_channels;
    if (const double kernel = theta[loki.bias_offset + constant]; kernel != 0) return {client, kernel};
  }
  fail(ErrorKind::configuration,
       "reading LOKI needs a model whose sender gave one client a constant channel, and the one that was sent has no "
       "such imprint");
}

ClientBlock block_of_client(const LokiBlock& loki, std::size_t client, const Sent& sent, std::span<const double> theta,
                            std::span<const double> gradient) {
  const LinearLayer &first = loki.block.first, &second = loki.block.second;
  const std::size_t image = loki.image_channels * loki.pixels, units = first.outputs;
  const std::size_t begin = client * loki.channels_of_client() * loki.pixels;
  const std::size_t measured = sent.client * loki.channels_of_client() * loki.pixels + image;
  ClientBlock result;
  result.block.first = {units, image, 0, units * image};
  result.block.second = {second.outputs, second.inputs, units * image + units, {}};
  const std::size_t size = units * image + units + second.outputs * second.inputs;
  result.theta.resize(size);
  result.gradient.resize(size);
  for (std::size_t k = 0; k < units; ++k) {
    const auto measure = first.weight_row(theta, k).subspan(measured, image);
    const auto seen = first.weight_row(gradient, k).subspan(begin);
    double share = 0;
    for (const double value : seen.subspan(2 * image, loki.pixels)) share += value;
    for (std::size_t j = 0; j < image; ++j) {
      result.theta[k * image + j] = sent.kernel * measure[j];
      result.gradient[k * image + j] = seen[j] / sent.kernel;
    }
    result.theta[units * image + k] = first.bias(theta)[k];
    result.gradient[units * image + k] = share / (sent.kernel * static_cast<double>(loki.pixels));
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
  const Sent sent = sent_of(block, theta);
  double largest = 0;
  std::vector<ClientBlock> blocks;
  for (std::size_t client = 0; client < block.clients(); ++client) {
    blocks.push_back(block_of_client(block, client, sent, theta, gradient));
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
