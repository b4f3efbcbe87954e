#include "evaluation/inference/canary_game.h"

#include <fmt/format.h>

#include "attacks/metrics/exposure.h"
#include "attacks/observed_model.h"
#include "attacks/report/text_table.h"
#include "core/random.h"
#include "evaluation/inference/seen_run.h"

namespace tacit::evaluation {
namespace {

/// Examples of chance: the stream of Purpose::inference_game, client 4, decides.
class Chance {
 public:
  Chance(const datasets::Dataset& data, std::uint64_t seed)
      : data_(data), stream_({seed, Purpose::inference_game, 0, 4}) {}

  std::int32_t label() { return static_cast<std::int32_t>(stream_.below(data_.classes)); }
  void add_example(std::int32_t label, attacks::Candidates& to) {
    for (std::size_t k = 0; k < data_.feature_size(); ++k)
      to.inputs.push_back(static_cast<float>(stream_.uniform(data_.feature_low, data_.feature_high)));
    to.labels.push_back(label);
  }

 private:
  const datasets::Dataset& data_;
  RandomStream stream_;
};

void insert(const attacks::Candidates& canaries, std::size_t count, std::size_t repeats, datasets::Dataset& data) {
  const std::size_t features = data.feature_size();
  const std::size_t group = data.groups.empty() ? 0 : static_cast<std::size_t>(data.groups.back());
  for (std::size_t r = 0; r < repeats; ++r)
    for (std::size_t i = 0; i < count; ++i) {
      const auto begin = canaries.inputs.begin() + static_cast<std::ptrdiff_t>(i * features);
      data.features.insert(data.features.end(), begin, begin + static_cast<std::ptrdiff_t>(features));
      data.labels.push_back(canaries.labels[i]);
      if (!data.groups.empty()) data.groups.push_back(static_cast<std::int32_t>(group));
    }
}

double mean_exposure(const std::vector<CanaryRow>& rows, bool inserted) {
  double sum = 0, count = 0;
  for (const CanaryRow& row : rows)
    if (row.inserted == inserted) sum += row.exposure, ++count;
  return sum / count;
}

}  // namespace

CanarySettings CanarySettings::from_config(ConfigTable section) {
  CanarySettings settings;
  settings.canaries = static_cast<std::size_t>(section.integer("canaries", {1, 10'000}, 8));
  settings.repeats = static_cast<std::size_t>(section.integer("repeats", {1, 10'000}, 1));
  settings.candidates = static_cast<std::size_t>(section.integer("candidates", {2, 1'000'000}, 1024));
  section.finish();
  return settings;
}

CanaryOutcome expose_canaries(const simulation::Experiment& experiment, const CanarySettings& settings,
                              const std::filesystem::path& folder, Progress& bar) {
  datasets::TrainTest data = experiment.data();
  const datasets::Dataset original = data.train.subset(std::vector<std::size_t>{0});
  Chance chance(original, experiment.seed());
  attacks::Candidates canaries;  // and the controls behind them
  for (std::size_t i = 0; i < 2 * settings.canaries; ++i) chance.add_example(chance.label(), canaries);
  insert(canaries, settings.canaries, settings.repeats, data.train);

  const TrainedRun run = train_and_see(experiment.on(std::move(data)), folder / "canaries", bar, 1);
  const auto model = attacks::observed_model(run.seen.updates.front().run());
  const std::span<const float> theta = run.seen.final_model->values();
  const std::vector<double> losses = attacks::signals_of(model, theta, canaries).losses;
  CanaryOutcome outcome;
  for (std::size_t i = 0; i < canaries.size(); ++i) {
    attacks::Candidates others;
    for (std::size_t j = 1; j < settings.candidates; ++j) chance.add_example(canaries.labels[i], others);
    CanaryRow row{i < settings.canaries, canaries.labels[i], losses[i], 0, 0};
    row.rank = attacks::canary_rank(row.loss, attacks::signals_of(model, theta, others).losses);
    row.exposure = attacks::exposure(row.rank, settings.candidates);
    outcome.rows.push_back(row);
    bar.advance(1.0 / static_cast<double>(canaries.size()));
  }
  outcome.mean_exposure = mean_exposure(outcome.rows, true);
  outcome.control_exposure = mean_exposure(outcome.rows, false);
  outcome.p_value = attacks::exposure_p_value(outcome.mean_exposure, settings.canaries);
  return outcome;
}

std::string canary_table(const CanaryOutcome& outcome, const CanarySettings& settings, unsigned width) {
  attacks::report::TextTable table({{"example", false, false},
                                    {"label", true, false},
                                    {"loss", true, false},
                                    {"rank", true, false},
                                    {"exposure, bits", true, false}});
  bool controls = false;
  for (const CanaryRow& row : outcome.rows) {
    if (!row.inserted && !controls) table.add_rule();
    controls = !row.inserted;
    table.add_row({row.inserted ? "canary" : "control, left out", std::to_string(row.label),
                   fmt::format("{:.4g}", row.loss), std::to_string(row.rank), fmt::format("{:.2f}", row.exposure)});
  }
  return fmt::format(
      "{} canaries, each {} times among the training examples, ranked among {} candidates of their label\n\n{}\n"
      "Mean exposure {:.2f} bits of {:.2f} at most; of the controls {:.2f}. Without memory it is 1.44 on average, and "
      "so "
      "much\nor more comes with probability {:.3g}.\n",
      settings.canaries, settings.repeats, settings.candidates, table.str(width), outcome.mean_exposure,
      attacks::exposure(1, settings.candidates), outcome.control_exposure, outcome.p_value);
}

std::string canary_csv(const CanaryOutcome& outcome) {
  std::string text = "inserted,label,loss,rank,exposure\n";
  for (const CanaryRow& row : outcome.rows)
    text += fmt::format("{},{},{},{},{}\n", row.inserted ? 1 : 0, row.label, row.loss, row.rank, row.exposure);
  return text;
}

}  // namespace tacit::evaluation
