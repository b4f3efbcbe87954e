#include "attacks/malicious/fishing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "attacks/attack.h"
#include "attacks/baselines.h"
#include "attacks/score.h"
#include "core/random.h"
#include "evaluation/exchange.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/trials.h"

namespace tacit::evaluation {
namespace {

constexpr std::size_t batches[] = {1, 4, 16, 64};
constexpr double largest_psnr = 150;

constexpr const char* note =
    "The paper's claim is that the size of the batch does not matter; the project's example gives 20.23 dB "
    "(registered, "
    "best) for one of 256 ImageNet images on a ResNet-18. Here the LeNet of DLG on bundled 32x32 photographs, one of "
    "them of the class that is fished for; cosine distance and L-BFGS from one start, no prior.";

/// The attack of one image on what is left of a gradient, with so many iterations.
std::string inner_toml(const std::string& section, const char* objective, std::size_t iterations) {
  const std::string at = section.empty() ? "" : section + ".";
  return fmt::format(
      "method = \"gradient_matching\"\nproject = false\n[{0}objective]\nname = \"{1}\"\n[{0}solver]\nname = "
      "\"lbfgs\"\niterations = {2}\nhistory = 100\n[{0}initialiser]\nname = \"uniform\"\n[{0}labels]\nname = "
      "\"known\"\n",
      at, objective, iterations);
}

struct Psnr {
  double fished = 0, plain = 0, grey = 0;
};

class Trip {
 public:
  Trip(const datasets::Dataset& images, std::size_t batch, std::size_t iterations)
      : images_(images),
        batch_(batch),
        fishing_(settings("method = \"fishing\"\nreconstruct_examples = 1\n[inner]\n" +
                          inner_toml("inner", "masked_cosine", iterations))),
        plain_(settings("reconstruct_examples = 1\n" + inner_toml("", "cosine", iterations))),
        exchange_({"preset = \"lenet_dlg\"\n",
                   fmt::format("algorithm = \"fedsgd\"\nbatch_size = {}\nlearning_rate = 1.0\n", batch), "",
                   images.feature_shape, images.classes}) {}

  Psnr trial(std::uint64_t seed) const {
    const datasets::Dataset data = batch_with_one_target(seed);
    const std::int32_t target = data.labels[0];
    const Parameters honest = exchange_.initial(seed);
    std::vector<float> theta(honest.values().begin(), honest.values().end());
    attacks::write_fishing_head(attacks::last_linear_layer(exchange_.model()).value(),
                                {.target_class = static_cast<std::size_t>(target)}, theta);
    const attacks::Observation caught = exchange_.observe({exchange_.schema(), std::move(theta)}, data, seed),
                               seen = exchange_.observe(honest, data, seed);
    attacks::ThreatModel threat_model = attacks::ThreatModel::of(attacks::Observer::malicious_coordinator);
    threat_model.offer_feature_bounds({data.feature_low, data.feature_high}, false);
    threat_model.knows_labels = true;  // the plain attack is told what the fished one chose
    const attacks::KnownLabels label{{target}};
    attacks::AttackControl control;
    control.seed = seed;
    const attacks::GroundTruth truth{
        {data.features.begin(), data.features.begin() + static_cast<std::ptrdiff_t>(data.feature_size())}, {target}};
    const attacks::Features features{data.feature_shape, threat_model.feature_bounds, false};
    const auto psnr = [&](std::span<const double> image) {
      return std::min(attacks::score(image, std::vector<std::int32_t>{}, truth, features).best_psnr.value_or(0),
                      largest_psnr);
    };
    return {psnr(attacks::run_attack(caught, threat_model, fishing_, nullptr, control).inputs),
            psnr(attacks::run_attack(seen, threat_model, plain_, &label, control).inputs),
            psnr(attacks::grey_baseline(features, 1))};
  }

 private:
  static attacks::AttackSettings settings(const std::string& toml) {
    return attacks::AttackSettings::from_config(ConfigTable::parse_text(toml, "the paper's settings"), "fishing");
  }

  /// The first image is the only one of its class.
  datasets::Dataset batch_with_one_target(std::uint64_t seed) const {
    RandomStream random({seed, Purpose::data_split, 0, 0});
    std::vector<std::size_t> order(images_.size()), chosen;
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    random.shuffle(std::span(order));
    chosen.push_back(order[0]);
    for (std::size_t i = 1; i < order.size() && chosen.size() < batch_; ++i)
      if (images_.labels[order[i]] != images_.labels[order[0]]) chosen.push_back(order[i]);
    return images_.subset(chosen);
  }

  const datasets::Dataset& images_;
  std::size_t batch_;
  attacks::AttackSettings fishing_, plain_;
  Exchange exchange_;
};

struct Moments {
  double mean = 0, error = 0;  ///< of the mean, standard
};

template <class Of>
Moments moments(const std::vector<Psnr>& trials, const Of& of) {
  double sum = 0, square = 0;
  for (const Psnr& one : trials) {
    sum += of(one);
    square += of(one) * of(one);
  }
  const auto n = static_cast<double>(trials.size());
  const double mean = sum / n;
  return {mean, n > 1 ? std::sqrt(std::max(0.0, square / n - mean * mean) / (n - 1)) : 0};
}

}  // namespace

std::vector<ReproducedRow> reproduce_fishing(const ReproductionControl& control) {
  const auto trials = control.pick<std::size_t>(2, 6, 20), iterations = control.pick<std::size_t>(2, 500, 1200);
  const datasets::Dataset images =
      datasets::load(ConfigTable::parse_text("source = \"natural32\"", "the data"), control.seed).train;
  std::vector<ReproducedRow> rows;
  for (std::size_t b = 0; b < std::size(batches); ++b) {
    const Trip trip(images, batches[b], iterations);
    std::vector<Psnr> psnr(trials);
    run_trials(
        trials, control, [&](std::size_t t) { psnr[t] = trip.trial(control.seed * 1'000'003 + t); },
        static_cast<double>(b) / std::size(batches), static_cast<double>(b + 1) / std::size(batches));
    const auto add = [&](const char* what, const auto& of) {
      const Moments m = moments(psnr, of);
      rows.push_back({"batch size",
                      fmt::format("{}, B = {}, {} runs of {} iterations", what, batches[b], trials, iterations),
                      "mean PSNR, dB",
                      {},
                      m.mean,
                      m.mean - 1.96 * m.error,
                      m.mean + 1.96 * m.error,
                      note});
    };
    add("fished", [](const Psnr& one) { return one.fished; });
    add("not fished", [](const Psnr& one) { return one.plain; });
    add("grey image", [](const Psnr& one) { return one.grey; });
  }
  return rows;
}

}  // namespace tacit::evaluation
