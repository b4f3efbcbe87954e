#pragma once

#include <cstdint>
#include <vector>

namespace tacit::attacks {

/// The true labels of an update's examples, in any order: given by whoever runs the attack, and only under a threat
/// model that grants them. No observation holds any.
struct KnownLabels {
  std::vector<std::int32_t> labels;
};

}  // namespace tacit::attacks
