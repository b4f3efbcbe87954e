#include "models/example_mixing.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "datasets/dataset.h"

namespace tacit::models {

namespace {

constexpr double least_part = 1e-3;

/// into = sum_j shares[j] rows[j], in the order of j.
void combine(std::span<const float> rows, std::span<const std::size_t> chosen, std::span<const double> shares,
             std::vector<double>& sum, std::span<float> into) {
  sum.assign(into.size(), 0.0);
  for (std::size_t j = 0; j < chosen.size(); ++j)
    for (std::size_t i = 0; i < into.size(); ++i)
      sum[i] += shares[j] * static_cast<double>(rows[chosen[j] * into.size() + i]);
  std::transform(sum.begin(), sum.end(), into.begin(), [](double value) { return static_cast<float>(value); });
}

}  // namespace

ExampleMixing ExampleMixing::from_config(ConfigTable& section) {
  ExampleMixing mixing;
  const std::string kind = section.choice("mixing", {"none", "mixup", "instahide"}, "none");
  if (kind == "none") {
    for (const char* key : {"mixing_examples", "mixing_largest"})
      if (section.has(key)) section.refuse(key, "has a meaning only with mixing, which is \"none\"");
    return mixing;
  }
  mixing.kind = kind == "mixup" ? Kind::mixup : Kind::instahide;
  mixing.examples = static_cast<std::size_t>(section.integer("mixing_examples", {2, 16}, 4));
  mixing.largest = section.number("mixing_largest", {0, 1}, mixing.largest);
  if (allowed_part(mixing.examples, mixing.largest) < least_part)
    section.refuse("mixing_largest", fmt::format("{} shares of at most {} leave too little choice; each can be 1/{} "
                                                 "and some must be able to be clearly more",
                                                 mixing.examples, mixing.largest, mixing.examples));
  return mixing;
}

double allowed_part(std::size_t count, double largest) {
  double part = 0, binomial = 1;
  for (std::size_t j = 0; j <= count; ++j) {
    const double rest = 1 - static_cast<double>(j) * largest;
    if (rest <= 0) break;
    part += (j % 2 == 0 ? binomial : -binomial) * std::pow(rest, static_cast<double>(count) - 1);
    binomial *= static_cast<double>(count - j) / static_cast<double>(j + 1);
  }
  return std::clamp(part, 0.0, 1.0);
}

std::vector<double> draw_shares(std::size_t count, double largest, RandomStream& stream) {
  if (count == 0 || allowed_part(count, largest) < least_part)
    fail(ErrorKind::usage, "mixing: {} shares of at most {} cannot be drawn", count, largest);
  std::vector<double> shares(count);
  for (;;) {
    // Exponential numbers over their sum are uniform on the simplex.
    double sum = 0;
    for (double& share : shares) sum += share = -std::log(1.0 - stream.uniform());
    if (sum <= 0) continue;
    for (double& share : shares) share /= sum;
    if (*std::max_element(shares.begin(), shares.end()) <= largest) return shares;
  }
}

ExampleMixer::ExampleMixer(const ExampleMixing& mixing, const datasets::Dataset& data, std::span<const float> targets,
                           const RandomKey& key)
    : mixing_(mixing),
      data_(data),
      targets_(targets),
      stream_({key.seed, Purpose::example_mixing, key.round, key.client}) {
  if (data.is_streamed())
    fail(ErrorKind::data, "data set '{}' is streamed, and only examples in memory are mixed", data.name);
  if (data.size() < mixing.examples)
    fail(ErrorKind::data, "data set '{}' has {} examples, but mixing takes {} for each mixture", data.name, data.size(),
         mixing.examples);
}

std::size_t ExampleMixer::other_than(std::span<const std::size_t> chosen) {
  for (;;) {
    const auto index = static_cast<std::size_t>(stream_.below(data_.size()));
    if (std::find(chosen.begin(), chosen.end(), index) == chosen.end()) return index;
  }
}

void ExampleMixer::mix(std::size_t index, std::span<float> features, std::span<float> target) {
  std::vector<std::size_t> chosen{index};
  while (chosen.size() < mixing_.examples) chosen.push_back(other_than(chosen));
  const std::vector<double> shares = draw_shares(mixing_.examples, mixing_.largest, stream_);
  combine(data_.features, chosen, shares, sum_, features);
  combine(targets_, chosen, shares, sum_, target);
  if (mixing_.kind != ExampleMixing::Kind::instahide) return;
  for (float& value : features)
    if (stream_.below(2) == 1) value = -value;
}

}  // namespace tacit::models
