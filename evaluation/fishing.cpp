#include "evaluation/fishing.h"

#include <utility>

#include "attacks/fishing_inversion.h"
#include "attacks/linear_layers.h"
#include "core/error.h"

namespace tacit::evaluation {
namespace {

/// How many examples pass the head that a round was sent with, in the words of attacks/fishing_inversion.h.
double passing(const attacks::Observation& seen, const attacks::LinearLayer& layer) {
  const std::vector<double> theta(seen.model().values().begin(), seen.model().values().end());
  const std::vector<double> gradient(seen.update().begin(), seen.update().end());
  return attacks::fished_examples(attacks::fishing_head_of(layer, theta).value(), gradient, seen.examples());
}

}  // namespace

FishingTrip fish_by_feature(const Exchange& exchange, const Parameters& honest, const datasets::Dataset& data,
                            attacks::FishingHead head, double low, double high, double resolution, std::uint64_t seed) {
  const auto layer = attacks::last_linear_layer(exchange.model());
  if (!layer || !layer->bias_offset || !head.feature)
    fail(ErrorKind::usage, "fishing by feature needs a feature, and a last layer 'linear' with a bias");
  FishingTrip trip;
  const auto ask = [&] {
    std::vector<float> theta(honest.values().begin(), honest.values().end());
    attacks::write_fishing_head(*layer, head, theta);
    const auto round = static_cast<std::uint32_t>(trip.rounds.size() + 1);
    trip.rounds.push_back(exchange.observe({exchange.schema(), std::move(theta)}, data, seed, round));
    return passing(trip.rounds.back(), *layer);
  };
  head.cutoff.reset();
  const double reference = ask();
  attacks::FishingSearch search(low, high, resolution);
  while (!search.done()) {
    head.cutoff = search.cutoff();
    search.answer(ask() - reference);
  }
  trip.found = search.found();
  return trip;
}

}  // namespace tacit::evaluation
