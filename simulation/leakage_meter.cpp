#include "simulation/leakage_meter.h"

#include <fmt/format.h>

#include "attacks/attack.h"
#include "attacks/observation.h"
#include "attacks/score.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "simulation/observed_update.h"

namespace tacit::simulation {
namespace {

constexpr std::uint32_t round_number = 1;

/// By which the recording and an attack tell the cohort of the client, if the run has cohorts.
std::string name_of(const client::LeakageQuestion& question) {
  return question.description.client().empty() ? "this client" : question.description.client();
}

/// What the wire would carry.
attacks::Observation observe(const client::LeakageQuestion& question) {
  return observe_update(question.description, question.model, question.update, round_number, name_of(question));
}

attacks::GroundTruth truth_of(const client::LeakageQuestion& question) {
  attacks::GroundTruth truth;
  for (const std::size_t index : question.examples) {
    std::vector<float> example(question.data.feature_size());
    question.data.copy_example(index, example);
    truth.inputs.insert(truth.inputs.end(), example.begin(), example.end());
    if (!question.data.is_regression()) truth.labels.push_back(question.data.labels[index]);
  }
  return truth;
}

}  // namespace

AttackLeakageMeter::AttackLeakageMeter(attacks::AttackSettings attack, attacks::ThreatModel threat_model)
    : attack_(std::move(attack)), threat_model_(std::move(threat_model)) {}

client::Leakage AttackLeakageMeter::measure(const client::LeakageQuestion& question) const {
  attacks::ThreatModel threat_model = threat_model_;
  threat_model.offer_feature_bounds({question.data.feature_low, question.data.feature_high}, question.data.is_angle);
  const attacks::GroundTruth truth = truth_of(question);
  const attacks::KnownLabels labels{truth.labels};
  attacks::AttackControl control;
  control.seed = question.seed;
  control.cancelled = [] { return interrupted(); };
  client::Leakage leak;
  attacks::AttackResult result;
  try {
    result = attacks::run_attack(observe(question), threat_model, attack_,
                                 threat_model.knows_labels ? &labels : nullptr, control);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::configuration)
      fail(ErrorKind::configuration, "[leakage_guard]: attack '{}' does not apply to this run: {}", attack_.name,
           error.what());
    // An update that is zero or that no reading of leads to an input.
    if (error.kind() != ErrorKind::data) throw;
    leak.words = fmt::format("attack '{}' found nothing: {}", attack_.name, error.what());
    return leak;
  }
  const attacks::Score score = attacks::score(
      result, truth, {question.data.feature_shape, threat_model.feature_bounds, threat_model.features_are_angles});
  leak.mse = score.best_mse;
  leak.psnr = score.best_psnr;
  leak.ssim = score.best_ssim;
  if (!result.labels.empty()) leak.label_accuracy = score.label_accuracy;
  leak.words =
      fmt::format("attack '{}' on {} examples in {:.2f} s", attack_.name, question.examples.size(), result.seconds);
  return leak;
}

}  // namespace tacit::simulation
