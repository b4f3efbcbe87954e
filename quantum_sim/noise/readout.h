#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"
#include "quantum_sim/circuit/observable.h"

namespace tacit::quantum_sim {

/// How often a qubit's outcome is read wrongly: the confusion matrix [[1 - a, b], [a, 1 - b]] with a = read_one_of_zero
/// = P(read 1 | 0) and b = read_zero_of_one = P(read 0 | 1).
struct ReadoutError {
  double read_one_of_zero = 0;
  double read_zero_of_one = 0;

  bool is_perfect() const noexcept { return read_one_of_zero == 0 && read_zero_of_one == 0; }
};

/// Throws Error(usage) that names the qubit unless both probabilities lie in [0, 1].
void require_valid(const ReadoutError& error, std::uint32_t qubit);

/// Errors of qubits 0 .. n-1, independent of each other; those beyond the span are read perfectly.
using ReadoutErrors = std::span<const ReadoutError>;

/// The distribution of what is read, from that of what is: every qubit's confusion matrix applied in place.
void confuse(std::span<double> probabilities, ReadoutErrors errors);

/// What is read of one outcome; one uniform a qubit that can be misread.
std::uint64_t confuse(std::uint64_t outcome, ReadoutErrors errors, RandomStream& stream) noexcept;

/// The observable whose exact expectation is what the readings average to. Each letter of a string is measured as Z in
/// its own basis and read as (b - a) + (1 - a - b) Z, so a string of weight w becomes up to 2^w strings. Throws
/// Error(usage) if a string has more than 12 letters on qubits that are misread with a != b (2^w strings in all).
Observable as_read(const Observable& observable, ReadoutErrors errors);

}  // namespace tacit::quantum_sim
