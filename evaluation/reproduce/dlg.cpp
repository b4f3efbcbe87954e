#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "attacks/attack.h"
#include "attacks/metrics/wilson.h"
#include "core/random.h"
#include "evaluation/colour_pictures.h"
#include "evaluation/exchange.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/sample_mean.h"
#include "evaluation/trials.h"

namespace tacit::evaluation {
namespace {

constexpr const char* model_toml = "preset = \"lenet_dlg\"\n";
constexpr const char* training_toml = "algorithm = \"fedsgd\"\nbatch_size = 1\nlearning_rate = 1.0\n";

std::string attack_toml(int iterations) {
  return fmt::format(R"(
method = "gradient_matching"
restarts = 1
[objective]
name = "euclidean"
[solver]
name = "lbfgs"
iterations = {}
history = 100
[initialiser]
name = "normal"
[labels]
name = "joint"
)",
                     iterations);
}

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
  Study(const ColourPictures& pictures, int iterations)
      : pictures_(pictures),
        settings_(attacks::AttackSettings::from_config(
            ConfigTable::parse_text(attack_toml(iterations), "the paper's settings"), "dlg")) {
    threat_model_.offer_feature_bounds({0, 1}, false);
    for (const Defence& defence : defences)
      exchanges_.push_back(std::make_unique<Exchange>(
          ExchangeSettings{model_toml, training_toml, defence.update_toml, pictures.data.feature_shape, 100}));
  }

  PictureQuality attack(std::size_t defence, std::uint64_t seed) const {
    const std::size_t chosen = RandomStream({seed, Purpose::data_split, 0, 0}).below(pictures_.data.size());
    const datasets::Dataset client = client_with(pictures_.data, std::array{chosen}, 100);
    const Exchange& exchange = *exchanges_[defence];
    attacks::AttackControl control;
    control.seed = seed;
    const attacks::AttackResult result = attacks::run_attack(exchange.observe(exchange.initial(seed), client, seed),
                                                             threat_model_, settings_, nullptr, control);
    return picture_quality(result.inputs, client);
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
  const int iterations = control.pick(2, 3000, 6000);
  const Study study(pictures, iterations);
  const auto runs = control.pick<std::size_t>(2, 6, 30);
  std::vector<PictureQuality> found(runs * std::size(defences));
  // The same pictures, networks and starts under every defence.
  run_trials(found.size(), control, [&](std::size_t index) {
    found[index] = study.attack(index / runs, control.seed * 1'000'003 + index % runs);
  });
  std::vector<ReproducedRow> rows;
  for (std::size_t i = 0; i < std::size(defences); ++i) {
    const std::string table = i == 0 ? "Sec. 4" : "Sec. 5";
    const std::string setting = fmt::format("LeNet, batch 1, {}, {} runs", defences[i].name, runs);
    const std::span<const PictureQuality> of_defence = std::span(found).subspan(i * runs, runs);
    std::vector<double> psnr;
    for (const PictureQuality& each : of_defence) psnr.push_back(each.psnr);
    const auto count = static_cast<std::size_t>(
        std::ranges::count_if(of_defence, [](const PictureQuality& each) { return each.mse < recovered_mse; }));
    const attacks::Interval interval = attacks::wilson_interval(count, runs);
    const SampleMean mean = sample_mean(psnr);
    rows.push_back(
        {table,
         setting,
         "pictures recovered (MSE < 1e-3), %",
         {},
         100.0 * static_cast<double>(count) / static_cast<double>(runs),
         100 * interval.low,
         100 * interval.high,
         fmt::format("{} One start, {} iterations with a line search where the code of the paper makes up to "
                     "6,000 steps without, 100 outputs. {}",
                     defences[i].claim, iterations, pictures.note)});
    rows.push_back({table, setting, "PSNR, dB", {}, mean.mean, mean.low, mean.high, "Grey gives about 10 dB."});
  }
  return rows;
}

}  // namespace tacit::evaluation
