#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "attacks/attack_result.h"
#include "attacks/linear_layers.h"
#include "attacks/methods/method.h"
#include "attacks/observation.h"
#include "attacks/threat_model.h"
#include "core/config.h"

namespace tacit::attacks {

/// Inputs read off the gradient of a first, fully connected layer with bias. For one example, row r of the weight
/// gradient is delta_r x and entry r of the bias gradient is delta_r, so their ratio is the input exactly (Phong et
/// al., IEEE Trans. Inf. Forensics Security 13(5), 2018; Geiping et al., arXiv 2003.14053, Prop. 3.1).
struct RatioInversion {
  std::vector<double> mixture;  ///< least-squares input over all rows, [inputs]; exact for one example
  double residual = 0;          ///< |W - b mixture^T| / |W|: near rounding if one example made the gradient
  std::vector<std::vector<double>> certain;  ///< inputs that several rows agree on, most agreed first
};

/// The pure inversion. `mixture` minimises |W - b x^T|: rows count by their squared bias gradient, which averages
/// rounding errors. In a batch it is a mean of the inputs weighted by their deltas, but a row that only one example
/// activates still gives that example: rows with equal ratios (relative `agreement`) are taken as such. Throws
/// Error(data) if the bias gradient is zero.
RatioInversion invert_ratio(const LinearLayer& layer, std::span<const double> gradient, double agreement = 1e-5);

/// The attack: up to `count` certain inputs, filled up with the mixture. One row in the result; its score is the
/// residual. Works alike on gradients and on deltas of any number of steps (each step's gradient has the form above),
/// so it needs neither learning rate nor steps. Throws Error(configuration) if the model has no such layer.
AttackResult invert_linear_layer(const Observation& observation, const ThreatModel& threat_model, std::size_t count);

/// The attack as a method, which has no keys.
std::unique_ptr<const Method> make_analytic_linear(ConfigTable file);

}  // namespace tacit::attacks
