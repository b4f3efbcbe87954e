#include <fmt/format.h>

#include <array>

#include "attacks/attack.h"
#include "attacks/baselines.h"
#include "datasets/feature_statistics.h"
#include "evaluation/colour_pictures.h"
#include "evaluation/exchange.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/sample_mean.h"
#include "evaluation/trials.h"

namespace tacit::evaluation {
namespace {

constexpr const char* model_toml = "preset = \"lenet_dlg\"\n";
constexpr const char* training_toml = "algorithm = \"fedsgd\"\nbatch_size = 1\nlearning_rate = 1.0\n";

/// The paper's settings for 32 x 32 pictures. Its total variation lies between 1e-6 and 1e-1 by network; ours was
/// chosen on bundled photographs (examples/evaluations/photographs.toml).
std::string cosine_toml(int iterations) {
  return fmt::format(R"(
method = "gradient_matching"
project = true
precision = "float"
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
weight = 5e-3
)",
                     iterations);
}

std::string lbfgs_toml(int iterations) {
  return fmt::format(R"(
method = "gradient_matching"
[objective]
name = "euclidean"
[solver]
name = "lbfgs"
iterations = {}
history = 100
[initialiser]
name = "normal"
mean = 0.5
deviation = 0.25
[labels]
name = "known"
)",
                     iterations);
}

/// PSNR of what is made of one picture.
struct Found {
  double cosine = 0, lbfgs = 0, noise = 0, grey = 0, mean = 0;
  double cosine_ssim = 0;
};

class Study {
 public:
  Study(const ColourPictures& pictures, int iterations)
      : pictures_(pictures),
        exchange_({model_toml, training_toml, "", pictures.data.feature_shape, 10}),
        cosine_(settings(cosine_toml(iterations))),
        lbfgs_(settings(lbfgs_toml(iterations))),
        mean_(datasets::mean_example(pictures.data)) {
    threat_model_.offer_feature_bounds({0, 1}, false);
    threat_model_.knows_labels = true;
  }

  Found attack(std::size_t picture, std::uint64_t seed) const {
    const datasets::Dataset client = client_with(pictures_.data, std::array{picture}, 10);
    const attacks::Observation seen = exchange_.observe(exchange_.initial(seed), client, seed);
    const attacks::KnownLabels labels{client.labels};
    attacks::AttackControl control;
    control.seed = seed;
    const auto quality = [&](const attacks::Observation& observation, const attacks::AttackSettings& settings) {
      return picture_quality(attacks::run_attack(observation, threat_model_, settings, &labels, control).inputs,
                             client);
    };
    const PictureQuality cosine = quality(seen, cosine_);
    const attacks::Features features{client.feature_shape, attacks::Bounds{0, 1}, false};
    return {cosine.psnr,
            quality(seen, lbfgs_).psnr,
            quality(attacks::noise_control(seen, seed), cosine_).psnr,
            picture_quality(attacks::grey_baseline(features, 1), client).psnr,
            picture_quality(attacks::mean_baseline(mean_, 1), client).psnr,
            cosine.ssim};
  }

 private:
  static attacks::AttackSettings settings(const std::string& toml) {
    return attacks::AttackSettings::from_config(ConfigTable::parse_text(toml, "the paper's settings"), "attack");
  }

  const ColourPictures& pictures_;
  Exchange exchange_;
  attacks::AttackSettings cosine_, lbfgs_;
  std::vector<double> mean_;
  attacks::ThreatModel threat_model_;
};

}  // namespace

std::vector<ReproducedRow> reproduce_inverting_gradients(const ReproductionControl& control) {
  const ColourPictures pictures = colour_pictures(control);
  const auto count = control.pick<std::size_t>(2, 10, 100);
  const Study study(pictures, control.pick(2, 4800, 4800));
  std::vector<Found> found(count);
  run_trials(count, control, [&](std::size_t index) {
    // The first pictures of CIFAR-10; of the bundled ones, which come photograph by photograph, some of each.
    const std::size_t picture = index * (pictures.note.empty() ? 1 : pictures.data.size() / count);
    found[index] = study.attack(picture, control.seed * 1'000'003 + index);
  });
  const std::string setting = fmt::format("{}, {} pictures", pictures.name, count);
  std::vector<ReproducedRow> rows;
  const auto add = [&](const char* what, const char* metric, std::optional<double> published, double Found::*value,
                       const std::string& note) {
    std::vector<double> values;
    for (const Found& each : found) values.push_back(each.*value);
    const SampleMean mean = sample_mean(values);
    rows.push_back({"Table 1, untrained LeNet(Zhu)", setting + ", " + what, metric, published, mean.mean, mean.low,
                    mean.high,
                    note.empty() ? fmt::format("Standard deviation over pictures {:.2f}.", mean.deviation)
                                 : fmt::format("Standard deviation over pictures {:.2f}. {}", mean.deviation, note)});
  };
  add("cosine, signed Adam", "PSNR, dB", 18.00, &Found::cosine,
      fmt::format(
          "Published 18.00 +- 3.33, unverified: from reading notes. 4,800 iterations, one start, a fresh network "
          "each; total variation 5e-3, chosen on such pictures as the paper chooses it by network; pixels not "
          "normalised. {}",
          pictures.note));
  add("cosine, signed Adam", "SSIM", {}, &Found::cosine_ssim, "");
  add("squared distance, L-BFGS", "PSNR, dB", 46.25, &Found::lbfgs,
      "The paper's baseline. Published 46.25 +- 12.66, unverified: recalled. 4,800 iterations, one start.");
  add("noise gradient", "PSNR, dB", {}, &Found::noise, "Control: the same attack on noise.");
  add("grey", "PSNR, dB", {}, &Found::grey, "Control without a gradient.");
  add("mean picture", "PSNR, dB", {}, &Found::mean, "Control without a gradient.");
  return rows;
}

}  // namespace tacit::evaluation
