#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "attacks/rows/raw_rows_csv.h"
#include "attacks/rows/summary_tables.h"
#include "cli/command.h"
#include "cli/terminal_width.h"
#include "core/error.h"
#include "core/files.h"

namespace tacit::cli {
namespace {

struct Options {
  std::string rows, output;
  attacks::OutcomeThresholds thresholds;
};

nlohmann::ordered_json counts_of(const std::vector<std::string>& axes, const attacks::CellSummary& cell) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (std::size_t axis = 0; axis < axes.size(); ++axis) object["setting"][axes[axis]] = cell.setting[axis];
  object["attack"] = cell.attack;
  object["seen"] = attacks::to_string(cell.seen);
  object["examples"] = cell.examples;
  for (const attacks::Outcome outcome :
       {attacks::Outcome::recovered, attacks::Outcome::close, attacks::Outcome::ambiguous, attacks::Outcome::stuck})
    object[std::string(to_string(outcome))] = cell.count(outcome);
  object["interval"] = {cell.recovered.interval.low, cell.recovered.interval.high};
  return object;
}

nlohmann::ordered_json rescore(const Options& options) {
  if (options.thresholds.close_within < options.thresholds.recovered_within)
    fail(ErrorKind::usage, "--close-within ({}) is less than --recovered-within ({})", options.thresholds.close_within,
         options.thresholds.recovered_within);
  const attacks::RawTable table = attacks::read_raw_rows(options.rows);
  const auto summaries = attacks::summarise(table, options.thresholds);
  if (!options.output.empty()) write_atomically(options.output, attacks::summaries_csv(table.axes, summaries));
  std::cout << attacks::summaries_text(table.axes, summaries, terminal_width());
  nlohmann::ordered_json object{{"rows", table.rows.size()}, {"cells", nlohmann::ordered_json::array()}};
  for (const attacks::CellSummary& cell : summaries) object["cells"].push_back(counts_of(table.axes, cell));
  if (!options.output.empty()) object["output"] = std::filesystem::absolute(options.output).string();
  return object;
}

}  // namespace

void add_rescore(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_subcommand(app, chosen, "rescore", "Apply other thresholds to raw rows, without a rerun",
                     "tacit rescore evaluations/leak/rows.csv --recovered-within 0.1 --close-within 0.3");
  command->add_option("rows", options->rows, "rows.csv of tacit evaluate or tacit audit")->required();
  const auto threshold = [&](const char* name, double& value, const char* what) {
    command->add_option(name, value, what)->check(CLI::Range(0.0, 1e9))->capture_default_str();
  };
  threshold("--recovered-within", options->thresholds.recovered_within, "Largest error of a recovered example");
  threshold("--close-within", options->thresholds.close_within, "Largest error of a close one");
  threshold("--fit", options->thresholds.fit, "Part of the score at zero gradient below which a run fits the gradient");
  command->add_option("--output", options->output, "CSV file for the summaries");
  command->callback([options, &chosen] { chosen.action = [options] { return rescore(*options); }; });
}

}  // namespace tacit::cli
