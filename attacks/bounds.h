#pragma once

namespace tacit::attacks {

/// The closed interval that every feature lies in, in the unit of the feature.
struct Bounds {
  double low = 0;
  double high = 1;
  double middle() const noexcept { return 0.5 * (low + high); }
  double width() const noexcept { return high - low; }
  bool operator==(const Bounds&) const = default;
};

}  // namespace tacit::attacks
