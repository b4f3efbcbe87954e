#include "models/training.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/error.h"
#include "models/local_gradient.h"
#include "models/losses/loss_function.h"
#include "models/optimizers/optimizer.h"

namespace tacit::models {

namespace {

void check_fit(const Model<float>& model, std::span<const float> theta, const datasets::Dataset& data) {
  if (theta.size() != model.schema()->size())
    fail(ErrorKind::usage, "{} parameters given, the model has {}", theta.size(), model.schema()->size());
  if (data.size() == 0) fail(ErrorKind::usage, "data set '{}' has no examples", data.name);
  if (data.feature_size() != model.input_size())
    fail(ErrorKind::usage, "data set '{}' has {} features, the model takes {}", data.name, data.feature_size(),
         model.input_size());
  if (data.classes != model.classes())
    fail(ErrorKind::usage, "data set '{}' has {} classes, the model tells {} apart", data.name, data.classes,
         model.classes());
  check_inputs(model, data);
}

/// The examples of a data set, gathered batch by batch into one reused place.
class Batches {
 public:
  Batches(const Model<float>& model, const datasets::Dataset& data, std::size_t largest, const ExampleMixing& mixing,
          const RandomKey& key)
      : model_(model), data_(data), targets_(model.targets_of(data.labels)), target_size_(model.target_size()) {
    if (mixing.kind != ExampleMixing::Kind::none) mixer_.emplace(mixing, data_, targets_, key);
    batch_inputs_.reserve(largest * data.feature_size());
    batch_targets_.reserve(largest * target_size_);
  }

  /// Valid until the next call.
  Examples<float> gather(std::span<const std::size_t> indices) {
    batch_inputs_.clear();
    batch_targets_.clear();
    for (const std::size_t index : indices) {
      const auto features = data_.example(index);
      batch_inputs_.insert(batch_inputs_.end(), features.begin(), features.end());
      const auto target = std::span(targets_).subspan(index * target_size_, target_size_);
      batch_targets_.insert(batch_targets_.end(), target.begin(), target.end());
    }
    if (mixer_) mix(indices);
    return {batch_inputs_, batch_targets_, indices.size()};
  }

 private:
  void mix(std::span<const std::size_t> indices) {
    for (std::size_t i = 0; i < indices.size(); ++i)
      mixer_->mix(indices[i], std::span(batch_inputs_).subspan(i * data_.feature_size(), data_.feature_size()),
                  std::span(batch_targets_).subspan(i * target_size_, target_size_));
    // Layers that read numbers for names, such as tokens, cannot read their mixture.
    try {
      model_.check_inputs(batch_inputs_);
    } catch (const Error& error) {
      fail(error.kind(), "mixtures of examples do not fit the model: {}", error.what());
    }
  }

  const Model<float>& model_;
  const datasets::Dataset& data_;
  std::vector<float> targets_;  ///< [data.size(), target_size]
  std::size_t target_size_;
  std::vector<float> batch_inputs_, batch_targets_;
  std::optional<ExampleMixer> mixer_;
};

/// The parameters that no gradient moves. What an optimizer does to them (weight decay, say) is undone, and they follow
/// the batches instead.
class Statistics {
 public:
  explicit Statistics(const ParameterSchema& schema) {
    std::size_t size = 0;
    for (const ParameterEntry& entry : schema.entries())
      if (!entry.trained) entries_.push_back(entry), size += entry.size;
    kept_.reserve(size);
  }
  bool empty() const noexcept { return entries_.empty(); }

  void keep(std::span<const float> theta) {
    kept_.clear();
    for (const ParameterEntry& entry : entries_) {
      const auto part = theta.subspan(entry.offset, entry.size);
      kept_.insert(kept_.end(), part.begin(), part.end());
    }
  }
  void restore(std::span<float> theta) const {
    auto from = kept_.begin();
    for (const ParameterEntry& entry : entries_) {
      std::copy_n(from, entry.size, theta.begin() + static_cast<std::ptrdiff_t>(entry.offset));
      from += static_cast<std::ptrdiff_t>(entry.size);
    }
  }
  /// update = now - theta in their places.
  void write_change(std::span<const float> theta, std::span<const float> now, std::span<float> update) const {
    for (const ParameterEntry& entry : entries_)
      for (std::size_t i = entry.offset; i < entry.offset + entry.size; ++i) update[i] = now[i] - theta[i];
  }

 private:
  std::vector<ParameterEntry> entries_;
  std::vector<float> kept_;
};

LocalResult one_gradient(LocalGradient& source, std::span<const float> theta, Batches& batches,
                         const LocalTraining& training, std::span<const std::size_t> order, Statistics& statistics,
                         const RandomKey& key) {
  LocalResult result{std::vector<float>(theta.size()), order.size(), 0};
  source.begin_step({key.seed, key.round, key.client, 0});
  result.loss = source.estimate(theta, batches.gather(order), result.update);
  training.clipping.apply(result.update);
  if (statistics.empty()) return result;
  std::vector<float> now(theta.begin(), theta.end());
  source.update_statistics(now);
  statistics.write_change(theta, now, result.update);
  return result;
}

LocalResult epochs(LocalGradient& source, std::span<const float> theta, Batches& batches, const LocalTraining& training,
                   std::span<const std::size_t> order, std::size_t available, Statistics& statistics,
                   const RandomKey& key) {
  const auto optimizer = make_optimizer<float>(training.optimizer, theta.size());
  std::vector<float> now(theta.begin(), theta.end()), gradient(theta.size());
  double loss = 0;
  std::uint32_t steps = 0;
  for (std::size_t epoch = 0; epoch < order.size(); epoch += available)
    for (std::size_t begin = 0; begin < available; begin += training.batch_size) {
      const std::size_t count = std::min(training.batch_size, available - begin);
      const Examples<float> batch = batches.gather(order.subspan(epoch + begin, count));
      source.begin_step({key.seed, key.round, key.client, steps});
      loss += static_cast<double>(count) * static_cast<double>(source.estimate(now, batch, gradient));
      training.clipping.apply(gradient);
      statistics.keep(now);
      optimizer->step(now, gradient, training.learning_rate_at(key.round, steps++));
      statistics.restore(now);
      if (!statistics.empty()) source.update_statistics(now);
    }
  LocalResult result{std::move(now), available, loss / static_cast<double>(order.size())};
  for (std::size_t i = 0; i < theta.size(); ++i) result.update[i] -= theta[i];
  return result;
}

/// Statistics of the whole data set, in pieces of at most `piece` examples. A piece takes every so many-th example, as
/// a file may be sorted by class.
void observe_all(Evaluation<float>& evaluation, std::span<const float> theta, const datasets::Dataset& data,
                 std::size_t piece) {
  const std::size_t pieces = (data.size() + piece - 1) / piece;
  std::vector<float> inputs;
  inputs.reserve(piece * data.feature_size());
  for (std::size_t first = 0; first < pieces; ++first) {
    inputs.clear();
    for (std::size_t index = first; index < data.size(); index += pieces) {
      const auto features = data.example(index);
      inputs.insert(inputs.end(), features.begin(), features.end());
    }
    evaluation.observe(theta, inputs, inputs.size() / data.feature_size(), first == 0);
  }
}

}  // namespace

void check_inputs(const Model<float>& model, const datasets::Dataset& data) {
  try {
    model.check_inputs(data.features);
  } catch (const Error& error) {
    fail(error.kind(), "data set '{}' does not fit the model: {}", data.name, error.what());
  }
}

std::vector<std::size_t> examples_of_round(const LocalTraining& training, std::size_t available, RandomKey key) {
  if (key.purpose != Purpose::local_order)
    fail(ErrorKind::usage, "the order of examples must be drawn with purpose local_order, not {}",
         static_cast<std::uint32_t>(key.purpose));
  RandomStream stream(key);
  std::vector<std::size_t> permutation(available);
  std::iota(permutation.begin(), permutation.end(), std::size_t{0});
  if (training.algorithm == LocalTraining::Algorithm::fedsgd) {
    stream.shuffle(std::span(permutation));
    permutation.resize(std::min(available, training.batch_size));
    return permutation;
  }
  std::vector<std::size_t> order;
  order.reserve(available * training.local_epochs);
  for (std::size_t epoch = 0; epoch < training.local_epochs; ++epoch) {
    stream.shuffle(std::span(permutation));
    order.insert(order.end(), permutation.begin(), permutation.end());
  }
  return order;
}

LocalResult train_locally(const Model<float>& model, std::span<const float> theta, const datasets::Dataset& data,
                          const LocalTraining& training, RandomKey key) {
  check_fit(model, theta, data);
  const std::vector<std::size_t> order = examples_of_round(training, data.size(), key);
  Batches batches(model, data, std::min(training.batch_size, data.size()), training.mixing, key);
  const auto source = make_local_gradient(training.gradient, model, key);
  Statistics statistics(*model.schema());
  if (training.algorithm == LocalTraining::Algorithm::fedsgd)
    return one_gradient(*source, theta, batches, training, order, statistics, key);
  return epochs(*source, theta, batches, training, order, data.size(), statistics, key);
}

Evaluated evaluate(const Model<float>& model, std::span<const float> theta, const datasets::Dataset& data) {
  check_fit(model, theta, data);
  // A fixed piece size keeps the memory small and the order of additions the same everywhere.
  constexpr std::size_t piece = 256;
  Evaluation<float> evaluation(model);
  if (evaluation.has_local_statistics()) observe_all(evaluation, theta, data, piece);
  const LossFunction<float>& loss = model.loss_function();
  const std::vector<float> targets = model.targets_of(data.labels);
  const std::size_t inputs = model.input_size(), outputs = model.output_size();
  double loss_sum = 0;
  std::size_t right = 0;
  for (std::size_t begin = 0; begin < data.size(); begin += piece) {
    const std::size_t count = std::min(piece, data.size() - begin);
    const auto predicted =
        evaluation.predict(theta, std::span(data.features).subspan(begin * inputs, count * inputs), count);
    const auto expected = std::span(targets).subspan(begin * outputs, count * outputs);
    loss_sum += static_cast<double>(count) * static_cast<double>(loss.value({count, outputs, predicted, expected}));
    for (std::size_t i = 0; i < count; ++i) {
      const auto row = predicted.subspan(i * outputs, outputs);
      // An output that is not a number says nothing, and so is never right.
      const bool sound = std::none_of(row.begin(), row.end(), [](float value) { return std::isnan(value); });
      right += sound && model.label_of(row) == data.labels[begin + i];
    }
  }
  const auto size = static_cast<double>(data.size());
  return {loss_sum / size, static_cast<double>(right) / size, data.size()};
}

}  // namespace tacit::models
