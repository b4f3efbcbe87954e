#include "attacks/snapshot/product_snapshot.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "attacks/snapshot/simulated_snapshot.h"

namespace tacit::attacks {

using quantum_sim::Angle;
using quantum_sim::Circuit;
using quantum_sim::Gate;
using quantum_sim::GateKind;
using quantum_sim::LieSimulator;

namespace {

using Vector = EncodedQubit::Vector;
using std::numbers::pi;

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Rodrigues: exp(-i t n.sigma / 2) turns the Bloch vector about n by t.
Vector turned(const Vector& r, const Vector& axis, double cosine, double sine) {
  const Vector side = cross(axis, r);
  const double along = (axis[0] * r[0] + axis[1] * r[1] + axis[2] * r[2]) * (1 - cosine);
  Vector result;
  for (std::size_t i = 0; i < 3; ++i) result[i] = cosine * r[i] + sine * side[i] + along * axis[i];
  return result;
}

constexpr Vector x_axis{1, 0, 0}, y_axis{0, 1, 0}, z_axis{0, 0, 1};
constexpr Vector h_axis{std::numbers::sqrt2 / 2, 0, std::numbers::sqrt2 / 2};

/// Fixed gates as turns, up to a global phase.
std::optional<EncodedQubit::Turn> turn_of(const Gate& gate) {
  const auto by = [](const Vector& axis, double angle) { return EncodedQubit::Turn{axis, Angle::constant(angle)}; };
  switch (gate.kind) {
    case GateKind::identity:
      return by(z_axis, 0);
    case GateKind::x:
      return by(x_axis, pi);
    case GateKind::y:
      return by(y_axis, pi);
    case GateKind::z:
      return by(z_axis, pi);
    case GateKind::h:
      return by(h_axis, pi);
    case GateKind::s:
      return by(z_axis, pi / 2);
    case GateKind::s_dagger:
      return by(z_axis, -pi / 2);
    case GateKind::t:
      return by(z_axis, pi / 4);
    case GateKind::t_dagger:
      return by(z_axis, -pi / 4);
    case GateKind::sqrt_x:
      return by(x_axis, pi / 2);
    case GateKind::sqrt_x_dagger:
      return by(x_axis, -pi / 2);
    case GateKind::rx:
      return EncodedQubit::Turn{x_axis, gate.angles[0]};
    case GateKind::ry:
      return EncodedQubit::Turn{y_axis, gate.angles[0]};
    case GateKind::rz:
    case GateKind::phase:
      return EncodedQubit::Turn{z_axis, gate.angles[0]};
    case GateKind::pauli_rotation:
      return EncodedQubit::Turn{gate.x_mask != 0 && gate.z_mask != 0 ? y_axis
                                : gate.x_mask != 0                   ? x_axis
                                                                     : z_axis,
                                gate.angles[0]};
    default:
      return {};
  }
}

double derivative(const Angle& angle, std::uint32_t feature, std::span<const double> x) {
  double sum = 0;
  const auto factors = angle.factors();
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (factors[i].index != feature) continue;
    double slope = angle.scale;
    if (factors[i].function == Angle::Function::arccos) slope *= -1 / std::sqrt(1 - x[feature] * x[feature]);
    for (std::size_t other = 0; other < factors.size(); ++other)
      if (other != i) slope *= quantum_sim::value(factors[other], {}, x);
    sum += slope;
  }
  return sum;
}

}  // namespace

bool EncodedQubit::append(const Gate& gate) {
  const auto turn = turn_of(gate);
  if (!turn || gate.targets.size() != 1 || !gate.controls.empty()) return false;
  turns_.push_back(*turn);
  for (const Angle::Factor& factor : turn->angle.factors()) {
    const auto at = std::lower_bound(features_.begin(), features_.end(), factor.index);
    if (at == features_.end() || *at != factor.index) features_.insert(at, factor.index);
  }
  return true;
}

Vector EncodedQubit::at(std::span<const double> x, std::span<Vector> derivatives) const {
  Vector r = z_axis;
  std::fill(derivatives.begin(), derivatives.end(), Vector{});
  for (const Turn& turn : turns_) {
    const double angle = quantum_sim::value(turn.angle, {}, x);
    const double cosine = std::cos(angle), sine = std::sin(angle);
    r = turned(r, turn.axis, cosine, sine);
    for (std::size_t i = 0; i < derivatives.size(); ++i) {
      derivatives[i] = turned(derivatives[i], turn.axis, cosine, sine);
      const double rate = derivative(turn.angle, features_[i], x);
      if (rate == 0) continue;
      const Vector along = cross(turn.axis, r);
      for (std::size_t k = 0; k < 3; ++k) derivatives[i][k] += rate * along[k];
    }
  }
  return r;
}

double EncodedQubit::frequency(std::uint32_t feature) const noexcept {
  double sum = 0;
  for (const Turn& turn : turns_)
    for (const Angle::Factor& factor : turn.angle.factors())
      // A product of two features has no frequency of its own; its slope in a feature of order pi stands for it.
      if (factor.index == feature) sum += std::abs(turn.angle.scale) * (turn.angle.factor_count > 1 ? 2 * pi : 1);
  return sum;
}

bool EncodedQubit::reads_arccos(std::uint32_t feature) const noexcept {
  for (const Turn& turn : turns_)
    for (const Angle::Factor& factor : turn.angle.factors())
      if (factor.index == feature && factor.function == Angle::Function::arccos) return true;
  return false;
}

std::unique_ptr<ProductSnapshot> ProductSnapshot::of(const Circuit& encoding, std::size_t inputs,
                                                     const LieSimulator& simulator) {
  if (encoding.encoded_amplitudes() > 0) return nullptr;
  std::vector<EncodedQubit> qubits(encoding.qubits());
  for (const Gate& gate : encoding.gates())
    if (gate.targets.size() != 1 || !qubits[gate.targets[0]].append(gate)) return nullptr;
  return std::unique_ptr<ProductSnapshot>(new ProductSnapshot(std::move(qubits), inputs, simulator));
}

ProductSnapshot::ProductSnapshot(std::vector<EncodedQubit> qubits, std::size_t inputs, const LieSimulator& simulator)
    : SnapshotMap(simulator.dimension(), inputs),
      qubits_(std::move(qubits)),
      strings_(dimension()),
      string_features_(dimension()),
      bloch_(qubits_.size()),
      slopes_(qubits_.size()) {
  for (std::size_t q = 0; q < qubits_.size(); ++q) slopes_[q].resize(qubits_[q].features().size());
  for (std::size_t a = 0; a < dimension(); ++a) {
    const quantum_sim::PauliString string = simulator.basis()[a];
    auto& features = string_features_[a];
    for (std::uint32_t q = 0; q < qubits_.size(); ++q) {
      const char letter = string.letter(q);
      if (letter == 'I') continue;
      strings_[a].push_back({q, static_cast<std::uint8_t>(letter - 'X')});
      features.insert(features.end(), qubits_[q].features().begin(), qubits_[q].features().end());
    }
    std::sort(features.begin(), features.end());
    features.erase(std::unique(features.begin(), features.end()), features.end());
  }
}

void ProductSnapshot::evaluate(std::span<const double> x, std::span<double> snapshot, std::span<double> jacobian) {
  for (std::size_t q = 0; q < qubits_.size(); ++q)
    bloch_[q] = qubits_[q].at(x, jacobian.empty() ? std::span<EncodedQubit::Vector>() : std::span(slopes_[q]));
  std::fill(jacobian.begin(), jacobian.end(), 0.0);
  for (std::size_t a = 0; a < dimension(); ++a) {
    double product = 1;
    for (const Letter& letter : strings_[a]) product *= bloch_[letter.qubit][letter.component];
    snapshot[a] = product;
    if (jacobian.empty()) continue;
    for (const Letter& moved : strings_[a]) {
      const auto& features = qubits_[moved.qubit].features();
      if (features.empty()) continue;
      double rest = 1;
      for (const Letter& letter : strings_[a])
        if (letter.qubit != moved.qubit) rest *= bloch_[letter.qubit][letter.component];
      for (std::size_t i = 0; i < features.size(); ++i)
        jacobian[a * inputs() + features[i]] += rest * slopes_[moved.qubit][i][moved.component];
    }
  }
}

void ProductSnapshot::values(std::span<const std::size_t> strings, std::span<const double> x,
                             std::span<double> result) {
  for (std::size_t q = 0; q < qubits_.size(); ++q) bloch_[q] = qubits_[q].at(x, {});
  for (std::size_t i = 0; i < strings.size(); ++i) {
    result[i] = 1;
    for (const Letter& letter : strings_[strings[i]]) result[i] *= bloch_[letter.qubit][letter.component];
  }
}

double ProductSnapshot::frequency(std::uint32_t feature) const noexcept {
  double sum = 0;
  for (const EncodedQubit& qubit : qubits_) sum += qubit.frequency(feature);
  return sum;
}

bool ProductSnapshot::reads_arccos(std::uint32_t feature) const noexcept {
  return std::any_of(qubits_.begin(), qubits_.end(), [&](const EncodedQubit& q) { return q.reads_arccos(feature); });
}

std::unique_ptr<SnapshotMap> make_snapshot_map(const Circuit& encoding, std::size_t inputs,
                                               const LieSimulator& simulator) {
  if (auto product = ProductSnapshot::of(encoding, inputs, simulator)) return product;
  return std::make_unique<SimulatedSnapshot>(encoding, inputs, simulator);
}

}  // namespace tacit::attacks
