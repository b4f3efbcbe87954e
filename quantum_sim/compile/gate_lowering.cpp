#include "quantum_sim/compile/gate_lowering.h"

#include <bit>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "quantum_sim/compile/unitary_decomposition.h"

namespace tacit::quantum_sim {
namespace {

constexpr double pi = std::numbers::pi;

class Lowering {
 public:
  explicit Lowering(const Gate& gate) : gate_(gate), first_(gate.targets[0]) {
    for (const std::uint32_t control : gate.controls) controls_.push_back(Pauli::pauli_z(control));
  }

  std::vector<RotationStep> run() {
    const Pauli x = Pauli::pauli_x(first_), y = Pauli::pauli_y(first_), z = Pauli::pauli_z(first_);
    switch (gate_.kind) {
      case GateKind::identity:
      case GateKind::measure:
      case GateKind::reset:
        break;
      case GateKind::x:
        half_turn(x);
        break;
      case GateKind::y:
        half_turn(y);
        break;
      case GateKind::z:
        phase_where(z, Angle::constant(pi));
        break;
      case GateKind::h:
        rotation(z, Angle::constant(pi));
        rotation(y, Angle::constant(pi / 2));
        phase(Angle::constant(pi / 2));
        break;
      case GateKind::s:
        phase_where(z, Angle::constant(pi / 2));
        break;
      case GateKind::s_dagger:
        phase_where(z, Angle::constant(-pi / 2));
        break;
      case GateKind::t:
        phase_where(z, Angle::constant(pi / 4));
        break;
      case GateKind::t_dagger:
        phase_where(z, Angle::constant(-pi / 4));
        break;
      case GateKind::sqrt_x:
        rotation(x, Angle::constant(pi / 2));
        phase(Angle::constant(pi / 4));
        break;
      case GateKind::sqrt_x_dagger:
        rotation(x, Angle::constant(-pi / 2));
        phase(Angle::constant(-pi / 4));
        break;
      case GateKind::rx:
        rotation(x, gate_.angles[0]);
        break;
      case GateKind::ry:
        rotation(y, gate_.angles[0]);
        break;
      case GateKind::rz:
        rotation(z, gate_.angles[0]);
        break;
      case GateKind::phase:
        phase_where(z, gate_.angles[0]);
        break;
      case GateKind::universal:
        universal(y, z);
        break;
      case GateKind::swap:
        exchange(pi);
        phase_where(both_z(), Angle::constant(pi / 2));
        break;
      case GateKind::iswap:
        exchange(-pi);
        break;
      case GateKind::pauli_rotation:
        rotation(
            {gate_.x_mask, gate_.z_mask, static_cast<std::uint32_t>(std::popcount(gate_.x_mask & gate_.z_mask)) & 3u},
            gate_.angles[0]);
        break;
      case GateKind::unitary:
        from_targets(decompose_unitary(*gate_.matrix, gate_.targets.size()));
        break;
      case GateKind::diagonal:
        from_targets(decompose_diagonal(*gate_.matrix));
        break;
    }
    return std::move(steps_);
  }

 private:
  void rotation(const Pauli& pauli, const Angle& angle) { steps_.push_back({pauli, angle, controls_}); }

  void phase(const Angle& angle) { rotation({}, scaled(angle, -2)); }

  // exp(i angle) where the string has eigenvalue -1.
  void phase_where(const Pauli& string, const Angle& angle) {
    phase(angle);
    steps_.back().controls.push_back(string);
  }

  // P = i exp(-i pi P / 2).
  void half_turn(const Pauli& pauli) {
    rotation(pauli, Angle::constant(pi));
    phase(Angle::constant(pi / 2));
  }

  void universal(const Pauli& y, const Pauli& z) {
    const Angle &theta = gate_.angles[0], &phi = gate_.angles[1], &lambda = gate_.angles[2];
    rotation(z, lambda);
    rotation(y, theta);
    rotation(z, phi);
    phase(scaled(phi, 0.5));
    phase(scaled(lambda, 0.5));
  }

  Pauli both_z() const { return Pauli::pauli_z(gate_.targets[0]) * Pauli::pauli_z(gate_.targets[1]); }

  // exp(-i angle XX / 2) on |01> and |10>.
  void exchange(double angle) {
    rotation(Pauli::pauli_x(gate_.targets[0]) * Pauli::pauli_x(gate_.targets[1]), Angle::constant(angle));
    steps_.back().controls.push_back(both_z());
  }

  // Strings whose bit k stands for targets[k].
  void from_targets(const std::vector<ConstantRotation>& local) {
    for (const ConstantRotation& step : local) {
      Pauli pauli{0, 0, step.pauli.phase};
      for (std::size_t place = 0; place < gate_.targets.size(); ++place) {
        pauli.x |= (step.pauli.x >> place & 1) << gate_.targets[place];
        pauli.z |= (step.pauli.z >> place & 1) << gate_.targets[place];
      }
      rotation(pauli, Angle::constant(step.angle));
    }
  }

  const Gate& gate_;
  std::uint32_t first_;
  std::vector<Pauli> controls_;
  std::vector<RotationStep> steps_;
};

}  // namespace

std::vector<RotationStep> lower(const Gate& gate, std::size_t position) {
  if (!is_unitary(gate.kind))
    fail(ErrorKind::usage,
         "{}: expectation values and amplitudes are those of a pure state, which it ends; leave it out, or sample the "
         "circuit",
         describe(gate, position));
  return Lowering(gate).run();
}

}  // namespace tacit::quantum_sim
