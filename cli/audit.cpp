#include "simulation/audit.h"

#include <iostream>

#include "attacks/report/console_table.h"
#include "attacks/report/csv.h"
#include "attacks/report/html_report.h"
#include "attacks/report/json.h"
#include "attacks/rows/raw_rows_csv.h"
#include "cli/command.h"
#include "cli/run_summary.h"
#include "cli/terminal_width.h"
#include "cli/whole_number.h"
#include "core/files.h"
#include "simulation/client_evaluation.h"
#include "simulation/run.h"

namespace tacit::cli {
namespace {

struct Options {
  std::string config, output, mode;
  std::int64_t seed = -1;
};

nlohmann::ordered_json audit(const Options& options) {
  ConfigTable config = ConfigTable::parse_file(options.config);
  if (options.seed >= 0) config = config.with("run.seed", options.seed);
  if (!options.mode.empty()) config = config.with("simulation.mode", options.mode);
  const auto experiment = simulation::Experiment::from_config(config);
  const double work = simulation::audit_work(experiment);
  const std::filesystem::path folder =
      simulation::unused_folder(options.output.empty() ? experiment.output() : std::filesystem::path(options.output));

  Progress bar("audit " + experiment.name(), work);
  simulation::AuditResult result = simulation::audit(experiment, folder, bar);
  bar.finish();
  result.report.software_version = TACIT_VERSION;
  result.report.configuration = read_text(options.config);

  const std::filesystem::path html = folder / "report.html", csv = folder / "results.csv";
  write_atomically(html, attacks::report::render_html(result.report));
  write_atomically(csv, attacks::report::render_csv(result.report));
  write_atomically(folder / "rows.csv", attacks::raw_rows_csv(result.raw_rows, {}));
  std::cout << "\n"
            << attacks::report::render_table(result.report, terminal_width())
            << "\nReport: " << std::filesystem::absolute(html).string() << "\n";

  nlohmann::ordered_json object{{"name", experiment.name()}, {"seed", experiment.seed()}};
  const auto cases = experiment.cases();
  for (std::size_t i = 0; i < result.runs.size(); ++i) {
    const attacks::report::AuditCase& audited = result.report.cases[i];
    nlohmann::ordered_json single{{"case", audited.name},
                                  {"observer", audited.threat_model.observer},
                                  {"observes", audited.threat_model.observes}};
    single.update(json_summary(result.runs[i]));
    // Of the observer as of the run, in which others may have sent what they made.
    single["malicious"] = audited.threat_model.malicious || single.value("malicious", false);
    single["fairness"] = json_summary(simulation::evaluate_clients(cases[i].second, result.runs[i].run_folder));
    object["cases"].push_back(std::move(single));
  }
  object["attacks"] = nlohmann::ordered_json::parse(attacks::report::render_attacks_json(result.report));
  object["verdicts"] = nlohmann::ordered_json::parse(attacks::report::render_verdicts_json(result.report));
  object["report"] = std::filesystem::absolute(html).string();
  object["results"] = std::filesystem::absolute(csv).string();
  object["raw_rows"] = std::filesystem::absolute(folder / "rows.csv").string();
  return object;
}

}  // namespace

void add_audit(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(app, chosen, "audit", "Train, attack the recorded traffic, and write one report",
                                     "tacit audit examples/digits.toml");
  command->add_option("config", options->config, "Experiment file with [audit] (docs/configuration.md)")->required();
  command->add_option("--mode", options->mode, "in-process, or processes: real ones over mutual TLS")
      ->check(CLI::IsMember({"in-process", "processes"}));
  command->add_option("--seed", options->seed, "Seed of everything")->check(whole_number(0));
  command->add_option("--output", options->output, "Folder for runs and report");
  command->callback([options, &chosen] { chosen.action = [options] { return audit(*options); }; });
}

}  // namespace tacit::cli
