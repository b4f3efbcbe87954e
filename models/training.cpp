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
  if (data.is_regression() != model.task().is_regression() || data.target_size != model.task().targets)
    fail(ErrorKind::usage, "data set '{}' has {} real-valued targets, the model answers with {}", data.name,
         data.target_size, model.task().targets);
  if (data.classes != model.classes())
    fail(ErrorKind::usage, "data set '{}' has {} classes, the model tells {} apart", data.name, data.classes,
         model.classes());
  check_inputs(model, data);
}

/// [data.size(), target_size]: labels as the loss reads them, or the real numbers of the data.
std::vector<float> targets_of(const Model<float>& model, const datasets::Dataset& data) {
  return data.is_regression() ? data.targets : model.targets_of(data.labels);
}

/// Rows of targets of data that may be large: real numbers lie there, labels are turned into rows as they are asked
/// for.
class TargetRows {
 public:
  TargetRows(const Model<float>& model, const datasets::Dataset& data) : model_(model), data_(data) {}

  /// [count, target_size] of the examples from `begin` on, valid until the next call.
  std::span<const float> of(std::size_t begin, std::size_t count) {
    const std::size_t size = model_.target_size();
    if (data_.is_regression()) return std::span(data_.targets).subspan(begin * size, count * size);
    rows_ = model_.targets_of(std::span(data_.labels).subspan(begin, count));
    return rows_;
  }

 private:
  const Model<float>& model_;
  const datasets::Dataset& data_;
  std::vector<float> rows_;
};

/// The examples that a client uses in a round, in order of use. One epoch's order is held at a time, each a shuffle of
/// the one before.
class RoundOrder {
 public:
  RoundOrder(const LocalTraining& training, std::size_t available, const RandomKey& key) : stream_(key) {
    if (key.purpose != Purpose::local_order)
      fail(ErrorKind::usage, "the order of examples must be drawn with purpose local_order, not {}",
           static_cast<std::uint32_t>(key.purpose));
    const bool one_gradient = training.algorithm == LocalTraining::Algorithm::fedsgd;
    size_ = one_gradient ? std::min(available, training.batch_size) : available * training.local_epochs;
    permutation_.resize(available);
    std::iota(permutation_.begin(), permutation_.end(), std::size_t{0});
  }

  std::size_t size() const noexcept { return size_; }
  /// The next `count` of them, in place of what `indices` held. No call crosses the end of an epoch.
  void next(std::size_t count, std::vector<std::size_t>& indices) {
    if (at_ % permutation_.size() == 0) stream_.shuffle(std::span(permutation_)), at_ = 0;
    const auto begin = permutation_.begin() + static_cast<std::ptrdiff_t>(at_);
    indices.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
    at_ += count;
  }

 private:
  RandomStream stream_;
  std::size_t size_ = 0, at_ = 0;
  std::vector<std::size_t> permutation_;
};

/// Appends an example's features; of data in memory without writing their places twice.
void append_example(const datasets::Dataset& data, std::size_t index, std::vector<float>& to) {
  if (data.is_streamed()) {
    to.resize(to.size() + data.feature_size());
    return data.copy_example(index, std::span(to).last(data.feature_size()));
  }
  const auto features = data.example(index);
  to.insert(to.end(), features.begin(), features.end());
}

/// The examples of a data set, gathered batch by batch into one reused place.
class Batches {
 public:
  Batches(const Model<float>& model, const datasets::Dataset& data, std::size_t largest, const ExampleMixing& mixing,
          const RandomKey& key)
      : model_(model),
        data_(data),
        targets_(data.is_streamed() ? std::vector<float>() : targets_of(model, data)),
        rows_(model, data),
        target_size_(model.target_size()) {
    if (mixing.kind != ExampleMixing::Kind::none) mixer_.emplace(mixing, data_, targets_, key);
    batch_inputs_.reserve(largest * data.feature_size());
    batch_targets_.reserve(largest * target_size_);
  }

  /// Valid until the next call.
  Examples<float> gather(std::span<const std::size_t> indices) {
    batch_inputs_.clear();
    batch_targets_.clear();
    for (const std::size_t index : indices) {
      append_example(data_, index, batch_inputs_);
      const auto target = data_.is_streamed()
                              ? rows_.of(index, 1)
                              : std::span<const float>(targets_).subspan(index * target_size_, target_size_);
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
  std::vector<float> targets_;  ///< [data.size(), target_size]; of streamed data none
  TargetRows rows_;
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
                         const LocalTraining& training, RoundOrder& order, Statistics& statistics,
                         const RandomKey& key) {
  LocalResult result{std::vector<float>(theta.size()), order.size(), 0};
  std::vector<std::size_t> indices;
  order.next(order.size(), indices);
  source.begin_step({key.seed, key.round, key.client, 0});
  result.loss = source.estimate(theta, batches.gather(indices), result.update);
  training.clipping.apply(result.update);
  if (statistics.empty()) return result;
  std::vector<float> now(theta.begin(), theta.end());
  source.update_statistics(now);
  statistics.write_change(theta, now, result.update);
  return result;
}

LocalResult epochs(LocalGradient& source, std::span<const float> theta, Batches& batches, const LocalTraining& training,
                   RoundOrder& order, std::size_t available, Statistics& statistics, const RandomKey& key) {
  const auto optimizer = make_optimizer<float>(training.optimizer, theta.size());
  std::vector<float> now(theta.begin(), theta.end()), gradient(theta.size());
  std::vector<std::size_t> indices;
  indices.reserve(training.batch_size);
  double loss = 0;
  std::uint32_t steps = 0;
  for (std::size_t epoch = 0; epoch < order.size(); epoch += available)
    for (std::size_t begin = 0; begin < available; begin += training.batch_size) {
      const std::size_t count = std::min(training.batch_size, available - begin);
      order.next(count, indices);
      const Examples<float> batch = batches.gather(indices);
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
      append_example(data, index, inputs);
    }
    evaluation.observe(theta, inputs, inputs.size() / data.feature_size(), first == 0);
  }
}

/// Whether there are inputs that the model cannot read: what reads no-numbers reads everything.
bool is_choosy(const Model<float>& model) {
  const std::vector<float> worst(model.input_size(), std::numeric_limits<float>::quiet_NaN());
  try {
    model.check_inputs(worst);
  } catch (const Error&) {
    return true;
  }
  return false;
}

void check_streamed_inputs(const Model<float>& model, const datasets::Dataset& data) {
  // Most models read any number, and so save a pass over the files.
  if (!is_choosy(model)) return;
  std::vector<float> inputs(data.feature_size());
  for (std::size_t index = 0; index < data.size(); ++index) {
    data.copy_example(index, inputs);
    model.check_inputs(inputs);
  }
}

/// The inputs of `count` examples from `begin` on: as they lie in memory, or read into `place`.
std::span<const float> inputs_of(const datasets::Dataset& data, std::size_t begin, std::size_t count,
                                 std::vector<float>& place) {
  const std::size_t width = data.feature_size();
  if (!data.is_streamed()) return std::span(data.features).subspan(begin * width, count * width);
  place.resize(count * width);
  for (std::size_t i = 0; i < count; ++i) data.copy_example(begin + i, std::span(place).subspan(i * width, width));
  return place;
}

/// Share of right labels, piece by piece.
class LabelTally {
 public:
  LabelTally(const Model<float>& model, const datasets::Dataset& data) : model_(model), data_(data) {}

  /// `predicted` [count, outputs] for the examples from `begin` on.
  void add(std::size_t begin, std::span<const float> predicted, std::size_t outputs) {
    for (std::size_t i = 0; i < predicted.size() / outputs; ++i) {
      const auto row = predicted.subspan(i * outputs, outputs);
      // An output that is not a number says nothing, and so is never right.
      const bool sound = std::none_of(row.begin(), row.end(), [](float value) { return std::isnan(value); });
      right_ += sound && model_.label_of(row) == data_.labels[begin + i];
    }
  }
  double accuracy() const { return static_cast<double>(right_) / static_cast<double>(data_.size()); }

 private:
  const Model<float>& model_;
  const datasets::Dataset& data_;
  std::size_t right_ = 0;
};

/// Squared errors of real-valued answers, piece by piece, added up in double in the order of the examples.
class ErrorTally {
 public:
  void add(std::span<const float> predicted, std::span<const float> expected) {
    for (std::size_t i = 0; i < predicted.size(); ++i) {
      const double error = double{predicted[i]} - double{expected[i]};
      squares_ += error * error;
    }
  }
  /// `targets` [examples, target_size], all that were added.
  void write(std::span<const float> targets, std::size_t target_size, Evaluated& result) const {
    const auto examples = static_cast<double>(targets.size() / target_size);
    std::vector<double> means(target_size);
    for (std::size_t i = 0; i < targets.size(); ++i) means[i % target_size] += double{targets[i]} / examples;
    double spread = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) spread += std::pow(double{targets[i]} - means[i % target_size], 2);
    result.accuracy = Evaluated::none;
    result.rmse = std::sqrt(squares_ / static_cast<double>(targets.size()));
    if (spread > 0) result.r_squared = 1 - squares_ / spread;
  }

 private:
  double squares_ = 0;
};

}  // namespace

void check_inputs(const Model<float>& model, const datasets::Dataset& data) {
  try {
    if (data.is_streamed()) return check_streamed_inputs(model, data);
    model.check_inputs(data.features);
  } catch (const Error& error) {
    fail(error.kind(), "data set '{}' does not fit the model: {}", data.name, error.what());
  }
}

std::vector<std::size_t> examples_of_round(const LocalTraining& training, std::size_t available, RandomKey key) {
  RoundOrder order(training, available, key);
  std::vector<std::size_t> all, epoch;
  all.reserve(order.size());
  while (all.size() < order.size()) {
    order.next(std::min(available, order.size() - all.size()), epoch);
    all.insert(all.end(), epoch.begin(), epoch.end());
  }
  return all;
}

LocalResult train_locally(const Model<float>& model, std::span<const float> theta, const datasets::Dataset& data,
                          const LocalTraining& training, RandomKey key) {
  check_fit(model, theta, data);
  RoundOrder order(training, data.size(), key);
  Batches batches(model, data, std::min(training.batch_size, data.size()), training.mixing, key);
  const auto source = make_local_gradient(training.gradient, model, key);
  Statistics statistics(*model.schema());
  if (training.algorithm == LocalTraining::Algorithm::fedsgd)
    return one_gradient(*source, theta, batches, training, order, statistics, key);
  return epochs(*source, theta, batches, training, order, data.size(), statistics, key);
}

Evaluated evaluate(const Model<float>& model, std::span<const float> theta, const datasets::Dataset& data) {
  check_fit(model, theta, data);
  constexpr std::size_t piece = evaluation_piece;
  Evaluation<float> evaluation(model);
  if (evaluation.has_local_statistics()) observe_all(evaluation, theta, data, piece);
  const LossFunction<float>& loss = model.loss_function();
  TargetRows targets(model, data);
  const std::size_t outputs = model.output_size();
  double loss_sum = 0;
  LabelTally labels(model, data);
  ErrorTally errors;
  std::vector<float> place;
  for (std::size_t begin = 0; begin < data.size(); begin += piece) {
    const std::size_t count = std::min(piece, data.size() - begin);
    const auto predicted = evaluation.predict(theta, inputs_of(data, begin, count, place), count);
    const auto expected = targets.of(begin, count);
    loss_sum += static_cast<double>(count) * static_cast<double>(loss.value({count, outputs, predicted, expected}));
    if (data.is_regression())
      errors.add(predicted, expected);
    else
      labels.add(begin, predicted, outputs);
  }
  Evaluated result{.loss = loss_sum / static_cast<double>(data.size()), .examples = data.size()};
  if (data.is_regression())
    errors.write(data.targets, outputs, result);
  else
    result.accuracy = labels.accuracy();
  return result;
}

}  // namespace tacit::models
