#include <fmt/format.h>

#include <iostream>

#include "cli/command.h"
#include "cli/terminal_width.h"
#include "cli/whole_number.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "evaluation/reproduce/reproduction.h"

namespace tacit::cli {
namespace {

struct Options {
  std::string paper, data_folder;
  std::int64_t seed = 1, threads = 0;
  bool quick = false;
};

nlohmann::ordered_json list() {
  nlohmann::ordered_json papers = nlohmann::ordered_json::array();
  for (const evaluation::Reproduction& one : evaluation::reproductions()) {
    std::cout << fmt::format("{:<16} {}\n{:<16} {}\n", one.name, one.paper, "", one.what);
    papers.push_back({{"paper", one.name}, {"source", one.paper}, {"what", one.what}});
  }
  return {{"papers", papers}};
}

/// JSON has no infinity: what is not finite is null.
nlohmann::ordered_json number(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

nlohmann::ordered_json json_of(const evaluation::Reproduction& paper, const evaluation::ReproducedRow& row) {
  nlohmann::ordered_json interval;
  if (row.low && row.high) interval = {number(row.low), number(row.high)};
  return {{"paper", paper.name},
          {"table", row.table},
          {"setting", row.setting},
          {"metric", row.metric},
          {"published", number(row.published)},
          {"ours", number(row.ours)},
          {"interval", interval},
          {"note", row.note}};
}

nlohmann::ordered_json reproduce(const Options& options) {
  if (options.paper.empty()) return list();
  const evaluation::Reproduction& paper = evaluation::reproduction(options.paper);
  ThreadPool pool(static_cast<std::size_t>(options.threads));
  Progress bar(fmt::format("reproduce {}", paper.name), 1.0);
  double shown = 0;
  evaluation::ReproductionControl control;
  control.quick = options.quick;
  control.seed = static_cast<std::uint64_t>(options.seed);
  control.data_folder = options.data_folder;
  control.pool = &pool;
  control.cancelled = [] { return interrupted(); };
  control.progress = [&](double share) {
    if (share > shown) bar.advance(share - shown), shown = share;
  };
  const std::vector<evaluation::ReproducedRow> rows = paper.run(control);
  bar.finish();
  std::cout << evaluation::reproduction_table(paper, rows, terminal_width());
  nlohmann::ordered_json object{{"paper", paper.name}, {"quick", options.quick}, {"seed", options.seed}};
  for (const evaluation::ReproducedRow& row : rows) object["rows"].push_back(json_of(paper, row));
  return object;
}

}  // namespace

void add_reproduce(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(app, chosen, "reproduce", "Run a published result again, ours beside theirs",
                                     "tacit reproduce idlg --quick");
  command->add_option("paper", options->paper, "Which; without it, all there are are listed");
  command->add_flag("--quick", options->quick, "Fewer repetitions: under two minutes");
  command->add_option("--data", options->data_folder, "Folder of data that is not bundled, such as CIFAR-10");
  command->add_option("--seed", options->seed, "Seed of everything")->check(whole_number(0))->capture_default_str();
  command->add_option("--threads", options->threads, "Threads; 0: as many as there are")
      ->check(whole_number(0, 1024))
      ->capture_default_str();
  command->callback([options, &chosen] { chosen.action = [options] { return reproduce(*options); }; });
}

}  // namespace tacit::cli
