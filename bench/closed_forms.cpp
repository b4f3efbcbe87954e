#include "bench/closed_forms.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "attacks/analytic_linear.h"
#include "attacks/attack.h"
#include "attacks/linear_layers.h"
#include "bench/hashed_numbers.h"
#include "bench/multiply_add_rate.h"
#include "bench/networks.h"
#include "core/error.h"
#include "evaluation/circuit_trial.h"
#include "evaluation/closed_form_models.h"

namespace tacit::bench {
namespace {

constexpr std::size_t truth_from = 300000000;

double largest_difference(std::span<const double> found, std::span<const double> truth) {
  double largest = found.size() == truth.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < std::min(found.size(), truth.size()); ++i)
    largest = std::max(largest, std::abs(found[i] - truth[i]));
  return largest;
}

/// Reads one input off the gradient of a first linear layer.
class AnalyticWork final : public ClosedFormWork {
 public:
  AnalyticWork() : model_(model_of<double>(network_named("mlp"), "mlp")) {
    const std::vector<float> narrow = start_parameters(model_.graph());
    const std::vector<double> theta(narrow.begin(), narrow.end());
    truth_ = hashed_values<double>(model_.input_size(), truth_from);
    gradient_.resize(theta.size());
    const auto targets = model_.targets_of(std::vector<std::int32_t>{3});
    models::Evaluation<double>(model_).gradient(theta, {truth_, targets, 1},
                                                {.theta = gradient_, .inputs = {}, .targets = {}});
  }
  void call() override { result_ = attacks::invert_ratio(*attacks::first_linear_layer(model_), gradient_).mixture; }
  double error() const override { return largest_difference(result_, truth_); }

 private:
  models::Model<double> model_;
  std::vector<double> truth_, gradient_, result_;
};

/// A published attack on an update as the wire has it.
class WireWork final : public ClosedFormWork {
 public:
  WireWork(const char* attack, const std::string& model, const Shape& features, attacks::Bounds bounds, bool angles)
      : settings_(attacks::AttackSettings::from_catalog(attack)) {
    const evaluation::Exchange exchange(
        {model, "algorithm = \"fedsgd\"\nbatch_size = 1\nlearning_rate = 1.0\n", "", features, 2});
    std::vector<float> inputs = hashed_values<float>(element_count(features), truth_from);
    const auto low = static_cast<float>(bounds.low), high = static_cast<float>(bounds.high);
    for (float& value : inputs) value = low + (high - low) * (1 + value) / 2;
    truth_.assign(inputs.begin(), inputs.end());
    threat_model_.offer_feature_bounds(bounds, angles);
    observation_.emplace(exchange.observe(
        exchange.initial(1), evaluation::examples_of(features, std::move(inputs), {1}, 2, low, high, angles)));
  }
  void call() override { result_ = attacks::run_attack(*observation_, threat_model_, settings_).inputs; }
  double error() const override { return largest_difference(result_, truth_); }

 private:
  attacks::AttackSettings settings_;
  attacks::ThreatModel threat_model_;
  std::optional<attacks::Observation> observation_;
  std::vector<double> truth_, result_;
};

std::string circuit(const std::string& layer) {
  return "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\n" + layer;
}

/// n of "snapshot_n<n>", or nothing.
std::optional<std::size_t> qubits_of(const std::string& name) {
  constexpr std::string_view prefix = "snapshot_n";
  if (!name.starts_with(prefix) || name.size() > prefix.size() + 2) return {};
  std::size_t qubits = 0;
  for (const char digit : name.substr(prefix.size())) {
    if (digit < '0' || digit > '9') return {};
    qubits = 10 * qubits + static_cast<std::size_t>(digit - '0');
  }
  return qubits >= 2 ? std::optional(qubits) : std::nullopt;
}

}  // namespace

std::unique_ptr<ClosedFormWork> prepare_closed_form(const std::string& name) {
  using std::numbers::pi;
  if (name == "analytic") return std::make_unique<AnalyticWork>();
  if (name == "r_gap_fcn3")
    return std::make_unique<WireWork>("r_gap", evaluation::recursive_fcn3(), Shape{1, 28, 28}, attacks::Bounds{0, 1},
                                      false);
  if (name == "r_gap_cnn6")
    return std::make_unique<WireWork>("r_gap", evaluation::recursive_cnn6(), Shape{3, 32, 32}, attacks::Bounds{0, 1},
                                      false);
  if (name == "algebraic_m3")
    return std::make_unique<WireWork>("algebraic", circuit(evaluation::fourier_tower(3, 2)), Shape{1},
                                      attacks::Bounds{0, 2 * pi}, true);
  if (const auto qubits = qubits_of(name))
    return std::make_unique<WireWork>("snapshot", circuit(evaluation::ising_chain(*qubits, *qubits)),
                                      Shape{static_cast<std::int64_t>(*qubits)}, attacks::Bounds{-pi / 2, pi / 2},
                                      true);
  fail(ErrorKind::usage,
       "no closed form '{}': analytic, r_gap_fcn3, r_gap_cnn6, algebraic_m3 or snapshot_n2 to snapshot_n99", name);
}

std::vector<std::string> closed_forms(Extent extent) {
  if (extent == Extent::quick) return {"analytic", "r_gap_fcn3", "snapshot_n4", "algebraic_m3"};
  return {"analytic",    "r_gap_fcn3",  "r_gap_cnn6",   "snapshot_n4",
          "snapshot_n6", "snapshot_n8", "snapshot_n10", "algebraic_m3"};
}

std::vector<MeasuredClosedForm> measure_closed_forms(
    Extent extent, const std::function<void(const MeasuredClosedForm&, std::size_t)>& on_case) {
  const std::vector<std::string> names = closed_forms(extent);
  std::vector<MeasuredClosedForm> measured;
  for (const std::string& name : names) {
    const auto work = prepare_closed_form(name);
    const double seconds = median_seconds([&] { work->call(); }, thread_seconds, patience_for(extent));
    measured.push_back({name, seconds, work->error()});
    on_case(measured.back(), names.size());
  }
  return measured;
}

}  // namespace tacit::bench
