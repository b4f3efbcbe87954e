#include "quantum_sim/distributed/rank_layout.h"

#include "quantum_sim/state/row_span.h"

namespace tacit::quantum_sim {

std::uint32_t RankLayout::lanes_of(std::uint32_t place) const noexcept {
  std::uint32_t result = 0;
  for (std::size_t bit = 0; bit < lanes.size(); ++bit)
    if (place >> bit & 1) result ^= lanes[bit];
  return result;
}

RankLayout plain_layout(std::uint32_t row_bits) {
  RankLayout layout;
  for (std::uint32_t bit = 0; bit < row_bits; ++bit) layout.rows.push_back(1u << bit);
  layout.lanes.resize(row_bits);
  return layout;
}

RankLayout block_layout(const StatePlan& plan, const Pass& pass) {
  RankLayout layout;
  for (const std::uint32_t direction : pass.directions) {
    layout.rows.push_back(direction >> plan.lane_bits);
    layout.lanes.push_back(direction & ((1u << plan.lane_bits) - 1));
  }
  layout.rows.insert(layout.rows.end(), pass.outer.begin(), pass.outer.end());
  RowSpan span;
  for (const std::uint32_t row : layout.rows) span.extend(row);
  for (std::uint32_t bit = 0; bit < plan.row_bits; ++bit)
    if (span.extend(1u << bit)) layout.rows.push_back(1u << bit);
  layout.lanes.resize(plan.row_bits);
  return layout;
}

LinearMap::LinearMap(const std::vector<std::uint32_t>& images) {
  for (std::size_t bit = 0; bit < images.size(); ++bit)
    for (std::uint32_t byte = 0; byte < 256; ++byte)
      if (byte >> bit % 8 & 1) tables_[bit / 8][byte] ^= images[bit];
}

LinearMap place_map(const RankLayout& from, const RankLayout& to) {
  RowSpan span;
  for (const std::uint32_t row : to.rows) span.extend(row);
  std::vector<std::uint32_t> images;
  // A layout's rows are a basis, so every row has coordinates.
  for (const std::uint32_t row : from.rows) images.push_back(span.coordinates(row).value());
  return LinearMap(images);
}

}  // namespace tacit::quantum_sim
