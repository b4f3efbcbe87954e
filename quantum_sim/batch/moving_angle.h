#pragma once

namespace tacit::quantum_sim {

/// An angle and its rate of change along the direction of a tangent, with the sine and cosine of half the angle for a
/// rotation, of the whole for a phase.
struct MovingAngle {
  double angle = 0, rate = 0, sine = 0, cosine = 1;
};

}  // namespace tacit::quantum_sim
