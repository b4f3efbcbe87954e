#include "quantum_sim/batch/angle_checks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/error.h"
#include "quantum_sim/circuit/gate.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::uint32_t no_gate = no_slot;

// Values up to here overflow no angle, unless many are multiplied or a scale is huge; which is seen beforehand.
constexpr double moderate = 1e40;

// NaN counts as infinite. Four maxima side by side: one would wait for each value.
template <class T>
double largest_magnitude(std::span<const T> values) {
  constexpr T most = std::numeric_limits<T>::max(), infinity = std::numeric_limits<T>::infinity();
  const auto larger = [=](T sofar, T value) {
    const T magnitude = std::abs(value);
    return std::max(sofar, magnitude <= most ? magnitude : infinity);
  };
  T largest[4]{};
  std::size_t place = 0;
  for (; place + 4 <= values.size(); place += 4)
    for (std::size_t part = 0; part < 4; ++part) largest[part] = larger(largest[part], values[place + part]);
  for (; place < values.size(); ++place) largest[0] = larger(largest[0], values[place]);
  return static_cast<double>(std::max(std::max(largest[0], largest[1]), std::max(largest[2], largest[3])));
}

}  // namespace

template <class T>
AngleChecks<T>::AngleChecks(const Circuit& circuit, const Program& program)
    : circuit_(circuit),
      program_(program),
      parameters_(uses_of(circuit, Angle::Source::parameter, circuit.parameters())),
      inputs_(uses_of(circuit, Angle::Source::input, circuit.inputs())) {
  for (Uses* uses : {&parameters_, &inputs_}) std::fill(uses->largest.begin(), uses->largest.end(), moderate);
  is_safe_ = std::all_of(program.slots.begin(), program.slots.end(),
                         [this](const Slot& slot) { return std::isfinite(bound(slot)); });
  const auto has_arccos = [](const Uses& uses) {
    return std::any_of(uses.arccos_gates.begin(), uses.arccos_gates.end(),
                       [](std::uint32_t gate) { return gate != no_gate; });
  };
  is_safe_ &= !has_arccos(parameters_) && !has_arccos(inputs_);
}

template <class T>
AngleChecks<T>::Uses AngleChecks<T>::uses_of(const Circuit& circuit, Angle::Source source, std::size_t count) {
  Uses uses{std::vector(count, no_gate), std::vector(count, no_gate), std::vector<double>(count)};
  for (std::uint32_t position = 0; position < circuit.gates().size(); ++position) {
    for (const Angle& angle : circuit.gates()[position].angles) {
      for (const Angle::Factor& factor : angle.factors()) {
        if (factor.source != source) continue;
        if (uses.first_gates[factor.index] == no_gate) uses.first_gates[factor.index] = position;
        if (factor.function == Angle::Function::arccos && uses.arccos_gates[factor.index] == no_gate)
          uses.arccos_gates[factor.index] = position;
      }
    }
  }
  return uses;
}

template <class T>
std::string AngleChecks<T>::describe_gate(std::uint32_t position) const {
  return describe(circuit_.gates()[position], position);
}

template <class T>
void AngleChecks<T>::require_valid(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                                   Derivatives wanted) {
  if (is_safe_ && std::max(largest_magnitude(parameters), largest_magnitude(inputs)) <= moderate) return;
  find_largest(parameters_, parameters, 1);
  find_largest(inputs_, inputs, batch);
  // One by one only where there is something to find.
  if (is_suspicious(parameters_))
    for (std::size_t index = 0; index < parameters.size(); ++index)
      require_value(parameters_, index, static_cast<double>(parameters[index]), "parameter", "", 0,
                    wanted != Derivatives::none);
  if (is_suspicious(inputs_))
    for (std::size_t sample = 0, place = 0; sample < batch; ++sample)
      for (std::size_t index = 0; index < inputs_.largest.size(); ++index, ++place)
        require_value(inputs_, index, static_cast<double>(inputs[place]), "input", " of sample ", sample,
                      wanted == Derivatives::by_all);
  for (const Slot& slot : program_.slots) require_no_overflow(slot);
}

template <class T>
void AngleChecks<T>::find_largest(Uses& uses, std::span<const T> values, std::size_t rows) {
  constexpr double most = std::numeric_limits<double>::max();
  const std::size_t width = uses.largest.size();
  double* const largest = uses.largest.data();
  std::fill_n(largest, width, 0.0);
  for (std::size_t row = 0; row < rows; ++row) {
    const T* const from = values.data() + row * width;
    for (std::size_t index = 0; index < width; ++index) {
      const double value = std::abs(static_cast<double>(from[index]));
      // A maximum would lose NaN.
      const double bounded = value <= most ? value : std::numeric_limits<double>::infinity();
      largest[index] = std::max(largest[index], bounded);
    }
  }
}

template <class T>
bool AngleChecks<T>::is_suspicious(const Uses& uses) const {
  for (std::size_t index = 0; index < uses.largest.size(); ++index)
    if (!std::isfinite(uses.largest[index]) || (uses.arccos_gates[index] != no_gate && uses.largest[index] >= 1))
      return true;
  return false;
}

template <class T>
void AngleChecks<T>::require_value(const Uses& uses, std::size_t index, double value, const char* source,
                                   const char* of_sample, std::size_t sample, bool wants_derivative) const {
  const auto name = [&] {
    return fmt::format("{} {}{}", source, index, *of_sample ? of_sample + std::to_string(sample) : "");
  };
  if (!std::isfinite(value) && uses.first_gates[index] != no_gate)
    fail(ErrorKind::usage, "{}: its angle must be finite, but {} is {}", describe_gate(uses.first_gates[index]), name(),
         value);
  if (uses.arccos_gates[index] == no_gate || std::abs(value) < 1) return;
  if (std::abs(value) > 1)
    fail(ErrorKind::usage, "{}: arccos takes values from -1 to 1, but {} is {}",
         describe_gate(uses.arccos_gates[index]), name(), value);
  if (wants_derivative)
    fail(ErrorKind::usage,
         "{}: the derivative of arccos is infinite at {}, which {} is; its gradient needs values between "
         "-1 and 1",
         describe_gate(uses.arccos_gates[index]), value, name());
}

// Of its magnitude, for all samples at once.
template <class T>
double AngleChecks<T>::bound(const AngleTerm& term) const {
  double product = std::abs(term.angle.scale);
  for (const Angle::Factor& factor : term.angle.factors()) {
    const Uses& uses = factor.source == Angle::Source::input ? inputs_ : parameters_;
    product *= std::abs(factor.shift) +
               (factor.function == Angle::Function::arccos ? std::numbers::pi : uses.largest[factor.index]);
  }
  return product;
}

template <class T>
double AngleChecks<T>::bound(const Slot& slot) const {
  double sum = std::abs(slot.offset);
  for (std::uint32_t place = slot.first_term; place < slot.end_term; ++place) sum += bound(program_.terms[place]);
  return sum;
}

// Finite values can still overflow when scaled.
template <class T>
void AngleChecks<T>::require_no_overflow(const Slot& slot) const {
  double sum = std::abs(slot.offset);
  for (std::uint32_t place = slot.first_term; place < slot.end_term; ++place) {
    const AngleTerm& term = program_.terms[place];
    const double largest = bound(term);
    sum += largest;
    if (std::isfinite(sum)) continue;
    const Angle::Factor& factor = term.angle.factor_array[0];
    const bool is_input = factor.source == Angle::Source::input;
    fail(ErrorKind::usage, "{}: its angle must be finite, but {} {} reaches {}, and with scale {} that is too large",
         describe_gate(term.gate), is_input ? "input" : "parameter", factor.index,
         (is_input ? inputs_ : parameters_).largest[factor.index], term.angle.scale);
  }
}

template class AngleChecks<float>;
template class AngleChecks<double>;

}  // namespace tacit::quantum_sim
