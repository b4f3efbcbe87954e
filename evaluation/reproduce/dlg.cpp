#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "attacks/attack.h"
#include "attacks/metrics/wilson.h"
#include "core/random.h"
#include "evaluation/colour_pictures.h"
#include "evaluation/exchange.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/trials.h"

namespace tacit::evaluation {
namespace {

constexpr const char* model_toml = "preset = \"lenet_dlg\"\n";
constexpr const char* training_toml = "algorithm = \"fedsgd\"\nbatch_size = 1\nlearning_rate = 1.0\n";
constexpr const char* attack_toml = R"(
method = "gradient_matching"
restarts = 1
[objective]
name = "euclidean"
[solver]
name = "lbfgs"
iterations = 1200
history = 100
[initialiser]
name = "normal"
[labels]
name = "joint"
)";

/// A picture counts as recovered below this mean squared error: nobody sees a difference.
constexpr double recovered_mse = 1e-3;

struct Defence {
  const char* name;
  const char* update_toml;
  const char* claim;
};

constexpr Defence defences[] = {
    {"no defence", "", "The paper shows recovered pictures, no share."},
    {"Gaussian noise of variance 1e-4", "noise = \"gaussian\"\nnoise_scale = 1e-2\n",
     "The paper: deep leakage still succeeds (unverified, recalled)."},
    {"Gaussian noise of variance 1e-3", "noise = \"gaussian\"\nnoise_scale = 3.1622776e-2\n",
     "The paper: leaks with artefacts (unverified, recalled)."},
    {"Gaussian noise of variance 1e-2", "noise = \"gaussian\"\nnoise_scale = 1e-1\n",
     "The paper: stops the attack (unverified, recalled)."},
    {"1 % pruned", "keep_share = 0.99\n", "The paper: no effect (unverified, recalled)."},
    {"10 % pruned", "keep_share = 0.9\n", "The paper: no effect (unverified, recalled)."},
    {"30 % pruned", "keep_share = 0.7\n", "The paper: stops above about 20 % (its abstract)."},
    {"50 % pruned", "keep_share = 0.5\n", "The paper: stops above about 20 % (its abstract)."},
};

class Study {
 public:
  explicit Study(const ColourPictures& pictures)
      : pictures_(pictures),
        settings_(
            attacks::AttackSettings::from_config(ConfigTable::parse_text(attack_toml, "the paper's settings"), "dlg")) {
    threat_model_.offer_feature_bounds({0, 1}, false);
    for (const Defence& defence : defences)
      exchanges_.push_back(std::make_unique<Exchange>(
          ExchangeSettings{model_toml, training_toml, defence.update_toml, pictures.data.feature_shape, 100}));
  }

  bool recovers(std::size_t defence, std::uint64_t seed) const {
    const std::size_t chosen = RandomStream({seed, Purpose::data_split, 0, 0}).below(pictures_.data.size());
    const datasets::Dataset client = client_with(pictures_.data, std::array{chosen}, 100);
    const Exchange& exchange = *exchanges_[defence];
    attacks::AttackControl control;
    control.seed = seed;
    const attacks::AttackResult result = attacks::run_attack(exchange.observe(exchange.initial(seed), client, seed),
                                                             threat_model_, settings_, nullptr, control);
    return picture_quality(result.inputs, client).mse < recovered_mse;
  }

 private:
  const ColourPictures& pictures_;
  attacks::AttackSettings settings_;
  attacks::ThreatModel threat_model_;
  std::vector<std::unique_ptr<Exchange>> exchanges_;
};

}  // namespace

std::vector<ReproducedRow> reproduce_dlg(const ReproductionControl& control) {
  const ColourPictures pictures = colour_pictures(control);
  const Study study(pictures);
  const std::size_t runs = control.quick ? 6 : 100;
  std::vector<char> recovered(runs * std::size(defences));
  // The same pictures, networks and starts under every defence.
  run_trials(recovered.size(), control, [&](std::size_t index) {
    recovered[index] = study.recovers(index / runs, control.seed * 1'000'003 + index % runs);
  });
  std::vector<ReproducedRow> rows;
  for (std::size_t i = 0; i < std::size(defences); ++i) {
    const auto first = recovered.begin() + static_cast<std::ptrdiff_t>(i * runs);
    const auto count = static_cast<std::size_t>(std::count(first, first + static_cast<std::ptrdiff_t>(runs), 1));
    const attacks::Interval interval = attacks::wilson_interval(count, runs);
    rows.push_back({i == 0 ? "Sec. 4" : "Sec. 5",
                    fmt::format("LeNet, batch 1, {}, {} runs", defences[i].name, runs),
                    "pictures recovered (MSE < 1e-3), %",
                    {},
                    100.0 * static_cast<double>(count) / static_cast<double>(runs),
                    100 * interval.low,
                    100 * interval.high,
                    fmt::format("{} One start, 1,200 iterations with a line search where the code of the paper makes "
                                "up to 6,000 steps without, 100 outputs. {}",
                                defences[i].claim, pictures.note)});
  }
  return rows;
}

}  // namespace tacit::evaluation
