#include "evaluation/sweep/sweep_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "attacks/report/interval_chart.h"
#include "attacks/report/line_chart.h"
#include "attacks/report/scatter_chart.h"
#include "attacks/rows/summary_tables.h"

namespace tacit::evaluation {
namespace {

using attacks::CellSummary;
using attacks::RawExample;
using attacks::RawRow;
using attacks::RawTable;
using attacks::Seen;
using attacks::report::Series;

constexpr std::size_t most_rows = 80, most_series = 6, most_points = 400, most_charts = 12;

/// The rows of updates by attack and setting, both in the order of the table.
struct AttackRows {
  std::string attack;
  std::vector<std::pair<std::vector<std::string>, std::vector<const RawRow*>>> settings;
};

std::vector<AttackRows> by_attack(const RawTable& table) {
  std::vector<AttackRows> all;
  for (const RawRow& row : table.rows) {
    if (row.seen != Seen::update || row.refused()) continue;
    auto attack = std::find_if(all.begin(), all.end(), [&](const AttackRows& one) { return one.attack == row.attack; });
    if (attack == all.end()) attack = all.insert(all.end(), {row.attack, {}});
    if (attack->settings.empty() || attack->settings.back().first != row.setting)
      attack->settings.push_back({row.setting, {}});
    attack->settings.back().second.push_back(&row);
  }
  return all;
}

/// A chart for each attack and each handful of its settings: more lines than colours cannot be told apart.
template <class MakeSeries, class Draw>
std::string charts_by_attack(const RawTable& table, const std::vector<CellSummary>& summaries,
                             const MakeSeries& series_of, const Draw& draw) {
  const std::vector<std::size_t> varying = attacks::varying_axes(table.axes, summaries);
  std::string html;
  std::size_t charts = 0;
  for (const AttackRows& attack : by_attack(table)) {
    for (std::size_t from = 0; from < attack.settings.size() && charts < most_charts; from += most_series, ++charts) {
      std::vector<Series> all;
      const std::size_t to = std::min(from + most_series, attack.settings.size());
      for (std::size_t i = from; i < to; ++i) {
        Series series = series_of(attack.settings[i].second);
        series.name = setting_words(table.axes, varying, attack.settings[i].first);
        if (series.name.empty()) series.name = attack.attack;
        all.push_back(std::move(series));
      }
      // A line alone has no legend.
      const std::string alone = all.size() == 1 && all[0].name != attack.attack ? ", " + all[0].name : "";
      html += draw(attack.attack + alone, std::move(all));
    }
  }
  return html.empty() ? "" : "<div class=\"charts\">" + html + "</div>";
}

double worst_error(const RawRow& row) {
  double worst = 0;
  for (const RawExample& example : row.examples) worst = std::max(worst, example.largest_error);
  return worst;
}

}  // namespace

std::string setting_words(const std::vector<std::string>& axes, const std::vector<std::size_t>& varying,
                          const std::vector<std::string>& setting) {
  std::string words;
  for (const std::size_t axis : varying)
    words += fmt::format("{}{} = {}", words.empty() ? "" : ", ", axes[axis].substr(axes[axis].rfind('.') + 1),
                         setting[axis]);
  return words;
}

std::string success_chart(const std::vector<std::string>& axes, const std::vector<CellSummary>& summaries) {
  const std::vector<std::size_t> varying = attacks::varying_axes(axes, summaries);
  attacks::report::IntervalChart chart{"Examples recovered", "share of examples recovered, with 95 % interval", "", {}};
  std::size_t rows = 0;
  for (const CellSummary& cell : summaries) {
    if (cell.seen != Seen::update || !cell.ran() || rows == most_rows) continue;
    const std::string title = setting_words(axes, varying, cell.setting);
    if (chart.groups.empty() || chart.groups.back().title != title) chart.groups.push_back({title, {}});
    attacks::report::IntervalRow row{
        cell.attack, cell.recovered.value, cell.recovered.interval.low, cell.recovered.interval.high, {}};
    for (const CellSummary& control : summaries)
      if (control.seen == Seen::noise && control.attack == cell.attack && control.setting == cell.setting) {
        row.control = control.recovered.value;
        chart.control_label = "the same attack on noise";
      }
    chart.groups.back().rows.push_back(std::move(row));
    ++rows;
  }
  if (rows == 0) return "";
  return render_interval_chart(chart) +
         (rows == most_rows ? fmt::format("<p class=\"note\">The first {} of the table.</p>", most_rows) : "");
}

std::string tolerance_charts(const RawTable& table, const std::vector<CellSummary>& summaries, double range) {
  if (!(range > 0) || !std::isfinite(range)) return "";
  const auto series_of = [&](const std::vector<const RawRow*>& rows) {
    Series series;
    for (int percent = 0; percent <= 50; ++percent) {
      double share = 0;
      std::size_t observations = 0;
      for (const RawRow* row : rows) {
        if (!row->chosen) continue;
        const auto within = std::count_if(row->examples.begin(), row->examples.end(), [&](const RawExample& example) {
          return example.largest_error <= range * percent / 100;
        });
        share += static_cast<double>(within) / static_cast<double>(row->true_labels.size());
        ++observations;
      }
      if (observations > 0) series.points.emplace_back(percent, share / static_cast<double>(observations));
    }
    return series;
  };
  return charts_by_attack(table, summaries, series_of, [](const std::string& attack, std::vector<Series> series) {
    return attacks::report::render_line_chart({attack + ": recovered by tolerance",
                                               "largest error allowed, % of the range", "recovered", std::move(series),
                                               true});
  });
}

std::string fit_charts(const RawTable& table, const std::vector<CellSummary>& summaries) {
  const auto series_of = [](const std::vector<const RawRow*>& rows) {
    Series series;
    const std::size_t stride = rows.size() / most_points + 1;
    for (std::size_t i = 0; i < rows.size(); i += stride)
      series.points.emplace_back(rows[i]->score / rows[i]->zero_score, worst_error(*rows[i]));
    return series;
  };
  return charts_by_attack(table, summaries, series_of, [](const std::string& attack, std::vector<Series> series) {
    return attacks::report::render_scatter_chart({attack + ": fit and error of every run",
                                                  "score, as a part of that at zero gradient",
                                                  "largest error of a feature", 1e-16, 1e-8, std::move(series)});
  });
}

std::string cost_chart(const std::vector<std::string>& axes, const std::vector<CellSummary>& summaries) {
  const std::vector<std::size_t> varying = attacks::varying_axes(axes, summaries);
  attacks::report::IntervalChart chart{"What it costs and what it saves",
                                       "share recovered by the strongest attack, with 95 % interval",
                                       "test accuracy of the model",
                                       {{"", {}}}};
  std::map<std::vector<std::string>, std::size_t> row_of;
  for (const CellSummary& cell : summaries) {
    if (cell.seen != Seen::update || !cell.ran() || !cell.test_accuracy) continue;
    auto& rows = chart.groups[0].rows;
    const auto [entry, made] = row_of.try_emplace(cell.setting, rows.size());
    const attacks::report::IntervalRow row{setting_words(axes, varying, cell.setting), cell.recovered.value,
                                           cell.recovered.interval.low, cell.recovered.interval.high,
                                           cell.test_accuracy};
    if (made)
      rows.push_back(row);
    else if (row.value > rows[entry->second].value)
      rows[entry->second] = row;
  }
  return chart.groups[0].rows.size() < 2 || row_of.size() > most_rows ? "" : render_interval_chart(chart);
}

}  // namespace tacit::evaluation
