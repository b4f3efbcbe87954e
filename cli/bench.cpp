#include <fmt/format.h>

#include <iostream>

#include "bench/circuit_cases.h"
#include "bench/multiply_add_rate.h"
#include "cli/command.h"
#include "core/interrupt.h"
#include "core/progress.h"

namespace tacit::cli {
namespace {

nlohmann::ordered_json circuits() {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  const double float_rate = bench::multiply_add_rate<float>(), double_rate = bench::multiply_add_rate<double>();
  std::cout << fmt::format("multiply-adds a second, one thread: {:.1f} G float, {:.1f} G double\n\n", 1e-9 * float_rate,
                           1e-9 * double_rate);
  Progress bar("bench circuits", 1.0);
  std::string table = fmt::format("{:<20} {:<9} {:>6} {:>6} {:>12} {:>12} {:>7}\n", "case", "precision", "qubits",
                                  "batch", "milliseconds", "floor", "ratio");
  bench::measure_circuit_cases([&](const bench::CircuitCase& row, std::size_t of) {
    check_interrupted();
    table += fmt::format("{:<20} {:<9} {:>6} {:>6} {:>12.3f} {:>12.3f} {:>7.2f}\n", row.work, row.precision, row.qubits,
                         row.batch, 1e3 * row.seconds, 1e3 * row.floor_seconds, row.ratio());
    rows.push_back({{"case", row.work},
                    {"precision", row.precision},
                    {"qubits", row.qubits},
                    {"batch", row.batch},
                    {"threads", row.threads},
                    {"seconds", row.seconds},
                    {"floor_seconds", row.floor_seconds},
                    {"ratio", row.ratio()}});
    bar.advance(1.0 / static_cast<double>(of), row.work);
  });
  bar.finish();
  std::cout << table;
  return {{"float_multiply_adds_per_second", float_rate},
          {"double_multiply_adds_per_second", double_rate},
          {"cases", rows}};
}

}  // namespace

void add_bench(CLI::App& app, Chosen& chosen) {
  CLI::App* bench = app.add_subcommand("bench", "Measure this machine against the limits of its arithmetic");
  bench->require_subcommand(1);
  bench->footer("Example:\n  tacit bench circuits --json");
  CLI::App* command = add_subcommand(*bench, chosen, "circuits", "Batches of variational circuits: time over floor",
                                     "tacit bench circuits --json");
  command->callback([&chosen] { chosen.action = circuits; });
}

}  // namespace tacit::cli
