#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "attacks/attack.h"
#include "attacks/baselines.h"
#include "core/random.h"
#include "evaluation/closed_form_models.h"
#include "evaluation/colour_pictures.h"
#include "evaluation/exchange.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/sample_mean.h"
#include "evaluation/trials.h"

namespace tacit::evaluation {
namespace {

constexpr const char* training_toml = "algorithm = \"fedsgd\"\nbatch_size = 1\nlearning_rate = 1.0\n";
struct Found {
  PictureQuality quality, noise;
  double seconds = 0;
  bool right_label = false;
  std::vector<std::string> notes;
};

Found attack_one(const Exchange& exchange, const datasets::Dataset& data, std::uint64_t seed) {
  RandomStream random({seed, Purpose::data_split, 0, 0});
  datasets::Dataset client = client_with(data, std::array{static_cast<std::size_t>(random.below(data.size()))}, 2);
  client.labels = {static_cast<std::int32_t>(random.below(2))};
  const attacks::Observation seen = exchange.observe(exchange.initial(seed), client, seed);
  attacks::ThreatModel threat_model;
  threat_model.offer_feature_bounds({0, 1}, false);
  const auto settings = attacks::AttackSettings::from_catalog("r_gap");
  const attacks::AttackResult result = attacks::run_attack(seen, threat_model, settings);
  const attacks::AttackResult noise = attacks::run_attack(attacks::noise_control(seen, seed), threat_model, settings);
  return {picture_quality(result.inputs, client), picture_quality(noise.inputs, client), result.seconds,
          result.labels == client.labels, result.notes};
}

struct Case {
  const char* table;
  std::string model;
  const datasets::Dataset& data;
  std::optional<double> psnr, ssim;
  std::string note;
};

std::vector<ReproducedRow> rows_of(const Case& one, std::size_t runs, const ReproductionControl& control, double from,
                                   double to) {
  const Exchange exchange({one.model, training_toml, "", one.data.feature_shape, 2});
  std::vector<Found> found(runs);
  run_trials(
      runs, control,
      [&](std::size_t index) { found[index] = attack_one(exchange, one.data, control.seed * 1'000'003 + index); }, from,
      to);
  const std::string setting = fmt::format("untrained, batch 1, {} pictures", runs);
  std::vector<ReproducedRow> rows;
  const auto add = [&](const char* metric, std::optional<double> published, const auto& value,
                       const std::string& note) {
    std::vector<double> values;
    for (const Found& each : found) values.push_back(static_cast<double>(value(each)));
    const SampleMean mean = sample_mean(values);
    rows.push_back({one.table, setting, metric, published, mean.mean, mean.low, mean.high, note});
  };
  add(
      "PSNR, dB", one.psnr, [](const Found& each) { return each.quality.psnr; }, one.note);
  add(
      "SSIM", one.ssim, [](const Found& each) { return each.quality.ssim; },
      "Ordinary SSIM; the published one is a complex-wavelet variant of the breaching framework.");
  add(
      "right labels, %", {}, [](const Found& each) { return each.right_label ? 100 : 0; }, "");
  add(
      "seconds", {}, [](const Found& each) { return each.seconds; }, fmt::format("{}", fmt::join(found[0].notes, " ")));
  add(
      "PSNR of a noise gradient, dB", {}, [](const Found& each) { return each.noise.psnr; }, "Control.");
  return rows;
}

}  // namespace

std::vector<ReproducedRow> reproduce_r_gap(const ReproductionControl& control) {
  const ColourPictures pictures = colour_pictures(control);
  const datasets::Dataset digits =
      datasets::load(ConfigTable::parse_text("source = \"mnist10k\"", "the digits"), control.seed).train;
  const Case cnn{"CNN6, CIFAR-10",
                 recursive_cnn6(),
                 pictures.data,
                 49.01,
                 0.980,
                 "Published by the breaching framework, one picture. Random labels where the paper's code takes the "
                 "wrong one, so that both margins are tried. " +
                     pictures.note};
  const Case fcn{
      "FCN3, MNIST", recursive_fcn3(), digits, {}, {}, "The paper shows pictures only. 10,000 bundled digits."};
  std::vector<ReproducedRow> rows = rows_of(cnn, control.pick<std::size_t>(1, 4, 100), control, 0, 0.9);
  const std::vector<ReproducedRow> more = rows_of(fcn, control.pick<std::size_t>(2, 8, 100), control, 0.9, 1);
  rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

}  // namespace tacit::evaluation
