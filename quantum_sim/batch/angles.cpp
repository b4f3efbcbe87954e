#include "quantum_sim/batch/angles.h"

#include <algorithm>

#include "quantum_sim/sincos.h"

namespace tacit::quantum_sim {
namespace {

// A rotation needs the cosine and sine of half its angle, a phase those of the whole.
double part(const Slot& slot) {
  return slot.is_phase ? 1.0 : 0.5;
}

}  // namespace

template <class T>
Angles<T>::Angles(const Circuit& circuit, const Program& program, const std::vector<CommutingLayer>& kept)
    : program_(program),
      checks_(circuit, program),
      factors_(circuit, program),
      shared_sums_(program.slots.size()),
      shared_angles_(program.slots.size()),
      shared_sines_(program.slots.size()),
      shared_cosines_(program.slots.size()),
      shared_(program, kept) {
  for (std::uint32_t index = 0; index < program.slots.size(); ++index)
    if (program.slots[index].lane_slot != no_slot) input_slots_.push_back(index);
  for (AlignedArray<double>* table : {&angles_, &rates_, &sines_, &cosines_})
    table->ensure(program.lane_slots * tile_width<T>, "the input angles of a tile of samples");
  lanes_.ensure(program.lane_slots * coefficients_of_slot * tile_width<T>, "the table of a circuit's input angles");
}

template <class T>
void Angles<T>::require_valid(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                              Derivatives wanted) {
  checks_.require_valid(parameters, inputs, batch, wanted);
}

template <class T>
void Angles<T>::begin(std::span<const T> parameters, std::span<const T> parameters_dot, std::span<const T> inputs,
                      std::span<const T> inputs_dot) {
  factors_.begin(parameters, parameters_dot, inputs, inputs_dot);
  sum_shared_parts();
  shared_.update(shared_sums_);
}

template <class T>
void Angles<T>::sum_shared_parts() {
  for (std::size_t slot = 0; slot < program_.slots.size(); ++slot)
    shared_sums_[slot] = {.angle = program_.slots[slot].offset};
  for (const PlacedTerm& term : factors_.shared_terms()) {
    const auto added = factors_.shared_value(term);
    shared_sums_[term.slot].angle += added.value;
    shared_sums_[term.slot].rate += added.rate;
  }
  for (std::size_t slot = 0; slot < program_.slots.size(); ++slot)
    shared_angles_[slot] = part(program_.slots[slot]) * shared_sums_[slot].angle;
  sine_and_cosine(shared_angles_, shared_sines_, shared_cosines_);
  for (std::size_t slot = 0; slot < program_.slots.size(); ++slot) {
    shared_sums_[slot].sine = shared_sines_[slot];
    shared_sums_[slot].cosine = shared_cosines_[slot];
  }
}

template <class T>
void Angles<T>::sum_lanes() {
  constexpr std::size_t width = tile_width<T>;
  for (std::size_t lane_slot = 0; lane_slot < input_slots_.size(); ++lane_slot) {
    const MovingAngle& shared = shared_sums_[input_slots_[lane_slot]];
    std::fill_n(angles_.get() + lane_slot * width, width, shared.angle);
    std::fill_n(rates_.get() + lane_slot * width, width, shared.rate);
  }
  for (const PlacedTerm& term : factors_.lane_terms()) {
    const std::size_t place = program_.slots[term.slot].lane_slot * width;
    factors_.add_lanes(term, angles_.get() + place, rates_.get() + place);
  }
  for (std::size_t lane_slot = 0; lane_slot < input_slots_.size(); ++lane_slot) {
    const double factor = part(program_.slots[input_slots_[lane_slot]]);
    double *angle = angles_.get() + lane_slot * width, *rate = rates_.get() + lane_slot * width;
    for (std::size_t lane = 0; lane < width; ++lane) {
      angle[lane] *= factor;
      rate[lane] *= factor;
    }
  }
}

template <class T>
void Angles<T>::load_tile(std::size_t first, std::size_t count) {
  constexpr std::size_t width = tile_width<T>;
  const std::size_t angles = input_slots_.size() * width;
  if (angles == 0) return;
  factors_.load_tile(first, count);
  sum_lanes();
  sine_and_cosine({angles_.get(), angles}, {sines_.get(), angles}, {cosines_.get(), angles});
  for (std::size_t lane_slot = 0; lane_slot < input_slots_.size(); ++lane_slot) {
    const double sign = shared_.signs()[input_slots_[lane_slot]];
    const std::size_t from = lane_slot * width;
    T* place = lanes_.get() + lane_slot * coefficients_of_slot * width;
    for (std::size_t lane = 0; lane < width; ++lane) {
      place[lane] = static_cast<T>(cosines_.get()[from + lane]);
      place[width + lane] = static_cast<T>(sign * sines_.get()[from + lane]);
      place[2 * width + lane] = static_cast<T>(sign * rates_.get()[from + lane]);
    }
  }
}

template class Angles<float>;
template class Angles<double>;

}  // namespace tacit::quantum_sim
