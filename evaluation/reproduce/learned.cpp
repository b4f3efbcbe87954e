#include <fmt/format.h>

#include <array>
#include <fstream>

#include "attacks/attack.h"
#include "attacks/baselines.h"
#include "core/files.h"
#include "datasets/feature_statistics.h"
#include "evaluation/colour_pictures.h"
#include "evaluation/exchange.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/sample_mean.h"
#include "evaluation/trials.h"

namespace tacit::evaluation {
namespace {

constexpr const char* note =
    "Of the paper no figure was read. Ours: bundled 8 x 8 digits, half of them public; a bias-free network 64-16-10 "
    "with tanh, one example; two hidden layers of 128 from gradient to picture. All sizes are guesses.";

struct Found {
  PictureQuality quality, noise, grey, mean;
};

/// Rows of a public half as the file that the method reads.
void write_public(const datasets::Dataset& data, const std::filesystem::path& file) {
  std::ofstream out(file);
  for (std::size_t i = 0; i < data.features.size(); ++i)
    out << data.features[i] << ((i + 1) % data.feature_size() == 0 ? '\n' : ',');
}

datasets::Dataset half_of(const datasets::Dataset& data, std::size_t first) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = first; i < data.size(); i += 2) chosen.push_back(i);
  return data.subset(chosen);
}

}  // namespace

std::vector<ReproducedRow> reproduce_learned(const ReproductionControl& control) {
  const auto runs = control.pick<std::size_t>(2, 4, 40), pairs = control.pick<std::size_t>(16, 1024, 4096),
             epochs = control.pick<std::size_t>(1, 20, 40);
  const datasets::Dataset digits =
      datasets::load(ConfigTable::parse_text("source = \"digits\"", "the digits"), control.seed).train;
  const datasets::Dataset open = half_of(digits, 0), secret = half_of(digits, 1);
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "public.csv";
  write_public(open, file);
  const auto settings = attacks::AttackSettings::from_config(
      ConfigTable::parse_text(fmt::format("method = \"learned\"\npublic_data = \"{}\"\npairs = {}\nepochs = {}\n",
                                          file.string(), pairs, epochs),
                              "the settings"),
      "learned");
  attacks::ThreatModel threat_model;
  threat_model.offer_feature_bounds({0, 1}, false);
  threat_model.knows_public_data = true;
  const std::vector<double> mean = datasets::mean_example(open);
  const Exchange exchange(
      {"[[layers]]\ntype = \"linear\"\noutputs = 16\nbias = false\n[[layers]]\ntype = \"tanh\"\n[[layers]]\ntype = "
       "\"linear\"\noutputs = 10\nbias = false\n",
       "algorithm = \"fedsgd\"\nbatch_size = 1\nlearning_rate = 1.0\n", "", digits.feature_shape, digits.classes});
  std::vector<Found> found(runs);
  run_trials(runs, control, [&](std::size_t index) {
    const std::uint64_t seed = control.seed * 1'000'003 + index;
    const datasets::Dataset client = secret.subset(std::array{(index * 37) % secret.size()});
    const attacks::Observation seen = exchange.observe(exchange.initial(seed), client, seed);
    attacks::AttackControl attack_control;
    attack_control.seed = seed;
    const auto quality = [&](const attacks::Observation& observation) {
      return picture_quality(attacks::run_attack(observation, threat_model, settings, nullptr, attack_control).inputs,
                             client);
    };
    const attacks::Features features{client.feature_shape, attacks::Bounds{0, 1}, false};
    found[index] = {quality(seen), quality(attacks::noise_control(seen, seed)),
                    picture_quality(attacks::grey_baseline(features, 1), client),
                    picture_quality(attacks::mean_baseline(mean, 1), client)};
  });
  std::vector<ReproducedRow> rows;
  const auto add = [&](const char* what, PictureQuality Found::*of, const std::string& why) {
    std::vector<double> psnr;
    for (const Found& each : found) psnr.push_back((each.*of).psnr);
    const SampleMean m = sample_mean(psnr);
    rows.push_back({"learned inversion",
                    fmt::format("digits, {}, {} runs of {} pairs", what, runs, pairs),
                    "PSNR, dB",
                    {},
                    m.mean,
                    m.low,
                    m.high,
                    why});
  };
  add("gradient", &Found::quality, note);
  add("noise gradient", &Found::noise, "Control: the same attack on noise.");
  add("grey", &Found::grey, "Control without a gradient.");
  add("mean of the public half", &Found::mean, "Control without a gradient.");
  return rows;
}

}  // namespace tacit::evaluation
