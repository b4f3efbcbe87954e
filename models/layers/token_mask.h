#pragma once

#include <algorithm>
#include <span>

#include "core/error.h"

namespace tacit::models {

/// Sequences of unequal length are brought to one length with a padding token. Layers that mix tokens are told which
/// ones count by a second input, the whole numbers [ids] that an embedding reads too: those that are `token` do not. A
/// sequence may have tokens in front of them, as a class token; these always count.
struct Padding {
  std::size_t token = 0;
  std::size_t ids = 0;  ///< how many an example has

  /// Throws Error(usage) unless a sequence of so many tokens has an id for each, but for those in front.
  void check(std::size_t tokens) const {
    if (ids == 0 || ids > tokens)
      fail(ErrorKind::usage, "{} token ids say which of {} tokens are padding, expected 1 to {}", ids, tokens, tokens);
  }
  /// Whether each token of an example counts, 1 or 0; returns how many do.
  template <class T>
  std::size_t mark(std::span<const T> example_ids, std::span<T> counts) const {
    const std::size_t in_front = counts.size() - ids;
    std::fill_n(counts.begin(), in_front, T(1));
    std::size_t count = in_front;
    for (std::size_t i = 0; i < ids; ++i) {
      const bool is_token = example_ids[i] != static_cast<T>(token);
      counts[in_front + i] = is_token ? T(1) : T(0);
      count += is_token ? 1 : 0;
    }
    return count;
  }
};

}  // namespace tacit::models
