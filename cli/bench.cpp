#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "bench/attack_cases.h"
#include "bench/circuit_cases.h"
#include "bench/closed_forms.h"
#include "bench/memory_bandwidth.h"
#include "bench/multiply_add_rate.h"
#include "bench/training_cases.h"
#include "cli/command.h"
#include "core/interrupt.h"
#include "core/progress.h"

namespace tacit::cli {
namespace {

nlohmann::ordered_json machine() {
  const double float_rate = bench::multiply_add_rate<float>(), double_rate = bench::multiply_add_rate<double>();
  // Half of the smallest second cache of our time, and four times the largest last cache of a desktop.
  const bench::Bandwidth cache = bench::measure_bandwidth(128 << 10), memory = bench::measure_bandwidth(512 << 20);
  std::cout << fmt::format(
      "one thread: {:.1f} G multiply-adds a second float, {:.1f} double; copy {:.0f} GB/s in cache, {:.0f} in memory; "
      "triad {:.0f} and {:.0f}\n\n",
      1e-9 * float_rate, 1e-9 * double_rate, 1e-9 * cache.copy, 1e-9 * memory.copy, 1e-9 * cache.triad,
      1e-9 * memory.triad);
  return {{"float_multiply_adds_per_second", float_rate}, {"double_multiply_adds_per_second", double_rate},
          {"cache_copy_bytes_per_second", cache.copy},    {"cache_triad_bytes_per_second", cache.triad},
          {"memory_copy_bytes_per_second", memory.copy},  {"memory_triad_bytes_per_second", memory.triad}};
}

nlohmann::ordered_json json_row(const bench::MeasuredCase& row) {
  return {{"case", bench::to_string(row.which.work)},
          {"precision", row.which.precision},
          {"qubits", row.which.qubits},
          {"batch", row.which.batch},
          {"threads", row.which.threads},
          {"seconds", row.seconds},
          {"floor_seconds", row.floor_seconds},
          {"ratio", row.ratio()}};
}

nlohmann::ordered_json circuits(bench::Extent extent) {
  nlohmann::ordered_json object = machine(), rows = nlohmann::ordered_json::array();
  Progress bar("bench circuits", 1.0);
  std::string table = fmt::format("{:<20} {:<9} {:>6} {:>6} {:>7} {:>12} {:>12} {:>7}\n", "case", "precision", "qubits",
                                  "batch", "threads", "milliseconds", "floor", "ratio");
  bench::measure_circuit_cases(extent, [&](const bench::MeasuredCase& row, std::size_t of) {
    check_interrupted();
    table += fmt::format("{:<20} {:<9} {:>6} {:>6} {:>7} {:>12.3f} {:>12.3f} {:>7.2f}\n",
                         bench::to_string(row.which.work), row.which.precision, row.which.qubits, row.which.batch,
                         row.which.threads, 1e3 * row.seconds, 1e3 * row.floor_seconds, row.ratio());
    rows.push_back(json_row(row));
    bar.advance(1.0 / static_cast<double>(of), bench::to_string(row.which.work));
  });
  bar.finish();
  std::cout << table
            << "\nThe floor is of one thread in every row, so that what more threads gain shows in the ratio.\n";
  object["cases"] = std::move(rows);
  return object;
}

std::string name_of(const bench::TrainingCase& which) {
  return fmt::format("{}_{}", which.network, bench::to_string(which.task));
}

nlohmann::ordered_json training(bench::Extent extent) {
  nlohmann::ordered_json object = machine(), rows = nlohmann::ordered_json::array();
  Progress bar("bench training", 1.0);
  std::string table = fmt::format("{:<28} {:<9} {:>6} {:>7} {:>12} {:>12} {:>7}\n", "case", "precision", "batch",
                                  "threads", "milliseconds", "floor", "ratio");
  bench::measure_training_cases(extent, [&](const bench::MeasuredTraining& row, std::size_t of) {
    check_interrupted();
    table += fmt::format("{:<28} {:<9} {:>6} {:>7} {:>12.4f} {:>12.4f} {:>7.2f}\n", name_of(row.which), "float",
                         row.which.batch, 1, 1e3 * row.seconds, 1e3 * row.floor_seconds, row.ratio());
    rows.push_back({{"case", name_of(row.which)},
                    {"precision", "float"},
                    {"batch", row.which.batch},
                    {"threads", 1},
                    {"seconds", row.seconds},
                    {"floor_seconds", row.floor_seconds},
                    {"ratio", row.ratio()}});
    bar.advance(1.0 / static_cast<double>(of), name_of(row.which));
  });
  bar.finish();
  std::cout << table << "\nThe floor is the multiply-adds of products and convolutions alone.\n";
  object["cases"] = std::move(rows);
  return object;
}

nlohmann::ordered_json json_row(const bench::MeasuredAttack& row) {
  return {{"case", row.which.model + (row.which.model == "vqc8" ? "_matching" : "_inverting_gradients")},
          {"model", row.which.model},
          {"batch", row.which.batch},
          {"restarts", row.which.restarts},
          {"threads", 1},
          {"precision", row.which.precision},
          {"iterations_per_second", 1 / row.seconds_per_iteration},
          {"seconds_per_iteration", row.seconds_per_iteration},
          {"floor_seconds", row.floor_seconds},
          {"ratio", row.ratio()}};
}

nlohmann::ordered_json attacks(bench::Extent extent) {
  nlohmann::ordered_json object = machine(), rows = nlohmann::ordered_json::array();
  Progress bar("bench attacks", 1.0);
  std::string table = fmt::format("{:<30} {:<9} {:>6} {:>8} {:>12} {:>12} {:>12} {:>7}\n", "case", "precision", "batch",
                                  "restarts", "iterations/s", "milliseconds", "floor", "ratio");
  bench::measure_attack_cases(extent, [&](const bench::MeasuredAttack& row, std::size_t of) {
    check_interrupted();
    rows.push_back(json_row(row));
    const auto name = rows.back().at("case").get<std::string>();
    table += fmt::format("{:<30} {:<9} {:>6} {:>8} {:>12.0f} {:>12.4f} {:>12.4f} {:>7.2f}\n", name, row.which.precision,
                         row.which.batch, row.which.restarts, 1 / row.seconds_per_iteration,
                         1e3 * row.seconds_per_iteration, 1e3 * row.floor_seconds, row.ratio());
    bar.advance(0.5 / static_cast<double>(of), name);
  });
  nlohmann::ordered_json solved = nlohmann::ordered_json::array();
  table += fmt::format("\n{:<30} {:>12} {:>13}\n", "closed form", "milliseconds", "largest error");
  bench::measure_closed_forms(extent, [&](const bench::MeasuredClosedForm& row, std::size_t of) {
    check_interrupted();
    table += fmt::format("{:<30} {:>12.4f} {:>13.1e}\n", row.name, 1e3 * row.seconds, row.error);
    solved.push_back({{"case", row.name}, {"seconds", row.seconds}, {"error", row.error}});
    bar.advance(0.5 / static_cast<double>(of), row.name);
  });
  bar.finish();
  std::cout << table
            << "\nAn iteration moves every restart by one step. The floor is the multiply-adds of its passes alone.\n";
  object["cases"] = std::move(rows);
  object["closed_forms"] = std::move(solved);
  return object;
}

/// A group of measurements that `tacit bench` offers.
void add_group(CLI::App& bench, Chosen& chosen, const std::string& name, const std::string& about,
               nlohmann::ordered_json (*measure)(bench::Extent)) {
  CLI::App* command = add_subcommand(bench, chosen, name, about, "tacit bench " + name + " --json");
  const auto quick = std::make_shared<bool>(false);
  command->add_flag("--quick", *quick, "A few small cases, a call each: to see that everything works");
  command->callback([&chosen, quick, measure] {
    chosen.action = [quick, measure] { return measure(*quick ? bench::Extent::quick : bench::Extent::all); };
  });
}

}  // namespace

void add_bench(CLI::App& app, Chosen& chosen) {
  CLI::App* bench = app.add_subcommand("bench", "Measure this machine against the limits of its arithmetic");
  bench->require_subcommand(1);
  bench->footer("Example:\n  tacit bench circuits --json");
  add_group(*bench, chosen, "circuits", "Variational circuits: time over floor", circuits);
  add_group(*bench, chosen, "attacks", "Iterations of gradient matching: time over floor", attacks);
  add_group(*bench, chosen, "training", "Training steps of neural networks: time over floor", training);
}

}  // namespace tacit::cli
