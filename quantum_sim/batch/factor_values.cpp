#include "quantum_sim/batch/factor_values.h"

#include <algorithm>
#include <cmath>

namespace tacit::quantum_sim {
namespace {

// f, f' and f'' at v.
struct Curve {
  double value, slope, curvature;
};

Curve curve(Angle::Function function, double v) {
  if (function == Angle::Function::identity) return {v, 1, 0};
  const double square = (1 - v) * (1 + v);
  const double slope = -1 / std::sqrt(square);
  return {std::acos(v), slope, v * slope / square};
}

// At the ends of arccos slopes are infinite; only calls that read none of them go there.
double product(double slope, double rate) {
  return rate == 0 ? 0 : slope * rate;
}

}  // namespace

template <class T>
FactorValues<T>::FactorValues(const Circuit& circuit, const Program& program) : inputs_per_sample_(circuit.inputs()) {
  for (std::uint32_t slot = 0; slot < program.slots.size(); ++slot)
    for (std::uint32_t term = program.slots[slot].first_term; term < program.slots[slot].end_term; ++term)
      place(program.terms[term], slot);
  shared_.resize(shared_sources_.size());
  lanes_.ensure(lane_sources_.size(), "the factors of a circuit's angles");
}

template <class T>
std::uint32_t FactorValues<T>::place_of(std::vector<Source>& sources, const Source& source) {
  const auto found = std::find(sources.begin(), sources.end(), source);
  const auto place = static_cast<std::uint32_t>(found - sources.begin());
  if (found == sources.end()) sources.push_back(source);
  return place;
}

template <class T>
void FactorValues<T>::place(const AngleTerm& term, std::uint32_t slot) {
  const bool in_lanes = term.reads(Angle::Source::input);
  const std::span<const Angle::Factor> factors = term.angle.factors();
  PlacedTerm placed{slot,
                    term.angle.scale,
                    factors.size() == 1 && factors[0].function == Angle::Function::identity,
                    term.angle.factor_count,
                    {}};
  for (std::size_t which = 0; which < factors.size(); ++which) {
    const Angle::Factor& factor = factors[which];
    const std::uint32_t place =
        place_of(in_lanes ? lane_sources_ : shared_sources_, {factor.source, factor.index, factor.function});
    placed.factors[which] = {place, factor.shift, factor.source, factor.index};
  }
  (in_lanes ? lane_terms_ : shared_terms_).push_back(placed);
}

template <class T>
void FactorValues<T>::begin(std::span<const T> parameters, std::span<const T> parameters_dot, std::span<const T> inputs,
                            std::span<const T> inputs_dot) {
  inputs_ = inputs;
  inputs_dot_ = inputs_dot;
  const auto evaluate = [&](const Source& source) -> Shared {
    const Curve at = curve(source.function, static_cast<double>(parameters[source.index]));
    const double dot = parameters_dot.empty() ? 0.0 : static_cast<double>(parameters_dot[source.index]);
    return {at.value, product(at.slope, dot), at.slope, product(at.curvature, dot)};
  };
  std::transform(shared_sources_.begin(), shared_sources_.end(), shared_.begin(), evaluate);
  for (std::size_t place = 0; place < lane_sources_.size(); ++place) {
    if (lane_sources_[place].source != Angle::Source::parameter) continue;
    const Shared all = evaluate(lane_sources_[place]);
    Lanes& lanes = lanes_.get()[place];
    std::fill_n(lanes.value, width, all.value);
    std::fill_n(lanes.rate, width, all.rate);
    std::fill_n(lanes.slope, width, all.slope);
    std::fill_n(lanes.slope_rate, width, all.slope_rate);
  }
}

template <class T>
void FactorValues<T>::load_tile(std::size_t first, std::size_t count) {
  for (std::size_t place = 0; place < lane_sources_.size(); ++place) {
    const Source& source = lane_sources_[place];
    if (source.source != Angle::Source::input) continue;
    Lanes& lanes = lanes_.get()[place];
    const std::size_t start = first * inputs_per_sample_ + source.index;
    for (std::size_t lane = 0; lane < width; ++lane) {
      const std::size_t from = start + lane * inputs_per_sample_;
      lanes.value[lane] = lane < count ? static_cast<double>(inputs_[from]) : 0.0;
      lanes.rate[lane] = lane < count && !inputs_dot_.empty() ? static_cast<double>(inputs_dot_[from]) : 0.0;
    }
    if (source.function == Angle::Function::identity) {
      std::fill_n(lanes.slope, width, 1.0);
      std::fill_n(lanes.slope_rate, width, 0.0);
      continue;
    }
    for (std::size_t lane = 0; lane < width; ++lane) {
      const Curve at = curve(source.function, lanes.value[lane]);
      const double dot = lanes.rate[lane];
      lanes.value[lane] = at.value;
      lanes.rate[lane] = product(at.slope, dot);
      lanes.slope[lane] = at.slope;
      lanes.slope_rate[lane] = product(at.curvature, dot);
    }
  }
}

template <class T>
void FactorValues<T>::add_lanes(const PlacedTerm& term, double* angle, double* rate) const {
  const Lanes& one = lanes_.get()[term.factors[0].place];
  const double scale = term.scale, shift = term.factors[0].shift;
  if (term.factor_count == 1) {
    for (std::size_t lane = 0; lane < width; ++lane) {
      angle[lane] += scale * (one.value[lane] + shift);
      rate[lane] += scale * one.rate[lane];
    }
    return;
  }
  const Lanes& two = lanes_.get()[term.factors[1].place];
  const double other_shift = term.factors[1].shift;
  for (std::size_t lane = 0; lane < width; ++lane) {
    const double f = one.value[lane] + shift, g = two.value[lane] + other_shift;
    angle[lane] += scale * (f * g);
    rate[lane] += scale * (one.rate[lane] * g + f * two.rate[lane]);
  }
}

template <class T>
void FactorValues<T>::derivative_lanes(const PlacedTerm& term, std::uint32_t which, double* derivative,
                                       double* rate) const {
  const Lanes& own = lanes_.get()[term.factors[which].place];
  const double scale = term.scale;
  if (term.factor_count == 1) {
    for (std::size_t lane = 0; lane < width; ++lane) {
      derivative[lane] = scale * own.slope[lane];
      rate[lane] = scale * own.slope_rate[lane];
    }
    return;
  }
  const Lanes& other = lanes_.get()[term.factors[1 - which].place];
  const double shift = term.factors[1 - which].shift;
  for (std::size_t lane = 0; lane < width; ++lane) {
    const double g = other.value[lane] + shift;
    derivative[lane] = scale * (own.slope[lane] * g);
    rate[lane] = scale * (own.slope_rate[lane] * g + own.slope[lane] * other.rate[lane]);
  }
}

template <class T>
FactorValues<T>::Pair FactorValues<T>::shared_value(const PlacedTerm& term) const {
  const Shared& one = shared_[term.factors[0].place];
  const double f = one.value + term.factors[0].shift;
  if (term.factor_count == 1) return {term.scale * f, term.scale * one.rate};
  const Shared& two = shared_[term.factors[1].place];
  const double g = two.value + term.factors[1].shift;
  return {term.scale * (f * g), term.scale * (one.rate * g + f * two.rate)};
}

template <class T>
FactorValues<T>::Pair FactorValues<T>::shared_derivative(const PlacedTerm& term, std::uint32_t which) const {
  const Shared& own = shared_[term.factors[which].place];
  if (term.factor_count == 1) return {term.scale * own.slope, term.scale * own.slope_rate};
  const Shared& other = shared_[term.factors[1 - which].place];
  const double g = other.value + term.factors[1 - which].shift;
  return {term.scale * (own.slope * g), term.scale * (own.slope_rate * g + own.slope * other.rate)};
}

template class FactorValues<float>;
template class FactorValues<double>;

}  // namespace tacit::quantum_sim
