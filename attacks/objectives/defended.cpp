#include "attacks/objectives/defended.h"

#include <algorithm>
#include <cmath>

#include "attacks/defence/open_intervals.h"
#include "attacks/require_equal_sizes.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

using Length = KnownDefence::Length;

bool says_something(const Bounds& open) {
  return std::isfinite(open.low) || std::isfinite(open.high);
}

/// rho and its derivative.
struct Rho {
  bool absolute;
  double value(double d) const { return absolute ? std::abs(d) : d * d; }
  double slope(double d) const { return !absolute ? 2 * d : d > 0 ? 1 : d < 0 ? -1 : 0; }
};

double size_of(const DefendedUpdate& update, const Rho& rho) {
  double size = 0;
  for (std::size_t i = 0; i < update.sent.size(); ++i)
    if (says_something(update.open[i])) size += update.step > 0 ? 1 : rho.value(update.sent[i]);
  return size > 0 ? size : 1;
}

bool is_measured(const DefendedUpdate& update, std::size_t i) {
  return update.measured.empty() || update.measured[i] != 0;
}

/// The norm behind an update in noise, which adds its own square to that of a gradient.
double norm_without_noise(std::span<const double> sent, double deviation) {
  double squares = 0;
  for (const double value : sent) squares += value * value;
  // Where noise drowns everything the estimate is worth nothing; a tenth of the norm keeps it positive.
  return std::sqrt(std::max(squares - deviation * deviation * static_cast<double>(sent.size()), 0.01 * squares));
}

DefendedUpdate prepared(const UpdateInUnits& round, const models::Model<double>& model, const KnownDefence& defence,
                        const Rho& rho) {
  const Observation& observation = *round.observation;
  DefendedUpdate update;
  update.unit = round.unit;
  update.sent.assign(observation.update().begin(), observation.update().end());
  update.open = open_intervals(observation, model, defence);
  update.length = defence.length;
  update.bound = defence.length == Length::lost ? norm_without_noise(update.sent, defence.deviation) : defence.bound;
  if (defence.bound_of_sent)
    for (const double value : update.sent) update.measured.push_back(value != 0);
  if (defence.bits == 1) update.mean_magnitude = std::abs(update.sent.front());
  if (defence.stochastic) update.step = quantisation_step(observation.update(), defence.bits);
  update.size = size_of(update, rho);
  return update;
}

/// u = unit g, scaled as the defence scales, and the way back of a derivative.
class Scaling {
 public:
  Scaling(const DefendedUpdate& round, std::span<const double> g) : round_(round), g_(g) {
    double squares = 0;
    for (std::size_t i = 0; i < g.size(); ++i)
      if (is_measured(round, i)) squares += g[i] * g[i];
    norm_ = std::abs(round.unit) * std::sqrt(squares);
    scales_ = norm_ > 0 && (round.length == Length::lost || (round.length == Length::bounded && norm_ > round.bound));
    if (scales_) factor_ = round.bound / norm_;
  }
  double operator()(std::size_t i) const { return factor_ * round_.unit * g_[i]; }
  /// In place: dD/du becomes dD/dg. Of a scaled gradient, what lies along it moves nothing.
  void pull_back(std::span<double> derivative) const {
    double along = 0;
    if (scales_) {
      for (std::size_t i = 0; i < g_.size(); ++i) along += derivative[i] * round_.unit * g_[i];
      along /= norm_ * norm_;
    }
    for (std::size_t i = 0; i < g_.size(); ++i) {
      const double moved = is_measured(round_, i) ? along * round_.unit * g_[i] : 0;
      derivative[i] = factor_ * round_.unit * (derivative[i] - moved);
    }
  }

 private:
  const DefendedUpdate& round_;
  std::span<const double> g_;
  double factor_ = 1, norm_ = 0;
  bool scales_ = false;
};

struct Term {
  double value, slope;
};

/// -log(1 - |d| / s), a line from where the probability is 1 %. Near d = 0, where it has a corner, |d| is rounded off.
Term surprise(double d, double step) {
  constexpr double corner = 1e-3, least = 0.01;
  const double x = d / step, root = std::sqrt(x * x + corner * corner);
  const double away = root - corner, slope = x / root / step;
  if (away < 1 - least) return {-std::log1p(-away), slope / (1 - away)};
  return {-std::log(least) + (away - (1 - least)) / least, slope / least};
}

Term term(const DefendedUpdate& round, std::size_t i, double u, const DefendedPenalty& penalty) {
  const Bounds& open = round.open[i];
  if (!says_something(open)) return {0, 0};
  const double away = u - round.sent[i];
  // What was pruned before it was rounded has an interval wider than the rounding.
  if (round.step > 0 && open.width() <= 2.0001 * round.step) return surprise(away, round.step);
  const Rho rho{penalty.absolute};
  const double outside = u - std::clamp(u, open.low, open.high);
  if (open.low == open.high || penalty.closeness == 0) return {rho.value(outside), rho.slope(outside)};
  return {rho.value(outside) + penalty.closeness * rho.value(away),
          rho.slope(outside) + penalty.closeness * rho.slope(away)};
}

/// (sum |u_i| / (n magnitude) - 1)^2 over the components that are compared.
double add_magnitude(const DefendedUpdate& round, const Scaling& u, std::span<double> derivative) {
  double sum = 0, counted = 0;
  for (std::size_t i = 0; i < derivative.size(); ++i)
    if (says_something(round.open[i])) sum += std::abs(u(i)), ++counted;
  if (counted == 0) return 0;
  const double excess = sum / (counted * round.mean_magnitude) - 1;
  const double slope = 2 * excess / (counted * round.mean_magnitude);
  for (std::size_t i = 0; i < derivative.size(); ++i)
    if (says_something(round.open[i])) derivative[i] += u(i) > 0 ? slope : u(i) < 0 ? -slope : 0;
  return excess * excess;
}

double distance(const DefendedUpdate& round, std::span<const double> candidate, const DefendedPenalty& penalty,
                std::span<double> derivative) {
  const Scaling u(round, candidate);
  double sum = 0;
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    const Term one = term(round, i, u(i), penalty);
    sum += one.value;
    derivative[i] = one.slope / round.size;
  }
  sum /= round.size;
  if (round.mean_magnitude > 0) sum += add_magnitude(round, u, derivative);
  u.pull_back(derivative);
  return sum;
}

}  // namespace

std::unique_ptr<const Objective> Defended::make(ConfigTable section) {
  const bool declared = section.choice("defence", {"declared", "estimated"}, "declared") == "declared";
  return std::make_unique<const Defended>(declared ? Knowledge::declared : Knowledge::estimated,
                                          section.number("closeness", {0, 1}, 1e-3));
}

std::vector<Need> Defended::needs() const {
  return knowledge_ == Knowledge::declared ? std::vector<Need>{Need::pipeline} : std::vector<Need>{};
}

AdaptedObjective Defended::adapted_to(const models::Model<double>& model, std::span<const UpdateInUnits> rounds,
                                      std::size_t count) const {
  std::vector<DefendedUpdate> updates;
  AdaptedObjective adapted;
  DefendedPenalty penalty{false, closeness_};
  for (const UpdateInUnits& round : rounds) {
    KnownDefence defence = knowledge_ == Knowledge::declared ? KnownDefence::declared(*round.observation, count)
                                                             : KnownDefence::estimated(*round.observation);
    if (round.observation->scope() != Scope::client && defence.changes_more_than_noise())
      fail(ErrorKind::configuration,
           "the objective knows what a defence leaves open about one client's update, and this is a sum of several");
    penalty.absolute = defence.noise == KnownDefence::Noise::laplace;
    updates.push_back(prepared(round, model, defence, {penalty.absolute}));
    for (std::string& note : defence.notes)
      if (std::ranges::find(adapted.notes, note) == adapted.notes.end()) adapted.notes.push_back(std::move(note));
  }
  adapted.objective = std::make_unique<const DistanceToUpdates>(std::move(updates), penalty);
  return adapted;
}

double Defended::evaluate(std::span<const double> candidate, std::span<const double> observed,
                          std::span<double> derivative) const {
  require_equal_sizes("gradient objective", candidate.size(), observed.size(), derivative.size());
  DefendedUpdate update;
  update.sent.assign(observed.begin(), observed.end());
  for (const double value : observed) update.open.push_back({value, value});
  update.size = size_of(update, {false});
  return distance(update, candidate, {}, derivative);
}

double DistanceToUpdates::evaluate(std::span<const double> candidate, std::span<const double> observed,
                                   std::span<double> derivative) const {
  std::size_t total = 0;
  for (const DefendedUpdate& round : rounds_) total += round.open.size();
  require_equal_sizes("gradient objective", total, candidate.size(), observed.size(), derivative.size());
  double sum = 0;
  std::size_t at = 0;
  for (const DefendedUpdate& round : rounds_) {
    const std::size_t size = round.open.size();
    sum += distance(round, candidate.subspan(at, size), penalty_, derivative.subspan(at, size));
    at += size;
  }
  return sum;
}

}  // namespace tacit::attacks
