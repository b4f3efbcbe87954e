#pragma once

#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "attacks/attack_settings.h"
#include "attacks/features.h"
#include "attacks/gradient_matching.h"
#include "attacks/recorded_run.h"
#include "attacks/threat_model.h"
#include "core/random.h"

namespace tacit::attacks {

/// The default threat model and what the features keep by construction.
inline ThreatModel honest_but_curious(const Bounds& bounds = {0, 1}, bool angles = false) {
  ThreatModel model;
  model.offer_feature_bounds(bounds, angles);
  return model;
}

/// The same coordinator, which sends what it likes.
inline ThreatModel malicious_coordinator(const Bounds& bounds = {0, 1}) {
  ThreatModel model = ThreatModel::of(Observer::malicious_coordinator);
  model.offer_feature_bounds(bounds, false);
  return model;
}

/// Settings from text.
inline AttackSettings settings(const std::string& toml) {
  return AttackSettings::from_config(ConfigTable::parse_text(toml, "test.toml"), "test");
}

/// Changes settings of a gradient-matching attack; other copies of the attack stay as they are.
template <class Change>
void change_matching(AttackSettings& attack, const Change& change) {
  MatchingSettings settings = dynamic_cast<const GradientMatching&>(*attack.method).settings();
  change(settings);
  attack.method = std::make_shared<const GradientMatching>(std::move(settings));
}

/// Features as scores take them.
inline std::vector<double> wide(std::span<const float> values) {
  return {values.begin(), values.end()};
}

/// 8 x 8 pixels in [0, 1].
inline const Features digit{{1, 8, 8}, Bounds{0, 1}, false};

/// A picture with edges and flat parts, as digits have.
inline std::vector<float> picture(std::uint64_t seed) {
  RandomStream random({seed, Purpose::test, 3, 0});
  const double x = random.uniform(2, 5), y = random.uniform(2, 5), radius = random.uniform(1.5, 2.5);
  std::vector<float> image(64);
  for (int i = 0; i < 8; ++i) {
    for (int j = 0; j < 8; ++j) {
      const double distance = std::abs(std::hypot(i - y, j - x) - radius);
      image[static_cast<std::size_t>(i * 8 + j)] = static_cast<float>(std::max(0.0, 1 - distance));
    }
  }
  return image;
}

}  // namespace tacit::attacks
