#include "attacks/inference/update_alignment.h"

#include <cmath>
#include <numeric>
#include <span>

#include "attacks/observed_gradient.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

constexpr std::string_view part = "gradient alignment";

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// What the cosines' direction is to be multiplied by to have the scale of a gradient; nothing where there is none.
std::vector<double> scaled_gradient(const Observation& observation, const ThreatModel& threat_model,
                                    std::string& refused) {
  try {
    threat_model.require(Need::batch_size, "gradient difference");
    return observed_gradient(observation, threat_model, true, "gradient difference").values;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::configuration) throw;
    refused = error.what();
    return {};
  }
}

}  // namespace

UpdateAlignment alignment_of(const models::Model<double>& model, const Observation& observation,
                             const ThreatModel& threat_model, const Candidates& candidates) {
  if (const std::string layer = model.coupling_layer(); !layer.empty())
    fail(ErrorKind::configuration,
         "{} needs the gradient of a single example, and layer '{}' makes the result for one depend on its batch", part,
         layer);
  const std::vector<double> direction = observed_gradient(observation, threat_model, false, part).values;
  UpdateAlignment alignment;
  const std::vector<double> gradient = scaled_gradient(observation, threat_model, alignment.differences_refused);
  const CandidateBatch batch(model, candidates);
  const std::vector<double> theta(observation.model().values().begin(), observation.model().values().end());
  const double length = std::sqrt(dot(direction, direction)), n = static_cast<double>(observation.examples());
  models::Evaluation<double> evaluation(model);
  std::vector<double> own(theta.size());
  for (std::size_t i = 0; i < batch.count; ++i) {
    evaluation.gradient(theta, batch.example(i), {.theta = own, .inputs = {}, .targets = {}});
    const double square = dot(own, own);
    if (!std::isfinite(square)) fail(ErrorKind::data, "the gradient of candidate {} is not finite", i);
    alignment.cosines.push_back(square == 0 ? 0 : dot(direction, own) / (length * std::sqrt(square)));
    if (!gradient.empty()) alignment.differences.push_back(2 / n * dot(gradient, own) - square / (n * n));
  }
  return alignment;
}

}  // namespace tacit::attacks
