#include "quantum_sim/batch/shared_diagonals.h"

#include <bit>
#include <utility>

#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {
namespace {

/// Masks in reduced form, each with a pivot bit that no other has, and the inputs each is the XOR of.
class IndependentMasks {
 public:
  /// False, without effect, if the mask depends on those before.
  bool add(std::uint32_t mask) {
    std::uint64_t combination = std::uint64_t{1} << entries_.size();
    for (const Entry& entry : entries_)
      if (mask & entry.pivot) mask ^= entry.mask, combination ^= entry.combination;
    if (mask == 0) return false;
    const std::uint32_t pivot = std::bit_floor(mask);
    for (Entry& entry : entries_)
      if (entry.mask & pivot) entry.mask ^= mask, entry.combination ^= combination;
    entries_.push_back({mask, pivot, combination});
    return true;
  }
  std::size_t size() const noexcept { return entries_.size(); }
  /// Has odd parity with the input of that number and even parity with all others.
  std::uint32_t dual(std::size_t number) const {
    std::uint32_t direction = 0;
    for (const Entry& entry : entries_)
      if (entry.combination >> number & 1) direction |= entry.pivot;
    return direction;
  }
  /// A basis of the rows that have even parity with all masks.
  std::vector<std::uint32_t> null_space(std::uint32_t dimension) const {
    std::uint32_t pivots = 0;
    for (const Entry& entry : entries_) pivots |= entry.pivot;
    std::vector<std::uint32_t> basis;
    for (std::uint32_t bit = 1; bit >> dimension == 0; bit <<= 1) {
      if (pivots & bit) continue;
      std::uint32_t direction = bit;
      for (const Entry& entry : entries_)
        if (entry.mask & bit) direction |= entry.pivot;
      basis.push_back(direction);
    }
    return basis;
  }

 private:
  struct Entry {
    std::uint32_t mask, pivot;
    std::uint64_t combination;
  };
  std::vector<Entry> entries_;
};

void append_shifted(std::vector<std::uint32_t>& rows, std::uint32_t direction) {
  for (std::size_t place = 0, end = rows.size(); place < end; ++place) rows.push_back(rows[place] ^ direction);
}

// Adds the second half of 2 `half` numbers to the first; returns the second's sum, by eight sums side by side.
double fold_half(double* sums, std::size_t half) {
  double parts[8]{};
  for (std::size_t y = 0; y < half; ++y) {
    parts[y % 8] += sums[half + y];
    sums[y] += sums[half + y];
  }
  return ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]));
}

}  // namespace

template <class T>
SharedDiagonals<T>::SharedDiagonals(const Program& program) : program_(program) {
  if (program.diagonals.empty()) return;
  const std::size_t size = program.diagonals.size() * program.rows();
  factors_.ensure(2 * size, "the diagonals of a circuit");
  rates_.ensure(size, "the rates of the diagonals of a circuit");
  for (const Diagonal& diagonal : program.diagonals) layouts_.push_back(lay_out(diagonal, program.dimension));
  for (std::vector<double>* table : {&re_, &im_, &rate_}) table->resize(program.rows());
}

template <class T>
typename SharedDiagonals<T>::Layout SharedDiagonals<T>::lay_out(const Diagonal& diagonal, std::uint32_t dimension) {
  Layout layout;
  IndependentMasks masks;
  for (const Diagonal::Phase& phase : diagonal.phases) {
    if (masks.add(phase.mask))
      layout.duals.push_back({0, phase.slot});
    else
      layout.dependent.push_back(phase);
  }
  layout.rows.reserve(std::size_t{1} << dimension);
  layout.rows.push_back(0);
  for (const std::uint32_t direction : masks.null_space(dimension)) append_shifted(layout.rows, direction);
  for (std::size_t number = 0; number < masks.size(); ++number) {
    layout.duals[number].direction = masks.dual(number);
    append_shifted(layout.rows, layout.duals[number].direction);
  }
  return layout;
}

template <class T>
void SharedDiagonals<T>::update(std::span<const MovingAngle> angles, std::span<const double> signs) {
  const std::size_t rows = program_.rows();
  for (std::size_t index = 0; index < layouts_.size(); ++index)
    fill(layouts_[index], angles, signs, factors_.get() + 2 * index * rows, rates_.get() + index * rows);
}

template <class T>
void SharedDiagonals<T>::fill(const Layout& layout, std::span<const MovingAngle> angles, std::span<const double> signs,
                              T* factors, T* rates) {
  double *const re = re_.data(), *const im = im_.data(), *const rate = rate_.data();
  const std::size_t rows = layout.rows.size();
  std::size_t filled = rows >> layout.duals.size();
  for (std::size_t y = 0; y < filled; ++y) re[y] = 1, im[y] = rate[y] = 0;
  for (const Dual& dual : layout.duals) {
    const double sign = signs[dual.slot], step = sign * angles[dual.slot].rate;
    const double c = angles[dual.slot].cosine, s = sign * angles[dual.slot].sine;
    for (std::size_t y = 0; y < filled; ++y) {
      re[filled + y] = c * re[y] - s * im[y];
      im[filled + y] = s * re[y] + c * im[y];
      rate[filled + y] = rate[y] + step;
    }
    filled *= 2;
  }
  for (const Diagonal::Phase& phase : layout.dependent) {
    const double sign = signs[phase.slot];
    const double c = angles[phase.slot].cosine, s = sign * angles[phase.slot].sine;
    for (std::size_t y = 0; y < rows; ++y) {
      if (!parity(layout.rows[y] & phase.mask)) continue;
      re[y] = c * re[y] - s * std::exchange(im[y], s * re[y] + c * im[y]);
      rate[y] += sign * angles[phase.slot].rate;
    }
  }
  for (std::size_t y = 0; y < rows; ++y) {
    const std::size_t row = layout.rows[y];
    factors[2 * row] = static_cast<T>(re[y]);
    factors[2 * row + 1] = static_cast<T>(im[y]);
    rates[row] = static_cast<T>(rate[y]);
  }
}

template <class T>
void SharedDiagonals<T>::fold(const double* rows, std::span<double> scratch, std::span<double> slots) const {
  for (const Layout& layout : layouts_) {
    for (const Diagonal::Phase& phase : layout.dependent)
      for (std::size_t row = 0; row < layout.rows.size(); ++row)
        if (parity(row & phase.mask)) slots[phase.slot] += rows[row];
    for (std::size_t y = 0; y < layout.rows.size(); ++y) scratch[y] = rows[layout.rows[y]];
    std::size_t left = layout.rows.size();
    for (auto dual = layout.duals.rbegin(); dual != layout.duals.rend(); ++dual) {
      left /= 2;
      slots[dual->slot] += fold_half(scratch.data(), left);
    }
    rows += layout.rows.size();
  }
}

template class SharedDiagonals<float>;
template class SharedDiagonals<double>;

}  // namespace tacit::quantum_sim
