#pragma once

#include <cstddef>
#include <string>

#include "quantum_sim/openqasm/limits.h"
#include "quantum_sim/openqasm/place.h"

namespace tacit::quantum_sim::openqasm {

/// Counts what an import does, so that no file, however short, keeps it busy for long.
class Steps {
 public:
  /// `origin` must outlive it.
  explicit Steps(const std::string& origin) : origin_(origin) {}

  void take(Place place) {
    if (++taken_ > max_steps)
      refuse(origin_, place, "the file asks for more than {} steps, counted with loops and gates expanded", max_steps);
  }

 private:
  const std::string& origin_;
  std::size_t taken_ = 0;
};

}  // namespace tacit::quantum_sim::openqasm
