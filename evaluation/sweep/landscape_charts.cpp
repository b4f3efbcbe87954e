#include "evaluation/sweep/landscape_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "attacks/landscape/match_slice.h"
#include "attacks/lanes/side_by_side.h"
#include "attacks/observed_model.h"
#include "attacks/report/line_chart.h"
#include "attacks/rows/summary_tables.h"
#include "core/error.h"
#include "evaluation/sweep/sweep_charts.h"

namespace tacit::evaluation {
namespace {

constexpr std::size_t most_features = 2, points = 401, most_charts = 12;

attacks::Bounds range_of(const attacks::Features& features, double truth) {
  if (features.bounds) return *features.bounds;
  return features.angles ? attacks::Bounds{0, 2 * std::numbers::pi} : attacks::Bounds{truth - 1, truth + 1};
}

/// Onto the circle behind `low`, for angles.
double placed(double value, const std::vector<double>& x, bool angles) {
  if (!angles) return value;
  const double turn = 2 * std::numbers::pi;
  return value - turn * std::floor((value - x.front()) / turn);
}

/// What the chosen runs of the setting's first trial found, each a point.
void add_found(const Sweep& sweep, const TrialLog& log, const Cell& guesses, const std::vector<double>& x,
               std::vector<attacks::report::Series>& series) {
  for (const Cell& cell : sweep.cells) {
    if (cell.attack == nullptr || cell.setting != guesses.setting || !log.has(cell.key, 0)) continue;
    const TrialEntry& entry = log.at(cell.key, 0);
    if (!entry.found || entry.found->empty() || !std::isfinite((*entry.found)[0])) continue;
    for (const attacks::RawRow& row : entry.rows) {
      if (!row.chosen || row.seen != attacks::Seen::update || row.refused()) continue;
      const double fit = std::log10(std::max(row.score / row.zero_score, 1e-16));
      const double place = placed((*entry.found)[0], x, sweep.targets[cell.target]->features().angles);
      series.push_back({"found by " + cell.attack_label, {{place, fit}}});
    }
  }
}

}  // namespace

std::optional<TrialSlices> slices_of(const Target& target, const TargetTrial& trial) {
  if (trial.truth.labels.empty() || !attacks::gains_from_lanes(attacks::observed_model(trial.observation.run())))
    return {};
  TrialSlices slices;
  try {
    for (std::size_t feature = 0; feature < std::min(most_features, target.features().size()); ++feature) {
      const double truth = trial.truth.inputs[feature];
      const auto slice = attacks::match_slice(trial.observation, target.threat_model(), trial.truth.inputs,
                                              trial.truth.labels, feature, range_of(target.features(), truth), points);
      auto& x = slices.x.emplace_back();
      auto& y = slices.y.emplace_back();
      // As the log keeps them, so that the report of a resumed evaluation is the same.
      for (const auto& [place, value] : slice)
        x.push_back(static_cast<float>(place)), y.push_back(static_cast<float>(value));
      slices.truth.push_back(truth);
    }
  } catch (const Error& error) {
    // An update that no attack could read as a gradient has no such landscape either.
    if (error.kind() != ErrorKind::configuration && error.kind() != ErrorKind::data) throw;
    return {};
  }
  return slices;
}

std::string landscape_charts(const Sweep& sweep, const TrialLog& log,
                             const std::vector<attacks::CellSummary>& summaries) {
  const std::vector<std::size_t> varying = attacks::varying_axes(sweep.axes, summaries);
  std::string html;
  std::size_t charts = 0;
  for (const Cell& cell : sweep.cells) {
    if (cell.attack != nullptr || charts == most_charts || !log.has(cell.key, 0)) continue;
    const auto& slices = log.at(cell.key, 0).slices;
    if (!slices || slices->x.empty()) continue;
    std::vector<attacks::report::Series> series;
    for (std::size_t s = 0; s < slices->x.size(); ++s) {
      auto& line = series.emplace_back();
      line.name = fmt::format("feature {}, truth at {:.3f}", s + 1, slices->truth[s]);
      for (std::size_t i = 0; i < slices->x[s].size(); ++i) line.points.emplace_back(slices->x[s][i], slices->y[s][i]);
    }
    if (sweep.targets[cell.target]->features().size() == 1) add_found(sweep, log, cell, slices->x[0], series);
    const std::string setting = setting_words(sweep.axes, varying, cell.setting);
    html += attacks::report::render_line_chart({"Landscape of trial 0" + (setting.empty() ? "" : ", " + setting),
                                                "value of the feature, all else at the truth",
                                                "log10 of relative distance", std::move(series)});
    ++charts;
  }
  return html.empty() ? "" : "<div class=\"charts\">" + html + "</div>";
}

}  // namespace tacit::evaluation
