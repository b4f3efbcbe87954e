#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "attacks/attack.h"
#include "attacks/metrics/wilson.h"
#include "core/random.h"
#include "evaluation/exchange.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/trials.h"

namespace tacit::evaluation {
namespace {

// The network of the paper's code: the LeNet of DLG, whose weights and biases all start uniform in [-0.5, 0.5).
constexpr const char* model_toml = "preset = \"lenet_dlg\"\n";
constexpr const char* training_toml = "algorithm = \"fedsgd\"\nbatch_size = 1\nlearning_rate = 1.0\n";

constexpr const char* dlg_toml = R"(
method = "gradient_matching"
[objective]
name = "euclidean"
[solver]
name = "lbfgs"
iterations = 300
history = 100
[initialiser]
name = "normal"
[labels]
name = "joint"
)";

/// The label of iDLG does not depend on the input that is found beside it, so one iteration is enough to have it.
constexpr const char* idlg_toml = R"(
method = "gradient_matching"
[objective]
name = "euclidean"
[solver]
name = "lbfgs"
iterations = 1
[initialiser]
name = "normal"
[labels]
name = "idlg"
)";

struct DataSet {
  const char* source;
  const char* published_on;
  std::size_t classes;  ///< of the network's output
  double dlg, idlg;     ///< published label accuracies, per cent
  const char* note;
};

constexpr DataSet data_sets[] = {
    {"mnist10k", "MNIST", 10, 89.9, 100, "10,000 bundled MNIST digits instead of all; a solver with a line search."},
    {"natural32", "CIFAR-100", 100, 83.3, 100,
     "Bundled 32x32 photographs of 10 sources instead of CIFAR-100, the network with its 100 outputs; a solver with a "
     "line search."},
};

std::int32_t label_found(const attacks::Observation& seen, const char* attack, std::uint64_t seed) {
  attacks::ThreatModel threat_model;
  threat_model.offer_feature_bounds({0, 1}, false);
  attacks::AttackControl control;
  control.seed = seed;
  const auto settings = attacks::AttackSettings::from_config(ConfigTable::parse_text(attack, "the paper's settings"),
                                                             "the paper's settings");
  return attacks::run_attack(seen, threat_model, settings, nullptr, control).labels.at(0);
}

ReproducedRow row_of(const DataSet& set, const char* attack, double published, std::size_t right, std::size_t runs) {
  const attacks::Interval interval = attacks::wilson_interval(right, runs);
  return {"label accuracy",
          fmt::format("{}, {}, {} runs", set.published_on, attack, runs),
          "right labels, %",
          published,
          100.0 * static_cast<double>(right) / static_cast<double>(runs),
          100 * interval.low,
          100 * interval.high,
          set.note};
}

}  // namespace

std::vector<ReproducedRow> reproduce_idlg(const ReproductionControl& control) {
  const auto idlg_runs = control.pick<std::size_t>(4, 1000, 1000), dlg_runs = control.pick<std::size_t>(1, 20, 1000);
  std::vector<ReproducedRow> rows;
  double done = 0;
  for (const DataSet& set : data_sets) {
    const datasets::Dataset data =
        datasets::load(ConfigTable::parse_text(fmt::format("source = \"{}\"", set.source), "the data"), control.seed)
            .train;
    const Exchange exchange({model_toml, training_toml, "", data.feature_shape, set.classes});
    std::vector<char> dlg_right(dlg_runs), idlg_right(idlg_runs);
    const auto trial = [&](std::size_t index) {
      const std::uint64_t seed = control.seed * 1'000'003 + index;
      const std::size_t chosen = RandomStream({seed, Purpose::data_split, 0, 0}).below(data.size());
      datasets::Dataset example = data.subset(std::array{chosen});
      example.classes = set.classes;
      example.class_names.clear();
      const attacks::Observation seen = exchange.observe(exchange.initial(seed), example, seed);
      idlg_right[index] = label_found(seen, idlg_toml, seed) == example.labels[0];
      if (index < dlg_runs) dlg_right[index] = label_found(seen, dlg_toml, seed) == example.labels[0];
    };
    run_trials(idlg_runs, control, trial, done, done + 1.0 / std::size(data_sets));
    done += 1.0 / std::size(data_sets);
    const auto right = [](const std::vector<char>& flags) {
      return static_cast<std::size_t>(std::count(flags.begin(), flags.end(), 1));
    };
    rows.push_back(row_of(set, "DLG", set.dlg, right(dlg_right), dlg_runs));
    rows.push_back(row_of(set, "iDLG", set.idlg, right(idlg_right), idlg_runs));
  }
  return rows;
}

}  // namespace tacit::evaluation
