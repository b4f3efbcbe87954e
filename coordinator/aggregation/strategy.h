#pragma once

#include <cstdint>
#include <span>

#include "core/parameters.h"
#include "tacit/v1/coordinator.pb.h"

namespace tacit::coordinator {

/// One client's contribution to a round, decoded.
struct Update {
  std::span<const float> values;  ///< [parameters]
  std::uint64_t examples = 0;     ///< the weight; below 2^29
};

/// Turns the updates of one round into the next model. One object serves one round:
///   admit* fold* finish
/// in any order of updates; the result depends on the set of updates alone (promise P1), and memory is O(parameters)
/// however many there are. `admit` may run on many threads at once; `fold` and `finish` are serial.
class Strategy {
 public:
  virtual ~Strategy() = default;

  /// What clients must send.
  virtual v1::UpdateKind expects() const = 0;
  /// Whether the update can be folded, before anybody is promised that it will count. Throws Error(data) naming the
  /// parameter whose value cannot be summed.
  virtual void admit(const Update& update) const = 0;
  /// Adds an admitted update. Cannot fail for one that was admitted.
  virtual void fold(const Update& update) = 0;
  /// The next model. Throws Error(state) if nothing was folded, Error(data) naming the parameter that would leave the
  /// range of float.
  virtual Parameters finish(const Parameters& current) const = 0;
};

}  // namespace tacit::coordinator
