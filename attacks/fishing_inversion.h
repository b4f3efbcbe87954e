#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "attacks/linear_layers.h"
#include "attacks/methods/method.h"
#include "core/config.h"

namespace tacit::attacks {

/// The head that a round's model was sent with, if only one row of its weights is not zero (malicious/fishing.h).
struct SeenFishingHead {
  LinearLayer layer;
  std::size_t target_class = 0;
  double bias = 0;  ///< of that class; the higher, the lower the cutoff
};
std::optional<SeenFishingHead> fishing_head_of(const LinearLayer& head, std::span<const double> theta);

/// How many examples pass the head, fractions included and those of the target class counted as -1 where they pass:
/// n times the bias gradient of the target class, sum_i (p_c - [y_i = c]). `gradient` is of the mean loss over n
/// examples.
double fished_examples(const SeenFishingHead& head, std::span<const double> gradient, std::uint64_t examples);

/// The attack as a method. Of the rounds it takes those that let a single example through: one round whose head lets
/// one example of its class pass, or two of neighbouring cutoffs with one example between them (the difference of what
/// came back). What is left there is the gradient of one example behind the head, up to its sign, and the attack of
/// section [inner] inverts it with the target class as its label. Refuses if no example is alone. Rounds must have been
/// made from the same examples. Its only key is the table `inner`, an attack of one example (methods/method.h) whose
/// objective looks at the entries that are not zero.
std::unique_ptr<const Method> make_fishing(ConfigTable file);

}  // namespace tacit::attacks
