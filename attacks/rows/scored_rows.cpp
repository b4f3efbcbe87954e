#include "attacks/rows/scored_rows.h"

#include <utility>

namespace tacit::attacks {
namespace {

std::vector<RawExample> scored(std::span<const double> inputs, const Scoring& scoring) {
  std::vector<RawExample> examples;
  const std::size_t size = scoring.features.size();
  for (const ExampleScore& one : score(inputs, {}, scoring.truth, scoring.features).examples) {
    RawExample example{one.mse, one.largest_error, one.psnr, one.registered_psnr, one.ssim, {}, {}};
    const auto found = inputs.subspan(one.reconstruction * size, size);
    const auto truth = std::span<const double>(scoring.truth.inputs).subspan(one.truth * size, size);
    if (scoring.table != nullptr) example.feature_accuracy = row_accuracy(found, truth, *scoring.table);
    if (scoring.identifiability != nullptr && !scoring.truth.labels.empty()) {
      const std::int32_t label = scoring.truth.labels.at(one.truth);
      example.identified = scoring.identifiability->by_inputs(found, truth, label);
      example.identified_by_features = scoring.identifiability->by_random_features(found, truth, label);
    }
    examples.push_back(example);
  }
  return examples;
}

/// One a true example; -1 where targets are real numbers and no labels.
std::vector<std::int32_t> true_labels(const GroundTruth& truth, const Features& features) {
  if (!truth.labels.empty()) return truth.labels;
  return std::vector<std::int32_t>(truth.inputs.size() / features.size(), -1);
}

}  // namespace

std::vector<RawRow> scored_rows(const AttackResult& result, bool searches, const Scoring& scoring) {
  const auto comparable = [&](double score) { return searches ? score : score * score; };
  std::vector<RawRow> rows;
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    const RestartRow& run = result.rows[i];
    RawRow row;
    row.attack = result.attack;
    row.restart = run.restart;
    row.chosen = i == result.chosen;
    row.true_labels = true_labels(scoring.truth, scoring.features);
    row.labels = run.labels;
    row.first_score = comparable(run.first_score);
    row.score = comparable(run.score);
    row.zero_score = result.zero_score;
    row.iterations = run.iterations;
    row.evaluations = run.evaluations;
    row.seconds = run.seconds;
    row.stopped = run.stopped;
    row.examples = scored(run.inputs, scoring);
    if (row.chosen)
      for (const std::string& note : result.notes) row.note += (row.note.empty() ? "" : " ") + note;
    rows.push_back(std::move(row));
  }
  return rows;
}

RawRow scored_guess(std::string name, std::span<const double> example, const Scoring& scoring) {
  RawRow row;
  row.true_labels = true_labels(scoring.truth, scoring.features);
  std::vector<double> inputs;
  for (std::size_t i = 0; i < row.true_labels.size(); ++i) inputs.insert(inputs.end(), example.begin(), example.end());
  row.attack = std::move(name);
  row.seen = Seen::nothing;
  row.chosen = true;
  row.score = row.first_score = 1;  // it explains nothing of the gradient
  row.stopped = "guess";
  row.examples = scored(inputs, scoring);
  return row;
}

RawRow refused_row(std::string attack, std::string reason, const GroundTruth& truth, const Features& features) {
  RawRow row;
  row.attack = std::move(attack);
  row.chosen = true;
  row.true_labels = true_labels(truth, features);
  row.stopped = "refused";
  row.note = std::move(reason);
  return row;
}

}  // namespace tacit::attacks
