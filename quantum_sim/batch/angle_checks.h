#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/program.h"

namespace tacit::quantum_sim {

/// What a call differentiates by.
enum class Derivatives : std::uint8_t { none, by_parameters, by_all };

/// The door of a call: every parameter and input that an angle uses, before any work.
template <class T>
class AngleChecks {
 public:
  /// Both must outlive this object.
  AngleChecks(const Circuit& circuit, const Program& program);

  /// Throws Error(usage) that names gate, source and sample of a value that is not finite, is outside [-1, 1] for an
  /// arccos (at +-1 too where its derivative is wanted: there it is infinite), or makes an angle overflow.
  void require_valid(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch, Derivatives wanted);

 private:
  /// Parameters or inputs.
  struct Uses {
    std::vector<std::uint32_t> first_gates;   ///< that uses each, or no gate
    std::vector<std::uint32_t> arccos_gates;  ///< that takes the arccos of each, or no gate
    std::vector<double> largest;              ///< of one call, by magnitude
  };
  static Uses uses_of(const Circuit& circuit, Angle::Source source, std::size_t count);
  static void find_largest(Uses& uses, std::span<const T> values, std::size_t rows);
  bool is_suspicious(const Uses& uses) const;
  void require_value(const Uses& uses, std::size_t index, double value, const char* source, const char* of_sample,
                     std::size_t sample, bool wants_derivative) const;
  double bound(const AngleTerm& term) const;
  double bound(const Slot& slot) const;
  void require_no_overflow(const Slot& slot) const;
  std::string describe_gate(std::uint32_t position) const;

  const Circuit& circuit_;
  const Program& program_;
  Uses parameters_, inputs_;
  bool is_safe_ = false;  ///< no value of moderate size can fail
};

}  // namespace tacit::quantum_sim
