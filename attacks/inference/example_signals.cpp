#include "attacks/inference/example_signals.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "models/losses/loss_function.h"

namespace tacit::attacks {
namespace {

/// ln sum exp of the outputs other than one.
double log_sum_of_others(std::span<const double> outputs, std::size_t label) {
  double largest = -std::numeric_limits<double>::infinity(), sum = 0;
  for (std::size_t k = 0; k < outputs.size(); ++k)
    if (k != label) largest = std::max(largest, outputs[k]);
  for (std::size_t k = 0; k < outputs.size(); ++k)
    if (k != label) sum += std::exp(outputs[k] - largest);
  return largest + std::log(sum);
}

double confidence_of(models::Loss loss, std::span<const double> outputs, std::int32_t label, double example_loss) {
  const auto index = static_cast<std::size_t>(label);
  if (loss == models::Loss::softmax_cross_entropy) return outputs[index] - log_sum_of_others(outputs, index);
  if (loss != models::Loss::binary_cross_entropy) return -example_loss;
  if (outputs.size() > 1) return outputs[index];
  return label == 1 ? outputs[0] : -outputs[0];
}

}  // namespace

CandidateBatch::CandidateBatch(const models::Model<double>& model, const Candidates& candidates)
    : inputs(candidates.inputs.begin(), candidates.inputs.end()),
      targets(model.targets_of(candidates.labels)),
      input_size(model.input_size()),
      target_size(model.target_size()),
      count(candidates.size()) {
  if (inputs.size() != count * input_size)
    fail(ErrorKind::usage, "{} candidates with {} features in all: the model takes {} of each", count, inputs.size(),
         input_size);
  model.check_inputs(inputs);
}

models::Examples<double> CandidateBatch::example(std::size_t index) const {
  return {std::span(inputs).subspan(index * input_size, input_size),
          std::span(targets).subspan(index * target_size, target_size), 1};
}

ExampleSignals signals_of(const models::Model<double>& model, std::span<const float> theta,
                          const Candidates& candidates) {
  if (theta.size() != model.schema()->size())
    fail(ErrorKind::usage, "{} parameters for a model of {}", theta.size(), model.schema()->size());
  const CandidateBatch batch(model, candidates);
  const std::vector<double> parameters(theta.begin(), theta.end());
  models::Evaluation<double> evaluation(model);
  if (evaluation.has_local_statistics() && batch.count > 0)
    evaluation.observe(parameters, batch.inputs, batch.count, true);
  ExampleSignals signals;
  for (std::size_t i = 0; i < batch.count; ++i) {
    const models::Examples<double> example = batch.example(i);
    const std::span<const double> outputs = evaluation.predict(parameters, example.inputs, 1);
    const double loss = model.loss_function().value({1, batch.target_size, outputs, example.targets});
    const double confidence = confidence_of(model.loss(), outputs, candidates.labels[i], loss);
    if (!std::isfinite(loss) || !std::isfinite(confidence))
      fail(ErrorKind::data, "the model gives candidate {} a loss of {} and a confidence of {}: expected finite numbers",
           i, loss, confidence);
    signals.losses.push_back(loss);
    signals.confidences.push_back(confidence);
  }
  return signals;
}

}  // namespace tacit::attacks
