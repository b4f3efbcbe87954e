#include "quantum_sim/noise/pauli_frame_simulator.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "quantum_sim/measurement/sampling.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

/// Whole tiles of either precision; their signs and angles stay in cache.
constexpr std::size_t lanes_of_piece = 256;

double value_of(const AngleSum& angle, std::span<const double> parameters, std::span<const double> inputs) {
  double sum = angle.offset;
  for (const AngleTerm& term : angle.terms) sum += value(term.angle, parameters, inputs);
  return sum;
}

double slope(const Angle::Factor& factor, double source) {
  return factor.function == Angle::Function::arccos ? -1 / std::sqrt(1 - source * source) : 1;
}

/// Adds upstream * d angle / d source to the sources' gradients, by the product rule.
void add_gradient(const AngleSum& angle, double upstream, std::span<const double> parameters,
                  std::span<const double> inputs, std::span<double> of_parameters, std::span<double> of_inputs) {
  for (const AngleTerm& term : angle.terms)
    for (std::size_t place = 0; place < term.angle.factors().size(); ++place) {
      const Angle::Factor& factor = term.angle.factors()[place];
      const bool is_input = factor.source == Angle::Source::input;
      double derivative = upstream * term.angle.scale * slope(factor, (is_input ? inputs : parameters)[factor.index]);
      for (std::size_t other = 0; other < term.angle.factors().size(); ++other)
        if (other != place) derivative *= value(term.angle.factors()[other], parameters, inputs);
      (is_input ? of_inputs : of_parameters)[factor.index] += derivative;
    }
}

}  // namespace

/// What one thread needs for a piece of lanes, and what a piece leaves behind.
template <class T>
struct PauliFrameSimulator<T>::Piece {
  BatchSimulator<T>* simulator = nullptr;
  std::size_t lanes = 0;
  std::vector<double> angles;        ///< of one lane
  std::vector<double> signs;         ///< [lanes, angles]
  std::vector<double> string_signs;  ///< [lanes, strings]
  std::vector<T> inputs, outputs, upstream, gradient;
  std::vector<double> of_parameters, of_inputs;  ///< sums over the piece
};

template <class T>
PauliFrameSimulator<T>::PauliFrameSimulator(PauliFrames frames, const std::vector<Observable>& observables)
    : frames_(std::move(frames)), outputs_(observables.size()) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> places;
  for (std::size_t output = 0; output < observables.size(); ++output)
    for (const PauliTerm& term : observables[output].terms) {
      const auto [place, is_new] = places.try_emplace({term.x_mask, term.z_mask}, strings_.size());
      if (is_new) strings_.push_back({{{1.0, term.x_mask, term.z_mask}}});
      terms_.push_back({output, place->second, term.coefficient});
    }
  simulators_.emplace_back(frames_.lanes(), strings_);
}

template <class T>
template <class Body>
void PauliFrameSimulator<T>::for_each_piece(const Call& call, ThreadPool* pool, Body&& body) {
  const std::size_t pieces = (call.lanes() + lanes_of_piece - 1) / lanes_of_piece;
  const std::size_t workers = std::min(pieces, pool ? pool->size() + 1 : std::size_t{1});
  while (simulators_.size() < workers) simulators_.emplace_back(frames_.lanes(), strings_);
  const auto work = [&](std::size_t worker) {
    Piece piece;
    piece.simulator = &simulators_[worker];
    for (std::size_t index = pieces * worker / workers; index < pieces * (worker + 1) / workers; ++index) {
      piece.lanes = std::min(lanes_of_piece, call.lanes() - index * lanes_of_piece);
      body(index, piece);
    }
  };
  if (pool)
    pool->for_each(workers, work);
  else if (workers > 0)
    work(0);
}

template <class T>
void PauliFrameSimulator<T>::prepare(const Call& call, std::size_t first, Piece& piece) const {
  const std::size_t angles = frames_.angles().size(), strings = strings_.size();
  piece.angles.resize(angles);
  piece.signs.resize(piece.lanes * angles);
  piece.inputs.resize(piece.lanes * angles);
  piece.outputs.resize(piece.lanes * strings);
  piece.string_signs.resize(piece.lanes * strings);
  for (std::size_t lane = 0; lane < piece.lanes; ++lane) {
    const std::size_t sample = (first + lane) / call.trajectories, trajectory = (first + lane) % call.trajectories;
    // Angles change with the sample only.
    if (lane == 0 || trajectory == 0)
      for (std::size_t r = 0; r < angles; ++r)
        piece.angles[r] =
            value_of(frames_.angles()[r], call.parameters, call.inputs.subspan(sample * call.width, call.width));
    RandomStream stream =
        trajectory_stream(call.seed, static_cast<std::uint32_t>(sample), static_cast<std::uint32_t>(trajectory));
    const std::span<double> signs = std::span(piece.signs).subspan(lane * angles, angles);
    const Pauli frame = frames_.draw(stream, signs);
    for (std::size_t r = 0; r < angles; ++r)
      piece.inputs[lane * angles + r] = static_cast<T>(signs[r] * piece.angles[r]);
    for (std::size_t string = 0; string < strings; ++string) {
      const PauliTerm& term = strings_[string].terms[0];
      piece.string_signs[lane * strings + string] = commute(frame, {term.x_mask, term.z_mask, 0}) ? 1 : -1;
    }
  }
}

template <class T>
void PauliFrameSimulator<T>::values_of_piece(const Call& call, std::size_t first, Piece& piece,
                                             std::span<double> result) const {
  prepare(call, first, piece);
  piece.simulator->forward({}, piece.inputs, piece.lanes, piece.outputs);
  const std::size_t strings = strings_.size();
  for (std::size_t lane = 0; lane < piece.lanes; ++lane) {
    const std::span<double> values = result.subspan((first + lane) * outputs_, outputs_);
    std::fill(values.begin(), values.end(), 0.0);
    for (const WeightedString& term : terms_) {
      const std::size_t place = lane * strings + term.string;
      values[term.output] += term.coefficient * piece.string_signs[place] * static_cast<double>(piece.outputs[place]);
    }
  }
}

template <class T>
void PauliFrameSimulator<T>::values(const Call& call, ThreadPool* pool, std::span<double> result) {
  for_each_piece(call, pool, [&](std::size_t index, Piece& piece) {
    values_of_piece(call, index * lanes_of_piece, piece, result);
  });
}

template <class T>
void PauliFrameSimulator<T>::gradient_of_piece(const Call& call, std::size_t first, Piece& piece,
                                               std::span<const double> upstream) const {
  prepare(call, first, piece);
  const std::size_t angles = frames_.angles().size(), strings = strings_.size();
  piece.upstream.assign(piece.lanes * strings, 0);
  piece.gradient.resize(piece.lanes * angles);
  for (std::size_t lane = 0; lane < piece.lanes; ++lane)
    for (const WeightedString& term : terms_) {
      const std::size_t place = lane * strings + term.string, sample = (first + lane) / call.trajectories;
      piece.upstream[place] += static_cast<T>(upstream[sample * outputs_ + term.output] * term.coefficient *
                                              piece.string_signs[place] / static_cast<double>(call.trajectories));
    }
  piece.simulator->backward({}, piece.inputs, piece.lanes, piece.upstream, {}, {}, piece.gradient);
  piece.of_parameters.assign(call.parameters.size(), 0);
  const std::size_t first_sample = first / call.trajectories;
  const std::size_t samples = (first + piece.lanes - 1) / call.trajectories - first_sample + 1;
  piece.of_inputs.assign(samples * call.width, 0);
  for (std::size_t lane = 0; lane < piece.lanes; ++lane) {
    const std::size_t sample = (first + lane) / call.trajectories;
    for (std::size_t r = 0; r < angles; ++r)
      add_gradient(frames_.angles()[r],
                   piece.signs[lane * angles + r] * static_cast<double>(piece.gradient[lane * angles + r]),
                   call.parameters, call.inputs.subspan(sample * call.width, call.width), piece.of_parameters,
                   std::span(piece.of_inputs).subspan((sample - first_sample) * call.width, call.width));
  }
}

template <class T>
void PauliFrameSimulator<T>::gradient(const Call& call, ThreadPool* pool, std::span<const double> upstream,
                                      std::span<double> gradient_parameters, std::span<double> gradient_inputs) {
  const std::size_t pieces = (call.lanes() + lanes_of_piece - 1) / lanes_of_piece;
  std::vector<std::vector<double>> of_parameters(pieces), of_inputs(pieces);
  for_each_piece(call, pool, [&](std::size_t index, Piece& piece) {
    gradient_of_piece(call, index * lanes_of_piece, piece, upstream);
    of_parameters[index] = piece.of_parameters;
    of_inputs[index] = piece.of_inputs;
  });
  std::fill(gradient_parameters.begin(), gradient_parameters.end(), 0.0);
  std::fill(gradient_inputs.begin(), gradient_inputs.end(), 0.0);
  // Pieces in order, so that threads do not change the sums.
  for (std::size_t index = 0; index < pieces; ++index) {
    for (std::size_t p = 0; p < gradient_parameters.size(); ++p) gradient_parameters[p] += of_parameters[index][p];
    const std::size_t start = index * lanes_of_piece / call.trajectories * call.width;
    for (std::size_t place = 0; place < of_inputs[index].size(); ++place)
      gradient_inputs[start + place] += of_inputs[index][place];
  }
}

template class PauliFrameSimulator<float>;
template class PauliFrameSimulator<double>;

}  // namespace tacit::quantum_sim
