#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/random.h"
#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/noise/noise_model.h"

namespace tacit::quantum_sim {

/// A circuit under Pauli noise, whose trajectories differ in signs only.
///
/// A trajectory inserts a random Pauli string at each channel. Carried to the end of the circuit, the product F of all
/// strings so far (the frame) changes nothing but signs: R_P(angle) F = F R_P(+-angle), minus where P and F
/// anticommute; C F = (C F C^dagger) C for Clifford gates C; and <F psi|O|F psi> = +-<psi|O|psi> for a string O. So
/// every trajectory is the circuit without noise, with the angles of its rotations as inputs, and many run as the
/// samples of one batch. (Frames of Clifford circuits: Gidney 2021, arXiv:2103.02202; here rotations take
/// signs from them.)
class PauliFrames {
 public:
  /// Nothing if a channel is no Pauli mixture, the circuit measures, resets or encodes amplitudes, or a gate has more
  /// controls than expand_controls takes.
  static std::optional<PauliFrames> build(const Circuit& circuit, const std::vector<NoisyStep>& steps);

  /// Input r is the angle of rotation r; no parameters.
  const Circuit& lanes() const noexcept { return lanes_; }
  /// offset + sum of terms: the angle of each rotation in the circuit without noise.
  const std::vector<AngleSum>& angles() const noexcept { return angles_; }

  /// Draws one trajectory, one uniform a channel, and writes the sign, +1 or -1, of every rotation's angle. Returns the
  /// frame at the end, up to its sign and phase.
  Pauli draw(RandomStream& stream, std::span<double> signs) const noexcept;

 private:
  explicit PauliFrames(std::uint32_t qubits) : lanes_(qubits) {}
  void add_gate(const Circuit& circuit, std::size_t position);
  void add_rotation(const Pauli& pauli, const AngleSum& angle);
  void add_turn(const CliffordTurn& turn);
  void add_channel(const NoisyStep& step);

  struct Step {
    enum class Kind : std::uint8_t { rotation, turn, channel } kind;
    std::uint64_t x = 0, z = 0;  ///< of a rotation or turn
    std::size_t index = 0;       ///< of the rotation or channel
  };
  struct Mixture {
    std::shared_ptr<const Channel> channel;
    std::vector<Pauli> strings;  ///< on the circuit's qubits
    double idle_from = 1;        ///< uniforms from here on draw the identity
  };

  Circuit lanes_;
  std::vector<AngleSum> angles_;
  std::vector<Step> steps_;
  std::vector<Mixture> mixtures_;
};

}  // namespace tacit::quantum_sim
