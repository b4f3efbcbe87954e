#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <limits>

#include "attacks/report/line_chart.h"
#include "cli/command.h"
#include "core/error.h"
#include "core/files.h"
#include "simulation/run_result.h"

namespace tacit::cli {
namespace {

struct Options {
  std::vector<std::string> folders;
  std::string svg, csv;
};

struct Run {
  std::string name;
  std::vector<simulation::CurvePoint> curve;
};

Run read_run(const std::filesystem::path& folder) {
  simulation::RunFollower follower(folder);
  if (!follower.poll()) fail(ErrorKind::io, "{}: there is no events.jsonl of a run", folder.string());
  const auto whole = std::filesystem::absolute(folder).lexically_normal();
  return {(whole.has_filename() ? whole : whole.parent_path()).filename().string(), follower.result().curve};
}

/// Whether a run among them is about real-valued targets.
bool is_regression(const std::vector<Run>& runs) {
  return std::any_of(runs.begin(), runs.end(), [](const Run& run) {
    return std::any_of(run.curve.begin(), run.curve.end(), [](const auto& point) { return point.test_rmse; });
  });
}

std::string as_csv(const std::vector<Run>& runs) {
  const auto number = [](const std::optional<double>& value) { return value ? fmt::format("{}", *value) : ""; };
  const bool regression = is_regression(runs);
  std::string text = regression ? "run,round,loss,accuracy,rmse,r_squared\n" : "run,round,loss,accuracy\n";
  for (const Run& run : runs)
    for (const simulation::CurvePoint& point : run.curve)
      text +=
          fmt::format("{},{},{},{}{}\n", run.name, point.round, number(point.test_loss), number(point.test_accuracy),
                      regression ? "," + number(point.test_rmse) + "," + number(point.test_r_squared) : "");
  return text;
}

std::string as_svg(const std::vector<Run>& runs) {
  const bool errors = is_regression(runs);
  attacks::report::LineChart chart{"accuracy of the global model", "round", "accuracy", {}, true};
  if (errors) chart = {"error of the global model", "round", "root mean squared error", {}, false};
  for (const Run& run : runs) {
    chart.series.push_back({run.name, {}});
    for (const simulation::CurvePoint& point : run.curve)
      if (const auto value = errors ? point.test_rmse : point.test_accuracy)
        chart.series.back().points.emplace_back(point.round, *value);
  }
  // A file of its own says which language it is in, and brings its paper.
  std::string svg = attacks::report::render_line_chart(chart);
  svg.insert(svg.find("<svg") + 4, " xmlns=\"http://www.w3.org/2000/svg\" style=\"background:#fff\"");
  return svg + "\n";
}

nlohmann::ordered_json object_of(const Run& run) {
  nlohmann::ordered_json accuracy = nlohmann::ordered_json::array(), loss = accuracy;
  const auto number = [](const std::optional<double>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
  };
  for (const simulation::CurvePoint& point : run.curve) {
    accuracy.push_back(number(point.test_accuracy));
    loss.push_back(number(point.test_loss));
  }
  nlohmann::ordered_json object = {{"run", run.name}, {"accuracy", accuracy}, {"loss", loss}};
  if (!is_regression({run})) return object;
  for (const simulation::CurvePoint& point : run.curve) {
    object["rmse"].push_back(number(point.test_rmse));
    object["r_squared"].push_back(number(point.test_r_squared));
  }
  return object;
}

void print_errors(const Run& run) {
  const auto error = [](const simulation::CurvePoint& point) {
    return point.test_rmse.value_or(std::numeric_limits<double>::infinity());
  };
  const auto best = std::min_element(run.curve.begin(), run.curve.end(),
                                     [&](const auto& one, const auto& two) { return error(one) < error(two); });
  std::cout << fmt::format("  {}: {} rounds, lowest RMSE {:.4g} in round {}, last {:.4g}\n", run.name, run.curve.size(),
                           error(*best), best->round, error(run.curve.back()));
}

void print(const Run& run) {
  if (is_regression({run})) return print_errors(run);
  const auto better = [](const simulation::CurvePoint& one, const simulation::CurvePoint& two) {
    return one.test_accuracy.value_or(-1) < two.test_accuracy.value_or(-1);
  };
  const auto best = std::max_element(run.curve.begin(), run.curve.end(), better);
  if (best == run.curve.end() || !best->test_accuracy) {
    std::cout << fmt::format("  {}: no round was evaluated\n", run.name);
    return;
  }
  std::cout << fmt::format("  {}: {} rounds, best accuracy {:.2f} % in round {}, last {:.2f} %\n", run.name,
                           run.curve.size(), 100 * *best->test_accuracy, best->round,
                           100 * run.curve.back().test_accuracy.value_or(0));
}

nlohmann::ordered_json show(const Options& options) {
  std::vector<Run> runs;
  nlohmann::ordered_json object = {{"runs", nlohmann::ordered_json::array()}};
  for (const std::string& folder : options.folders) {
    runs.push_back(read_run(folder));
    print(runs.back());
    object["runs"].push_back(object_of(runs.back()));
  }
  if (!options.csv.empty()) write_atomically(options.csv, as_csv(runs));
  if (!options.svg.empty()) write_atomically(options.svg, as_svg(runs));
  return object;
}

}  // namespace

void add_curve(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(app, chosen, "curve", "Show how the accuracy of runs went, round by round",
                                     "tacit curve runs/digits runs/digits-2 --svg curve.svg");
  command->add_option("run-folders", options->folders, "Folders of runs, finished or not")->required();
  command->add_option("--svg", options->svg, "Draw them into this file");
  command->add_option("--csv", options->csv, "Write them into this file");
  command->callback([options, &chosen] { chosen.action = [options] { return show(*options); }; });
}

}  // namespace tacit::cli
