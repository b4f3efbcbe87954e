#include <fmt/format.h>

#include <numeric>

#include "attacks/attack.h"
#include "core/random.h"
#include "evaluation/colour_pictures.h"
#include "evaluation/exchange.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/sample_mean.h"
#include "evaluation/trials.h"

namespace tacit::evaluation {
namespace {

constexpr const char* model_toml = "preset = \"lenet_dlg\"\n";
/// Small enough that the untrained network does not saturate in its first steps.
constexpr double learning_rate = 0.01;

/// A cell of Table III: PSNR and SSIM of an attacker who knows, guesses wrongly, or ignores the steps of the client.
struct Cell {
  std::size_t epochs, batch;
  double psnr[3], ssim[3];
};
constexpr Cell cells[] = {
    {1, 8, {14.11, 11.75, 11.53}, {.503, .362, .182}},  {1, 16, {14.50, 12.26, 11.57}, {.505, .397, .150}},
    {2, 16, {15.17, 13.67, 11.62}, {.526, .450, .138}}, {5, 8, {14.58, 11.63, 10.48}, {.521, .332, .167}},
    {5, 1, {11.51, 10.93, 11.48}, {.346, .265, .190}},
};
constexpr const char* attackers[] = {"knows the steps", "guesses wrongly", "ignores the steps"};

std::string attack_toml(const std::string& local_training, int iterations) {
  return fmt::format(R"(
method = "gradient_matching"
project = true
[objective]
name = "cosine"
[solver]
name = "adam"
iterations = {}
sign = true
schedule = "step"
[initialiser]
name = "normal"
mean = 0.5
deviation = 0.25
[labels]
name = "known"
[[priors]]
name = "total_variation"
weight = 3e-2
{})",
                     iterations, local_training);
}

/// A wrong guess: twice the epochs, half the batch, twice the rate.
std::string belief_of(std::size_t attacker, const Cell& cell) {
  if (attacker == 0) return "[local_training]\n";
  if (attacker == 2) return "";
  return fmt::format("[local_training]\nlocal_epochs = {}\nbatch_size = {}\nlearning_rate = {}\n", 2 * cell.epochs,
                     std::max<std::size_t>(1, cell.batch / 2), 2 * learning_rate);
}

PictureQuality attack(const ColourPictures& pictures, const Cell& cell, std::size_t attacker, int iterations,
                      std::uint64_t seed) {
  std::vector<std::size_t> chosen(pictures.data.size());
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  RandomStream({seed, Purpose::data_split, 0, 0}).shuffle(std::span(chosen));
  chosen.resize(2 * cell.batch);
  const datasets::Dataset client = client_with(pictures.data, chosen, 100);
  const Exchange exchange({model_toml,
                           fmt::format("algorithm = \"fedavg\"\nlocal_epochs = {}\nbatch_size = {}\nlearning_rate = "
                                       "{}\n",
                                       cell.epochs, cell.batch, learning_rate),
                           "", pictures.data.feature_shape, 100});
  attacks::ThreatModel threat_model;
  threat_model.offer_feature_bounds({0, 1}, false);
  threat_model.knows_labels = true;
  const attacks::KnownLabels labels{client.labels};
  attacks::AttackControl control;
  control.seed = seed;
  const auto settings = attacks::AttackSettings::from_config(
      ConfigTable::parse_text(attack_toml(belief_of(attacker, cell), iterations), "the paper's settings"), "ig");
  const auto seen = exchange.observe(exchange.initial(seed), client, seed);
  return picture_quality(attacks::run_attack(seen, threat_model, settings, &labels, control).inputs, client);
}

}  // namespace

std::vector<ReproducedRow> reproduce_guo(const ReproductionControl& control) {
  const ColourPictures pictures = colour_pictures(control);
  const auto runs = control.pick<std::size_t>(1, 2, 4);
  const int iterations = control.pick(1, 600, 1500);
  const auto shrink = control.pick<std::size_t>(16, 4, 1);
  constexpr std::size_t columns = std::size(attackers);
  std::vector<PictureQuality> found(std::size(cells) * columns * runs);
  const auto scaled = [&](std::size_t i) {
    Cell cell = cells[i];
    cell.batch = std::max<std::size_t>(1, cell.batch / shrink);
    return cell;
  };
  run_trials(found.size(), control, [&](std::size_t index) {
    found[index] = attack(pictures, scaled(index / runs / columns), index / runs % columns, iterations,
                          control.seed * 1'000'003 + index % runs);
  });
  std::vector<ReproducedRow> rows;
  for (std::size_t cell = 0; cell < std::size(cells); ++cell)
    for (std::size_t attacker = 0; attacker < columns; ++attacker) {
      std::vector<double> psnr, ssim;
      for (std::size_t run = 0; run < runs; ++run) {
        psnr.push_back(found[(cell * columns + attacker) * runs + run].psnr);
        ssim.push_back(found[(cell * columns + attacker) * runs + run].ssim);
      }
      const std::string setting =
          fmt::format("E = {}, B = {}{}, {}", cells[cell].epochs, cells[cell].batch,
                      shrink > 1 ? fmt::format(" (ours {})", scaled(cell).batch) : "", attackers[attacker]);
      const std::string note = fmt::format(
          "Ours: LeNet of DLG untrained, rate {}, 2 B pictures a client, known labels, total variation 3e-2, {} "
          "iterations, one start, {} clients; network, rate, pictures a client and wrong guess (ours: twice the "
          "epochs, half the batch, twice the rate) of the paper were not read. {}",
          learning_rate, iterations, runs,
          pictures.note.empty() ? "CIFAR-10 instead of CIFAR-100." : "Bundled 32x32 photographs instead of CIFAR-100.");
      const SampleMean p = sample_mean(psnr), s = sample_mean(ssim);
      rows.push_back({"Table III", setting, "PSNR, dB", cells[cell].psnr[attacker], p.mean, p.low, p.high, note});
      rows.push_back({"Table III", setting, "SSIM", cells[cell].ssim[attacker], s.mean, s.low, s.high, note});
    }
  return rows;
}

}  // namespace tacit::evaluation
