#include "quantum_sim/analysis/lie/lie_span.h"

#include <algorithm>

#include "quantum_sim/analysis/lie/lie_field.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

bool ExactSpan::insert(const FieldVector& vector) {
  if (vector.entries.empty()) return false;
  const std::size_t places = std::size_t{vector.entries.back().place} + 1;
  if (places > work_.size()) {
    work_.resize(std::max(places, 2 * work_.size()));
    row_of_place_.resize(work_.size(), no_row);
  }
  for (const auto& entry : vector.entries) work_[entry.place] = entry.value;
  for (std::size_t place = vector.entries.front().place; place < work_.size(); ++place) {
    if (work_[place] == 0) continue;
    if (row_of_place_[place] == no_row) {
      take_in(place);
      return true;
    }
    const std::uint64_t factor = field::negative(work_[place]);
    for (const auto& entry : rows_[row_of_place_[place]].entries)
      work_[entry.place] = field::add(work_[entry.place], field::multiply(factor, entry.value));
  }
  return false;
}

void ExactSpan::take_in(std::size_t leading) {
  FieldVector row;
  const std::uint64_t scale = field::inverse(work_[leading]);
  for (std::size_t place = leading; place < work_.size(); ++place) {
    if (work_[place] == 0) continue;
    row.entries.push_back({static_cast<std::uint32_t>(place), field::multiply(work_[place], scale)});
    work_[place] = 0;
  }
  entries_ += row.entries.size();
  if (entries_ > std::max<std::size_t>(entries_asked_for_, 1 << 20)) {
    entries_asked_for_ = 2 * entries_;
    require_memory(entries_ * sizeof(FieldVector::Entry), available_memory(),
                   fmt::format("a span of more than {} operators", rows_.size()));
  }
  row_of_place_[leading] = static_cast<std::uint32_t>(rows_.size());
  rows_.push_back(std::move(row));
}

}  // namespace tacit::quantum_sim
