#include "attacks/malicious/ascent.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "models/model.h"

namespace tacit::attacks {

std::vector<float> ascent_step(const models::Model<float>& model, std::span<const float> theta,
                               const Candidates& candidates, double rate) {
  const std::size_t input_size = static_cast<std::size_t>(element_count(model.input_shape()));
  if (candidates.size() == 0 || candidates.inputs.size() != candidates.size() * input_size)
    fail(ErrorKind::usage, "an ascent needs examples of {} features, got {} numbers for {} examples", input_size,
         candidates.inputs.size(), candidates.size());
  models::Evaluation<float> evaluation(model);
  std::vector<float> step(theta.size());
  const std::vector<float> targets = model.targets_of(candidates.labels);
  evaluation.gradient(theta, {candidates.inputs, targets, candidates.size()},
                      {.theta = step, .inputs = {}, .targets = {}});
  for (const ParameterEntry& entry : model.schema()->entries())
    if (!entry.trained) std::fill_n(step.begin() + static_cast<std::ptrdiff_t>(entry.offset), entry.size, 0.0f);
  for (float& value : step) {
    value *= static_cast<float>(rate);
    if (!std::isfinite(value)) fail(ErrorKind::data, "the gradient that a malicious client climbs is not finite");
  }
  return step;
}

}  // namespace tacit::attacks
