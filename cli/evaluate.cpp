#include <fmt/format.h>

#include <iostream>

#include "attacks/rows/raw_rows_csv.h"
#include "attacks/rows/summary_tables.h"
#include "cli/command.h"
#include "cli/terminal_width.h"
#include "cli/whole_number.h"
#include "core/files.h"
#include "evaluation/sweep/run_sweep.h"
#include "evaluation/sweep/sweep_report.h"

namespace tacit::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string config, output;
  std::int64_t trials = 0, threads = 0, seed = -1;
};

nlohmann::ordered_json evaluate(const Options& options) {
  ConfigTable config = ConfigTable::parse_file(options.config);
  if (options.trials > 0) config = config.with("sweep.trials", options.trials);
  if (options.seed >= 0) config = config.with("run.seed", options.seed);
  evaluation::Sweep sweep = evaluation::Sweep::from_config(config);
  const fs::path folder = options.output.empty() ? sweep.output : fs::path(options.output);
  evaluation::TrialLog log(folder);
  const std::size_t threads = options.threads > 0 ? static_cast<std::size_t>(options.threads) : sweep.threads;
  evaluation::run_sweep(sweep, folder, log, threads);

  const attacks::RawTable table = evaluation::table_of(sweep, log);
  const auto summaries = attacks::summarise(table, sweep.thresholds);
  const fs::path rows = folder / "rows.csv", cells = folder / "cells.csv", html = folder / "report.html";
  write_atomically(rows, attacks::raw_rows_csv(table, sweep.thresholds));
  write_atomically(cells, attacks::summaries_csv(table.axes, summaries));
  write_atomically(
      html, evaluation::render_sweep_html(sweep, log, table, summaries, {TACIT_VERSION, read_text(options.config)}));
  std::cout << (sweep.question.empty() ? "" : sweep.question + "\n\n")
            << attacks::summaries_text(table.axes, summaries, terminal_width())
            << "\nReport: " << fs::absolute(html).string() << "\n";
  return {{"name", sweep.name},
          {"cells", sweep.cells.size()},
          {"rows", table.rows.size()},
          {"report", fs::absolute(html).string()},
          {"raw_rows", fs::absolute(rows).string()},
          {"summaries", fs::absolute(cells).string()}};
}

}  // namespace

void add_evaluate(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_subcommand(app, chosen, "evaluate", "Sweep models, defences and attacks, and write one report",
                     "tacit evaluate examples/evaluations/does_my_network_leak.toml");
  command->add_option("config", options->config, "Experiment file with [sweep] and [axes] (docs/evaluations.md)")
      ->required();
  command->add_option("--output", options->output, "Folder of the results; what is done there is not done again");
  command->add_option("--trials", options->trials, "Trials a cell")->check(whole_number(1, 1'000'000));
  command->add_option("--seed", options->seed, "Seed of everything")->check(whole_number(0));
  command->add_option("--threads", options->threads, "Threads; 0: as the file says")
      ->check(whole_number(0, 1024))
      ->capture_default_str();
  command->callback([options, &chosen] { chosen.action = [options] { return evaluate(*options); }; });
}

}  // namespace tacit::cli
