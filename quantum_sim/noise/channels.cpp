#include "quantum_sim/noise/channels.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

using Complex = std::complex<double>;
using Matrix = Channel::Matrix;

void require_probability(const char* channel, const char* argument, double value) {
  if (!(value >= 0 && value <= 1))
    fail(ErrorKind::usage, "channel '{}': {} must lie in [0, 1], but is {}", channel, argument, value);
}

Matrix one_letter(const char* channel, char letter) {
  switch (letter) {
    case 'I':
      return {1, 0, 0, 1};
    case 'X':
      return {0, 1, 1, 0};
    case 'Y':
      return {0, {0, -1}, {0, 1}, 0};
    case 'Z':
      return {1, 0, 0, -1};
    default:
      fail(ErrorKind::usage, "channel '{}': its letters are I, X, Y and Z, not '{}'", channel, letter);
  }
}

/// letters[0] on the least significant bit.
Matrix string_matrix(const char* channel, std::string_view letters) {
  if (letters.empty() || letters.size() > Channel::max_qubits)
    fail(ErrorKind::usage, "channel '{}': a string has 1 to {} letters, not {}", channel, Channel::max_qubits,
         letters.size());
  Matrix result = {1};
  std::size_t rows = 1;
  for (const char letter : letters) {
    const Matrix left = one_letter(channel, letter);
    Matrix larger(4 * rows * rows);
    for (std::size_t row = 0; row < 2 * rows; ++row)
      for (std::size_t column = 0; column < 2 * rows; ++column)
        larger[row * 2 * rows + column] =
            left[row / rows * 2 + column / rows] * result[row % rows * rows + column % rows];
    result = std::move(larger);
    rows *= 2;
  }
  return result;
}

Matrix scaled_by(Matrix matrix, double factor) {
  for (Complex& entry : matrix) entry *= factor;
  return matrix;
}

Channel flip(const char* name, char letter, double probability) {
  require_probability(name, "the probability", probability);
  return Channel(name, {scaled_by(one_letter(name, 'I'), std::sqrt(1 - probability)),
                        scaled_by(one_letter(name, letter), std::sqrt(probability))});
}

/// One after the other, on one qubit.
std::vector<Matrix> composed(std::span<const Matrix> first, std::span<const Matrix> second) {
  std::vector<Matrix> result;
  for (const Matrix& after : second)
    for (const Matrix& before : first) {
      Matrix product(4);
      for (std::size_t row = 0; row < 2; ++row)
        for (std::size_t column = 0; column < 2; ++column)
          product[2 * row + column] = after[2 * row] * before[column] + after[2 * row + 1] * before[2 + column];
      result.push_back(std::move(product));
    }
  return result;
}

void require_times(double t1, double t2, double time) {
  const char* name = "thermal relaxation";
  if (!(t1 > 0) || !(t2 > 0) || !(time >= 0) || std::isinf(time))
    fail(ErrorKind::usage, "channel '{}': T1 and T2 must be positive and the time finite, not T1 {}, T2 {}, time {}",
         name, t1, t2, time);
  // T2 = 2 T1 is the limit of pure decay; a rounding of that must pass.
  if (t2 > 2 * t1 * (1 + 1e-12))
    fail(ErrorKind::usage, "channel '{}': T2 can be at most 2 T1, but T2 is {} and T1 is {}", name, t2, t1);
}

}  // namespace

Channel depolarizing(double probability, std::size_t qubits) {
  const char* name = "depolarizing";
  require_probability(name, "the probability", probability);
  if (qubits < 1 || qubits > 2) fail(ErrorKind::usage, "channel '{}': on 1 or 2 qubits, not {}", name, qubits);
  const std::string_view letters = "IXYZ";
  const double strings = qubits == 1 ? 4 : 16;
  std::vector<Matrix> kraus;
  for (std::size_t index = 0; index < static_cast<std::size_t>(strings); ++index) {
    const char string[] = {letters[index % 4], letters[index / 4]};
    const double weight = index == 0 ? 1 - probability * (strings - 1) / strings : probability / strings;
    kraus.push_back(scaled_by(string_matrix(name, {string, qubits}), std::sqrt(weight)));
  }
  return Channel(name, std::move(kraus));
}

Channel bit_flip(double probability) {
  return flip("bit flip", 'X', probability);
}
Channel phase_flip(double probability) {
  return flip("phase flip", 'Z', probability);
}
Channel bit_phase_flip(double probability) {
  return flip("bit-phase flip", 'Y', probability);
}

Channel pauli_channel(std::span<const std::pair<std::string_view, double>> strings) {
  const char* name = "Pauli";
  if (strings.empty()) fail(ErrorKind::usage, "channel '{}': it has no string", name);
  const std::string identity(strings[0].first.size(), 'I');
  std::vector<Matrix> kraus;
  std::vector<std::string_view> seen;
  double named = 0, of_identity = 0;
  for (const auto& [letters, probability] : strings) {
    require_probability(name, "a probability", probability);
    if (letters.size() != identity.size())
      fail(ErrorKind::usage, "channel '{}': its strings must have one length, but '{}' and '{}' differ", name,
           strings[0].first, letters);
    if (std::find(seen.begin(), seen.end(), letters) != seen.end())
      fail(ErrorKind::usage, "channel '{}': the string '{}' is named twice", name, letters);
    seen.push_back(letters);
    named += probability;
    const Matrix matrix = string_matrix(name, letters);
    if (letters == identity)
      of_identity = probability;
    else
      kraus.push_back(scaled_by(matrix, std::sqrt(probability)));
  }
  if (named > 1 + 1e-12) fail(ErrorKind::usage, "channel '{}': its probabilities add up to {}", name, named);
  const double rest = of_identity + std::max(0.0, 1 - named);
  kraus.insert(kraus.begin(), scaled_by(string_matrix(name, identity), std::sqrt(rest)));
  return Channel(name, std::move(kraus));
}

Channel amplitude_damping(double gamma) {
  require_probability("amplitude damping", "gamma", gamma);
  return Channel("amplitude damping", {{1, 0, 0, std::sqrt(1 - gamma)}, {0, std::sqrt(gamma), 0, 0}});
}

Channel generalized_amplitude_damping(double gamma, double excited) {
  const char* name = "generalized amplitude damping";
  require_probability(name, "gamma", gamma);
  require_probability(name, "the excited population", excited);
  const double down = std::sqrt(1 - excited), up = std::sqrt(excited);
  const double kept = std::sqrt(1 - gamma), lost = std::sqrt(gamma);
  return Channel(name,
                 {{down, 0, 0, down * kept}, {0, down * lost, 0, 0}, {up * kept, 0, 0, up}, {0, 0, up * lost, 0}});
}

Channel phase_damping(double lambda) {
  require_probability("phase damping", "lambda", lambda);
  return flip("phase damping", 'Z', (1 - std::sqrt(1 - lambda)) / 2);
}

Channel thermal_relaxation(double t1, double t2, double time, double excited) {
  require_times(t1, t2, time);
  require_probability("thermal relaxation", "the excited population", excited);
  // expm1: short gates lose little.
  const double gamma = -std::expm1(-time / t1), lambda = -std::expm1(std::min(0.0, time / t1 - 2 * time / t2));
  const Channel damping = excited == 0 ? amplitude_damping(gamma) : generalized_amplitude_damping(gamma, excited);
  return Channel("thermal relaxation", composed(damping.kraus(), phase_damping(lambda).kraus()));
}

Channel over_rotation(std::string_view letters, double angle) {
  const char* name = "over-rotation";
  if (!std::isfinite(angle)) fail(ErrorKind::usage, "channel '{}': its angle must be finite, but is {}", name, angle);
  Matrix matrix = string_matrix(name, letters);
  const std::size_t rows = std::size_t{1} << letters.size();
  for (std::size_t place = 0; place < matrix.size(); ++place)
    matrix[place] =
        matrix[place] * Complex(0, -std::sin(angle / 2)) + (place % (rows + 1) == 0 ? std::cos(angle / 2) : 0.0);
  return Channel(name, {matrix});
}

}  // namespace tacit::quantum_sim
