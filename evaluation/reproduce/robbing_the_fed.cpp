#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "attacks/attack.h"
#include "attacks/metrics/wilson.h"
#include "attacks/score.h"
#include "core/random.h"
#include "evaluation/exchange.h"
#include "evaluation/mean_feature.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/trials.h"

namespace tacit::evaluation {
namespace {

/// An image counts as caught from here on: an exact copy but for float32.
constexpr double caught_psnr = 60;

struct Setting {
  const char* source;
  std::size_t bins, batch;
  std::size_t images;               ///< attacked in a trial, in batches
  std::optional<double> published;  ///< exact copies out of 64
  const char* where;                ///< in the literature
};

// Guo et al., arXiv 2503.11514: CIFAR-10 with 1,000 bins. Further numbers of bins have no published figure: success
// "falls with fewer bins".
constexpr Setting settings[] = {
    {"natural32", 1000, 8, 64, 63.0, "Guo et al., CIFAR-10"},
    {"natural32", 1000, 32, 64, 60.0, "Guo et al., CIFAR-10"},
    {"natural32", 1000, 64, 64, 60.0, "Guo et al., CIFAR-10"},
    {"natural32", 256, 64, 64, {}, "Fowl et al., bins"},
    {"natural32", 128, 64, 64, {}, "Fowl et al., bins"},
    {"natural32", 64, 64, 64, {}, "Fowl et al., bins"},
    {"natural32", 16, 64, 64, {}, "Fowl et al., bins"},
    {"mnist10k", 1000, 8, 64, {}, "as above, MNIST"},
    {"mnist10k", 1000, 32, 64, {}, "as above, MNIST"},
    {"mnist10k", 1000, 64, 64, {}, "as above, MNIST"},
};

constexpr const char* note =
    "Bundled 32x32 photographs (half of 200, the other half public) and MNIST digits stand in for CIFAR-10 and "
    "ImageNet; linear, ReLU, linear alone instead of such a block before a network; normal quantiles of the mean "
    "pixel of public images; caught means 60 dB or more. Several photographs are parts of one picture and have nearly "
    "the same mean, so more of them share a bin than of independent images, which tells at B = 64.";
constexpr const char* psnr_note =
    "Published (the project's README) as the mean PSNR of 64 ImageNet images in front of a ResNet-18, taken here to be "
    "over all images, caught or not; a PSNR above 150 dB counts as 150. Otherwise as the first note.";

/// Public examples, from which a coordinator learns, and private ones, which it attacks.
struct Halves {
  datasets::Dataset open, secret;
};

Halves halves_of(const char* source, std::uint64_t seed) {
  const datasets::Dataset all =
      datasets::load(ConfigTable::parse_text(fmt::format("source = \"{}\"", source), "the data"), seed).train;
  std::vector<std::size_t> order(all.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  RandomStream({seed, Purpose::data_split, 0, 0}).shuffle(std::span(order));
  const std::span<const std::size_t> view(order);
  return {all.subset(view.first(order.size() / 2)), all.subset(view.subspan(order.size() / 2))};
}

/// What one trial gave.
struct Caught {
  std::size_t images = 0;
  double psnr_of_all = 0, psnr_of_caught = 0;  ///< sums
};

class Robbery {
 public:
  Robbery(const Setting& setting, const datasets::Dataset& secret, const attacks::MeanFeature& believed)
      : setting_(setting),
        secret_(secret),
        believed_(believed),
        exchange_({fmt::format("[[layers]]\ntype = \"linear\"\noutputs = {}\n[[layers]]\ntype = \"relu\"\n[[layers]]\n"
                               "type = \"linear\"\noutputs = {}\n",
                               setting.bins, secret.classes),
                   fmt::format("algorithm = \"fedsgd\"\nbatch_size = {}\nlearning_rate = 1.0\n", setting.batch), "",
                   secret.feature_shape, secret.classes}) {}

  Caught trial(std::uint64_t seed) const {
    std::vector<std::size_t> order(secret_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    RandomStream({seed, Purpose::partition, 0, 0}).shuffle(std::span(order));
    const Parameters start = crafted(seed);
    Caught caught;
    for (std::size_t from = 0; from < setting_.images; from += setting_.batch)
      add(start, secret_.subset(std::span<const std::size_t>(order).subspan(from, setting_.batch)), seed, caught);
    return caught;
  }

 private:
  Parameters crafted(std::uint64_t seed) const {
    const Parameters honest = exchange_.initial(seed);
    std::vector<float> theta(honest.values().begin(), honest.values().end());
    attacks::write_imprint(attacks::first_relu_block(exchange_.model()).value(), believed_, theta);
    return {exchange_.schema(), std::move(theta)};
  }

  void add(const Parameters& start, const datasets::Dataset& batch, std::uint64_t seed, Caught& caught) const {
    const attacks::Observation seen = exchange_.observe(start, batch, seed);
    attacks::ThreatModel threat_model = attacks::ThreatModel::of(attacks::Observer::malicious_coordinator);
    threat_model.offer_feature_bounds({batch.feature_low, batch.feature_high}, false);
    const attacks::AttackResult result =
        attacks::run_attack(seen, threat_model, attacks::AttackSettings::from_catalog("imprint"));
    const attacks::GroundTruth truth{{batch.features.begin(), batch.features.end()}, batch.labels};
    for (const auto& one :
         attacks::score(result, truth, {batch.feature_shape, threat_model.feature_bounds, false}).examples) {
      const double psnr = std::min(one.psnr.value_or(0), 150.0);
      caught.psnr_of_all += psnr;
      if (psnr < caught_psnr) continue;
      ++caught.images;
      caught.psnr_of_caught += psnr;
    }
  }

  const Setting& setting_;
  const datasets::Dataset& secret_;
  attacks::MeanFeature believed_;
  Exchange exchange_;
};

std::vector<ReproducedRow> rows_of(const Setting& setting, const std::vector<Caught>& trials) {
  Caught total;
  for (const Caught& one : trials) {
    total.images += one.images;
    total.psnr_of_all += one.psnr_of_all;
    total.psnr_of_caught += one.psnr_of_caught;
  }
  const std::size_t images = trials.size() * setting.images;
  const std::string words = fmt::format("{}, {} bins, B = {}", setting.source, setting.bins, setting.batch);
  const attacks::Interval interval = attacks::wilson_interval(total.images, images);
  const auto whole = static_cast<double>(setting.images);
  std::vector<ReproducedRow> rows{{setting.where, words, "caught of 64 images", setting.published,
                                   whole * static_cast<double>(total.images) / static_cast<double>(images),
                                   whole * interval.low, whole * interval.high, note}};
  if (setting.bins != 128) return rows;
  rows.push_back({"Fowl et al., README",
                  words,
                  "PSNR of all images, dB",
                  70.94,
                  total.psnr_of_all / static_cast<double>(images),
                  {},
                  {},
                  psnr_note});
  if (total.images > 0)
    rows.push_back({"Fowl et al., README",
                    words,
                    "PSNR of caught images, dB",
                    {},
                    total.psnr_of_caught / static_cast<double>(total.images),
                    {},
                    {},
                    psnr_note});
  return rows;
}

}  // namespace

std::vector<ReproducedRow> reproduce_robbing_the_fed(const ReproductionControl& control) {
  const auto trials = control.pick<std::size_t>(1, 3, 50);
  std::vector<ReproducedRow> rows;
  for (std::size_t s = 0; s < std::size(settings); ++s) {
    // The fewest bins of 64 examples, and one of the digits.
    if (control.tiny && s != 6 && s != 7) continue;
    const Halves halves = halves_of(settings[s].source, control.seed);
    const Robbery robbery(settings[s], halves.secret, mean_feature_of(halves.open));
    std::vector<Caught> caught(trials);
    run_trials(
        trials, control, [&](std::size_t t) { caught[t] = robbery.trial(control.seed * 1'000'003 + t); },
        static_cast<double>(s) / std::size(settings), static_cast<double>(s + 1) / std::size(settings));
    for (ReproducedRow& row : rows_of(settings[s], caught)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace tacit::evaluation
