#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "attacks/snapshot/snapshot_map.h"

namespace tacit::attacks {

/// A qubit that no other touches while data are encoded: rotations of its Bloch vector, from (0, 0, 1).
class EncodedQubit {
 public:
  using Vector = quantum_sim::BlochVector;
  struct Turn {
    Vector axis;  ///< a unit vector
    quantum_sim::Angle angle;
  };

  /// False if the gate is none that turns a Bloch vector about one axis; nothing is then appended.
  bool append(const quantum_sim::Gate& gate);
  const std::vector<std::uint32_t>& features() const noexcept { return features_; }  ///< ascending
  /// The Bloch vector, and its derivative by the i-th of features() in derivatives[i].
  Vector at(std::span<const double> x, std::span<Vector> derivatives) const;
  /// The largest frequency in feature j (in arccos x_j where it is read so), and whether it is read so.
  double frequency(std::uint32_t feature) const noexcept;
  bool reads_arccos(std::uint32_t feature) const noexcept;

 private:
  std::vector<Turn> turns_;
  std::vector<std::uint32_t> features_;
};

/// The snapshot of a product state. Strings are products of Bloch components.
class ProductSnapshot final : public SnapshotMap {
 public:
  /// Nothing if a gate joins qubits, amplitudes are encoded, or a gate is not understood.
  static std::unique_ptr<ProductSnapshot> of(const quantum_sim::Circuit& encoding, std::size_t inputs,
                                             const quantum_sim::LieSimulator& simulator);
  void evaluate(std::span<const double> x, std::span<double> snapshot, std::span<double> jacobian) override;
  ProductSnapshot* product() noexcept override { return this; }

  /// Features that string a depends on, ascending.
  const std::vector<std::uint32_t>& features_of(std::size_t string) const { return string_features_[string]; }
  /// Some strings alone, [strings.size()].
  void values(std::span<const std::size_t> strings, std::span<const double> x, std::span<double> result);
  /// The largest frequency of feature j in any string, and whether its variable is arccos x_j.
  double frequency(std::uint32_t feature) const noexcept;
  bool reads_arccos(std::uint32_t feature) const noexcept;

 private:
  struct Letter {
    std::uint32_t qubit;
    std::uint8_t component;  ///< of the Bloch vector
  };
  ProductSnapshot(std::vector<EncodedQubit> qubits, std::size_t inputs, const quantum_sim::LieSimulator& simulator);

  std::vector<EncodedQubit> qubits_;
  std::vector<std::vector<Letter>> strings_;
  std::vector<std::vector<std::uint32_t>> string_features_;
  std::vector<EncodedQubit::Vector> bloch_;
  std::vector<std::vector<EncodedQubit::Vector>> slopes_;
};

}  // namespace tacit::attacks
