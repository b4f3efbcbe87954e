#include "evaluation/sweep/sweep_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numbers>
#include <set>

#include "attacks/report/html_markup.h"
#include "attacks/report/html_pictures.h"
#include "attacks/report/html_style.h"
#include "attacks/report/html_tables.h"
#include "attacks/report/number_format.h"
#include "attacks/rows/summary_tables.h"
#include "evaluation/sweep/cost_table.h"
#include "evaluation/sweep/findings.h"
#include "evaluation/sweep/landscape_charts.h"
#include "evaluation/sweep/sweep_charts.h"
#include "simulation/example_picture.h"
#include "simulation/model_words.h"

namespace tacit::evaluation {
namespace {

namespace report = attacks::report;
using attacks::CellSummary;
using attacks::Estimate;
using attacks::Outcome;
using attacks::Seen;
using report::escape_html;

constexpr std::size_t most_pictures = 40, most_examples_of_a_batch = 4, most_findings = 60;

std::string head(const std::string& title) {
  return fmt::format(R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{}</title>
<style>{}</style>
</head>
)",
                     escape_html(title), report::html_style());
}

std::string page_header(const Sweep& sweep, const std::string& title, const ReportOrigin& origin) {
  return fmt::format(
      "<header><h1>{}</h1><p class=\"muted\">Evaluation {} · {}</p><nav aria-label=\"Sections\"><ul>"
      "<li><a href=\"#findings\">Findings</a></li><li><a href=\"#attacker\">Attacker</a></li>"
      "<li><a href=\"#table\">Table</a></li><li><a href=\"#charts\">Charts</a></li>"
      "<li><a href=\"#pictures\">Pictures</a></li><li><a href=\"#reading\">How to read the numbers</a></li>"
      "<li><a href=\"rows.csv\">rows.csv</a></li><li><a href=\"cells.csv\">cells.csv</a></li></ul></nav></header>\n",
      escape_html(title), escape_html(sweep.name), escape_html(origin.software_version));
}

std::string badge(Leak leak) {
  switch (leak) {
    case Leak::recovered:
      return R"(<span class="badge bad">recovered</span>)";
    case Leak::partial:
      return R"(<span class="badge warn">partial</span>)";
    case Leak::none_shown:
      return R"(<span class="badge good">nothing shown</span>)";
    case Leak::not_measured:
      return R"(<span class="badge">not measured</span>)";
  }
  return "";
}

std::string findings_section(const std::vector<std::string>& axes, const std::vector<CellSummary>& summaries) {
  const std::vector<Finding> findings = findings_of(summaries);
  const std::vector<std::size_t> varying = attacks::varying_axes(axes, summaries);
  std::string list;
  for (std::size_t i = 0; i < findings.size() && i < most_findings; ++i) {
    const std::string setting = setting_words(axes, varying, findings[i].setting);
    list += fmt::format(
        "<li>{}{}{}</li>\n", badge(findings[i].leak),
        setting.empty() ? "" : "<strong>" + escape_html(setting) + "</strong>: ", escape_html(findings[i].sentence));
  }
  const auto leaking = std::count_if(findings.begin(), findings.end(),
                                     [](const Finding& finding) { return finding.leak == Leak::recovered; });
  std::string overview = findings.size() == 1
                             ? ""
                             : fmt::format("<p class=\"verdict\">Examples were recovered in {} of {} settings.</p>",
                                           leaking, findings.size());
  if (findings.size() > most_findings)
    list +=
        fmt::format("<li class=\"muted\">and {} more settings, in the table.</li>", findings.size() - most_findings);
  return fmt::format(
      "<section id=\"findings\"><h2>Findings</h2>{}<ul class=\"findings\">{}</ul><p class=\"note "
      "rule\">{}</p></section>\n",
      overview, list, escape_html(findings_rule()));
}

/// Each distinct threat model once, with the models that it was held against.
std::string attacker_section(const Sweep& sweep) {
  std::string html = "<section id=\"attacker\"><h2>What the attacker sees and knows</h2>";
  std::set<std::string> shown, models;
  for (const auto& target : sweep.targets) {
    models.insert(simulation::model_in_words(target->experiment().section("model")) +
                  (target->trained() ? ", after training" : ", fresh for every trial"));
    if (!shown.insert(target->threat_model().table()).second) continue;
    const report::ThreatModel words = simulation::threat_model_in_words(target->threat_model());
    html += fmt::format("<p>{}</p>", escape_html(words.description)) + report::html_threat_table(words);
  }
  html += "<h3>Models under attack</h3><ul>";
  for (const std::string& model : models) html += "<li>" + escape_html(model) + "</li>";
  return html + "</ul></section>\n";
}

std::string with_interval(const std::optional<Estimate>& estimate, std::string (*format)(std::optional<double>)) {
  if (!estimate) return report::kAbsent;
  return fmt::format("{}<span class=\"note\">{} to {}</span>", escape_html(format(estimate->value)),
                     escape_html(format(estimate->interval.low)), escape_html(format(estimate->interval.high)));
}

std::string share_with_interval(const std::optional<Estimate>& estimate) {
  if (!estimate) return report::kAbsent;
  return fmt::format("{:.0f}%<span class=\"note\">{:.0f} to {:.0f}%</span>", 100 * estimate->value,
                     100 * estimate->interval.low, 100 * estimate->interval.high);
}

std::optional<double> value_of(const std::optional<Estimate>& estimate) {
  return estimate ? std::optional(estimate->value) : std::nullopt;
}

std::vector<std::string> cells_of(const CellSummary& cell, bool of_tables) {
  const bool guess = cell.seen == Seen::nothing;
  std::string name = escape_html(attacks::attack_words(cell));
  if (cell.seen == Seen::update && !cell.note.empty())
    name += "<span class=\"note\">" + escape_html(cell.note) + "</span>";
  if (cell.diverged > 0)
    name += fmt::format("<span class=\"note\">{} not finite, left out of means</span>", cell.diverged);
  if (!cell.ran()) {
    std::vector<std::string> cells(of_tables ? 10 : 9, report::kAbsent);
    cells[0] = name;
    cells[1] = "not run";
    return cells;
  }
  const std::string recovered =
      fmt::format("{} of {}<span class=\"note\">{:.0f} to {:.0f}%</span>", cell.count(Outcome::recovered),
                  cell.examples, 100 * cell.recovered.interval.low, 100 * cell.recovered.interval.high);
  const std::string rest =
      guess ? fmt::format("{} / {} / {}", cell.count(Outcome::close), report::kAbsent, report::kAbsent)
            : fmt::format("{} / {} / {}", cell.count(Outcome::close), cell.count(Outcome::ambiguous),
                          cell.count(Outcome::stuck));
  std::string cost = report::kAbsent;
  if (cell.runs_per_success)
    cost =
        fmt::format("{}<span class=\"note\">{} gradients, {} runs of which {} succeed</span>",
                    escape_html(report::format_seconds(cell.seconds_per_success)),
                    report::format_number(cell.evaluations_per_success), report::format_number(cell.runs_per_success),
                    report::format_percent(value_of(cell.run_success)));
  std::vector<std::string> cells{
      name,
      recovered,
      rest,
      share_with_interval(cell.label_accuracy),
      with_interval(cell.mse, report::format_number),
      with_interval(cell.registered_psnr_db ? cell.registered_psnr_db : cell.psnr_db, report::format_psnr),
      report::format_number(value_of(cell.ssim)),
      share_with_interval(cell.identified),
      cost};
  if (of_tables) cells.insert(cells.end() - 2, share_with_interval(cell.feature_accuracy));
  return cells;
}

std::string table_section(const std::vector<std::string>& axes, const std::vector<CellSummary>& summaries) {
  const std::vector<std::size_t> varying = attacks::varying_axes(axes, summaries);
  const bool of_tables =
      std::ranges::any_of(summaries, [](const CellSummary& cell) { return cell.feature_accuracy.has_value(); });
  std::vector<report::HtmlColumn> columns{{"Attack", false}};
  for (const char* title :
       {"Recovered", "Close / ambiguous / stuck", "Labels", "MSE", "PSNR, dB", "SSIM", "Right entries", "Identified"})
    if (of_tables || std::string_view(title) != "Right entries") columns.push_back({title});
  columns.push_back({"Cost of one recovered", false});
  report::HtmlTable table("Every attack and control in every setting", std::move(columns));
  std::string fixed;
  for (std::size_t axis = 0; axis < axes.size(); ++axis)
    if (std::find(varying.begin(), varying.end(), axis) == varying.end())
      fixed += fmt::format("<p>{} = {}</p>", escape_html(axes[axis]), escape_html(summaries.front().setting[axis]));
  for (std::size_t i = 0; i < summaries.size(); ++i) {
    const CellSummary& cell = summaries[i];
    if (i == 0 || cell.setting != summaries[i - 1].setting) {
      std::string title = setting_words(axes, varying, cell.setting);
      if (cell.test_accuracy)
        title +=
            fmt::format("{}test accuracy {}", title.empty() ? "" : " · ", report::format_percent(cell.test_accuracy));
      if (!title.empty()) table.add_group(title);
    }
    table.add_row(cells_of(cell, of_tables), cell.seen == Seen::update ? "" : "baseline");
  }
  return "<section id=\"table\"><h2>Table</h2>" + fixed + table.str() +
         "<p class=\"note\">Small figures are 95 % intervals. Every run is a row of <a href=\"rows.csv\">rows.csv</a>, "
         "to which <code>tacit rescore</code> applies other thresholds; <a href=\"cells.csv\">cells.csv</a> is this "
         "table "
         "with all its digits.</p></section>\n";
}

/// What errors are a part of, if it is the same everywhere.
double range_of(const Sweep& sweep) {
  std::set<double> ranges;
  for (const auto& target : sweep.targets) {
    const attacks::Features& features = target->features();
    ranges.insert(features.angles ? std::numbers::pi : features.bounds ? features.bounds->width() : 0);
  }
  return ranges.size() == 1 ? *ranges.begin() : 0;
}

std::string charts_section(const Sweep& sweep, const TrialLog& log, const attacks::RawTable& table,
                           const std::vector<CellSummary>& summaries) {
  const std::string tolerance = tolerance_charts(table, summaries, range_of(sweep));
  const std::string fit = fit_charts(table, summaries);
  const std::string landscapes = landscape_charts(sweep, log, summaries);
  return "<section id=\"charts\"><h2>Charts</h2>" + cost_chart(table.axes, summaries) +
         success_chart(table.axes, summaries) + (tolerance.empty() ? "" : "<h3>By tolerance</h3>" + tolerance) +
         (fit.empty()
              ? ""
              : "<h3>Fit and error</h3><p class=\"muted\">A run that lies left fits the gradient well. Left and "
                "high: another input fits as well, the gradient does not determine it. Right and high: the "
                "search was stuck.</p>" +
                    fit) +
         (landscapes.empty()
              ? ""
              : "<h3>Landscapes</h3><p class=\"muted\">What a search for the first example of trial 0 sees, at 401 "
                "places along a feature with all else at the truth and the true label: each dip is a minimum that it "
                "can end "
                "in. Dips narrower than a step are not seen.</p>" +
                    landscapes) +
         "</section>\n";
}

/// The pictures of one target and trial, all attacks side by side.
class PictureGrid {
 public:
  PictureGrid(const Sweep& sweep, const TrialLog& log, const std::vector<CellSummary>& summaries)
      : sweep_(sweep), log_(log), varying_(attacks::varying_axes(sweep.axes, summaries)) {
    for (const Cell& cell : sweep.cells)
      for (std::size_t trial = 0; trial < std::min(cell.pictures, cell.trials); ++trial) add(cell, trial);
  }
  const std::vector<report::PictureRow>& rows() const noexcept { return rows_; }

 private:
  void add(const Cell& cell, std::size_t trial) {
    if (cell.attack == nullptr || !log_.has(cell.key, trial)) return;
    const auto& shown = log_.at(cell.key, trial).pictures;
    if (!shown) return;
    const attacks::Features& features = sweep_.targets[cell.target]->features();
    for (std::size_t i = 0; i < std::min(shown->truth.size(), most_examples_of_a_batch); ++i) {
      const auto [entry, made] = index_.try_emplace({cell.setting, trial, i}, rows_.size());
      if (made) {
        if (rows_.size() == most_pictures) {
          index_.erase(entry);
          return;
        }
        const std::string setting = setting_words(sweep_.axes, varying_, cell.setting);
        rows_.push_back({fmt::format("{}{}trial {}{}", setting, setting.empty() ? "" : ", ", trial,
                                     shown->truth.size() > 1 ? fmt::format(", example {}", i) : ""),
                         {}});
        put(rows_.back(), shown->truth[i], features, "original");
      }
      put(rows_[entry->second], shown->found[i], features, cell.attack_label);
      if (i < shown->on_noise.size())
        put(rows_[entry->second], shown->on_noise[i], features, cell.attack_label + " on noise");
    }
  }

  static void put(report::PictureRow& row, const std::vector<double>& example, const attacks::Features& features,
                  const std::string& caption) {
    if (example.empty()) return;
    if (auto picture = simulation::example_picture(example, features, caption))
      row.pictures.push_back(std::move(*picture));
  }

  const Sweep& sweep_;
  const TrialLog& log_;
  std::vector<std::size_t> varying_;
  std::map<std::tuple<std::vector<std::string>, std::size_t, std::size_t>, std::size_t> index_;
  std::vector<report::PictureRow> rows_;
};

std::string pictures_section(const Sweep& sweep, const TrialLog& log, const std::vector<CellSummary>& summaries) {
  const PictureGrid grid(sweep, log, summaries);
  const std::string pictures = grid.rows().empty()
                                   ? "<p class=\"muted\">No images were attacked, or none were to be shown.</p>"
                                   : report::html_pictures(grid.rows());
  return "<section id=\"pictures\"><h2>Originals and reconstructions</h2>" + pictures + "</section>\n";
}

std::string reading_section(const Sweep& sweep) {
  const auto term = [](const char* name, const std::string& meaning) {
    return fmt::format("<dt>{}</dt><dd>{}</dd>", name, meaning);
  };
  const attacks::OutcomeThresholds& at = sweep.thresholds;
  return "<section id=\"reading\"><h2>How to read the numbers</h2><dl class=\"reading\">" +
         term("Recovered, close",
              fmt::format("Every feature within {} of the truth, within {}; angles on the circle. Of "
                          "the run that the attack itself chose, by its score alone.",
                          at.recovered_within, at.close_within)) +
         term("Ambiguous", fmt::format("Another input whose gradient fits: a score of at most {:g} of that at zero "
                                       "gradient. The gradient does not determine the input.",
                                       at.fit)) +
         term("Stuck", "Fits worse: the search failed, which says nothing about the gradient.") +
         term("Intervals",
              "95 %: Wilson's for shares, bootstrap for means, over trials; examples of one batch count as "
              "one trial.") +
         term("PSNR", "Of images the best over small shifts, image by image; exact ones count as 200 dB in means.") +
         term("Identified", "The nearest of all training examples of its class is the true one.") +
         term("Right entries",
              "Of a table: the category, or the number within 0.319 standard deviations of its column.") +
         term("Labels", "Recovered labels as multisets: a gradient does not tell the order of its batch.") +
         term("Cost of one recovered",
              "Everything spent, failures too, for each example recovered: time of one thread, "
              "gradients of the model, runs, and the share of examples that a single run recovers, chosen or not.") +
         term("On noise", "The same attack on random numbers of the same norm: what it shows is the attack's prior.") +
         term("Grey, mean", "Guesses without any gradient: the middle of the bounds, the mean training example.") +
         "</dl></section>\n";
}

}  // namespace

std::string render_sweep_html(const Sweep& sweep, const TrialLog& log, const attacks::RawTable& table,
                              const std::vector<CellSummary>& summaries, const ReportOrigin& origin) {
  const std::string title = sweep.question.empty() ? "Evaluation: " + sweep.name : sweep.question;
  return head(title) + "<body>\n" + page_header(sweep, title, origin) + "<main>\n" +
         findings_section(table.axes, summaries) + cost_table(table.axes, summaries) + attacker_section(sweep) +
         charts_section(sweep, log, table, summaries) + table_section(table.axes, summaries) +
         pictures_section(sweep, log, summaries) + reading_section(sweep) +
         fmt::format(
             "<section id=\"configuration\"><h2>Configuration</h2><details><summary>Show the file</summary>"
             "<pre>{}</pre></details></section>\n</main>\n<footer><p>{}</p></footer>\n</body>\n</html>\n",
             escape_html(origin.configuration), escape_html(origin.software_version));
}

}  // namespace tacit::evaluation
