#include "quantum_sim/state/value_tables.h"

#include "quantum_sim/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantum_sim/state/value_tables.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<double, 8>;

HWY_INLINE hn::Vec<D> load_wide(const float* from) {
  return hn::PromoteTo(D(), hn::LoadU(hn::Rebind<float, D>(), from));
}
HWY_INLINE hn::Vec<D> load_wide(const double* from) {
  return hn::LoadU(D(), from);
}

/// Zero times what is not finite is not a number, and stays so in a sum.
class FiniteCheck {
 public:
  HWY_INLINE FiniteCheck() : sum_(hn::Zero(D())) {}
  HWY_INLINE void add(hn::Vec<D> values) { sum_ = hn::MulAdd(values, hn::Zero(D()), sum_); }
  HWY_INLINE void add(double value) { rest_ += 0.0 * value; }
  HWY_INLINE bool passed() const { return rest_ == 0 && hn::AllTrue(D(), hn::Eq(sum_, hn::Zero(D()))); }

 private:
  hn::Vec<D> sum_;
  double rest_ = 0;
};

template <class T>
bool widen_all(const T* from, std::size_t count, double* to) {
  FiniteCheck check;
  std::size_t place = 0;
  for (; place + hn::Lanes(D()) <= count; place += hn::Lanes(D())) {
    const auto values = load_wide(from + place);
    check.add(values);
    hn::StoreU(values, D(), to + place);
  }
  for (; place < count; ++place) {
    to[place] = static_cast<double>(from[place]);
    check.add(to[place]);
  }
  return check.passed();
}

// Dispatch takes addresses of plain functions.
bool widen_float(const float* from, std::size_t count, double* to) {
  return widen_all(from, count, to);
}
bool widen_double(const double* from, std::size_t count, double* to) {
  return widen_all(from, count, to);
}

bool combine_all(const double* offsets, const double* scales, const std::uint32_t* places, const double* values,
                 std::size_t count, double* result) {
  // First all values, one by one: gathers take longer, and loads of what was stored just before wait.
  for (std::size_t place = 0; place < count; ++place) result[place] = values[places[place]];
  FiniteCheck check;
  std::size_t place = 0;
  for (; place + hn::Lanes(D()) <= count; place += hn::Lanes(D())) {
    const auto product = hn::Mul(hn::LoadU(D(), scales + place), hn::LoadU(D(), result + place));
    const auto sum = hn::Add(hn::LoadU(D(), offsets + place), product);
    check.add(sum);
    hn::StoreU(sum, D(), result + place);
  }
  for (; place < count; ++place) {
    result[place] = offsets[place] + scales[place] * result[place];
    check.add(result[place]);
  }
  return check.passed();
}

bool all_are_finite(const double* values, std::size_t count) {
  FiniteCheck check;
  std::size_t place = 0;
  for (; place + hn::Lanes(D()) <= count; place += hn::Lanes(D())) check.add(hn::LoadU(D(), values + place));
  for (; place < count; ++place) check.add(values[place]);
  return check.passed();
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::quantum_sim {

HWY_EXPORT(widen_float);
HWY_EXPORT(widen_double);
HWY_EXPORT(combine_all);
HWY_EXPORT(all_are_finite);

bool widen(std::span<const float> from, std::span<double> to) noexcept {
  return HWY_DYNAMIC_DISPATCH(widen_float)(from.data(), from.size(), to.data());
}
bool widen(std::span<const double> from, std::span<double> to) noexcept {
  return HWY_DYNAMIC_DISPATCH(widen_double)(from.data(), from.size(), to.data());
}

bool combine(std::span<const double> offsets, std::span<const double> scales, std::span<const std::uint32_t> places,
             std::span<const double> values, std::span<double> result) noexcept {
  return HWY_DYNAMIC_DISPATCH(combine_all)(offsets.data(), scales.data(), places.data(), values.data(), result.size(),
                                           result.data());
}

bool all_finite(std::span<const double> values) noexcept {
  return HWY_DYNAMIC_DISPATCH(all_are_finite)(values.data(), values.size());
}

}  // namespace tacit::quantum_sim
#endif
