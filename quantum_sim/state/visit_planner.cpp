#include "quantum_sim/state/visit_planner.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {
namespace {

struct Pivots {
  std::uint32_t low, high;
  std::uint32_t bits() const { return (1u << low) | (1u << high); }
};

// Two bit numbers such that every group {row, ^ first, ^ second, ^ both} has one member with zeros in both.
Pivots pivots_of(std::uint32_t first, std::uint32_t second) {
  const auto one = static_cast<std::uint32_t>(std::bit_width(first)) - 1;
  if (second >> one & 1) second ^= first;
  const auto other = static_cast<std::uint32_t>(std::bit_width(second)) - 1;
  return {std::min(one, other), std::max(one, other)};
}

bool is_phase(const PlannedRotation& rotation) {
  return rotation.flip == 0;
}

class VisitPlanner {
 public:
  VisitPlanner(std::vector<PlannedRotation>& rotations, std::uint32_t row_bits)
      : pending_(rotations), row_bits_(row_bits) {}

  std::vector<BlockVisit> run(std::vector<PlannedRotation>& ordered) {
    while (!pending_.empty()) add_visit();
    ordered = std::move(ordered_);
    return std::move(visits_);
  }

 private:
  void add_visit() {
    if (pending_.front().is_controlled()) return add_controlled_visit();
    pending_.front().row_flip == 0 ? add_lane_visit() : add_row_visit();
  }

  // The first pending rotation without controls that `fits` and may go before everything pending ahead of it.
  template <class Fits>
  std::optional<std::size_t> find(const Fits& fits) const {
    for (std::size_t place = 0; place < pending_.size(); ++place) {
      if (pending_[place].is_controlled() || !fits(pending_[place])) continue;
      const auto here = pending_.begin() + static_cast<std::ptrdiff_t>(place);
      if (std::all_of(pending_.begin(), here, [&](const auto& earlier) { return commute(earlier, *here); }))
        return place;
    }
    return std::nullopt;
  }

  std::uint32_t take(std::size_t place) {
    ordered_.push_back(std::move(pending_[place]));
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(place));
    return static_cast<std::uint32_t>(ordered_.size()) - 1;
  }

  void add_controlled_visit() {
    BlockVisit visit{.kind = BlockVisit::Kind::controlled, .first_flip = pending_.front().row_flip};
    visit.first_rotation = take(0);
    visit.count = 1;
    visits_.push_back(visit);
  }

  void add_lane_visit() {
    BlockVisit visit{.kind = BlockVisit::Kind::lanes, .first_rotation = static_cast<std::uint32_t>(ordered_.size())};
    while (const auto place = find([](const PlannedRotation& rotation) { return rotation.row_flip == 0; })) {
      take(*place);
      ++visit.count;
    }
    visits_.push_back(visit);
  }

  // A phase behind a rotation that it does not commute with.
  std::uint32_t take_phase(const PlannedRotation& behind) {
    const auto place =
        find([&](const PlannedRotation& rotation) { return is_phase(rotation) && !commute(rotation, behind); });
    return place ? take(*place) : no_rotation;
  }

  void add_row_visit() {
    BlockVisit visit{.kind = BlockVisit::Kind::rows};
    const PlannedRotation first = pending_.front();  // a copy: it is taken
    visit.first_real = visit.second_real = first.real;
    visit.first_flip = first.row_flip;
    visit.first_lanes = first.lane_flip;
    visit.rotations[0] = take(0);
    visit.rotations[1] = take_phase(first);
    if (const auto partner = find_partner(first)) {
      const PlannedRotation second = pending_[*partner];
      visit.second_real = second.real;
      visit.second_flip = second.row_flip;
      visit.second_lanes = second.lane_flip;
      visit.rotations[2] = take(*partner);
      visit.rotations[3] = take_phase(second);
    } else {
      visit.second_flip = idle_direction(first);
    }
    const Pivots pivots = pivots_of(visit.first_flip, visit.second_flip);
    visit.low_pivot = pivots.low;
    visit.high_pivot = pivots.high;
    visit.has_phases = visit.rotations[1] != no_rotation || visit.rotations[3] != no_rotation;
    visit.exchanges_lanes = (visit.first_lanes | visit.second_lanes) != 0;
    make_uniform(visit);
    visits_.push_back(visit);
  }

  // Best one that keeps the visit uniform.
  std::optional<std::size_t> find_partner(const PlannedRotation& first) const {
    const auto possible = [&](const PlannedRotation& rotation) {
      return rotation.row_flip != 0 && rotation.row_flip != first.row_flip;
    };
    const auto indifferent = [](const PlannedRotation& one, const PlannedRotation& other) {
      return !parity(one.row_sign & other.row_flip) && !parity(one.lane_sign & other.lane_flip);
    };
    const auto fits = [&](const PlannedRotation& rotation) {
      return possible(rotation) && indifferent(first, rotation) && indifferent(rotation, first);
    };
    // Rather with those that exchange lanes as well, or as little.
    auto uniform = find([&](const PlannedRotation& rotation) {
      return fits(rotation) && (rotation.lane_flip != 0) == (first.lane_flip != 0);
    });
    if (!uniform) uniform = find(fits);
    if (uniform) return uniform;
    const auto alike = find([&](const PlannedRotation& rotation) {
      return possible(rotation) && (rotation.lane_flip != 0) == (first.lane_flip != 0);
    });
    return alike ? alike : find(possible);
  }

  // A second direction for a rotation that goes alone.
  std::uint32_t idle_direction(const PlannedRotation& first) const {
    const std::uint32_t used = first.row_flip | first.row_sign;
    for (std::uint32_t bit = 0; bit < row_bits_; ++bit)
      if (!(used >> bit & 1)) return 1u << bit;
    return first.row_flip == 1 ? 2 : 1;
  }

  // The role along one direction: the parity of rows that decides the sign of a real rotation, and of a phase; 0 if
  // signs are those of lanes alone. Nothing if signs are not of that form, or do not go together.
  std::optional<std::uint32_t> role(const BlockVisit& visit, int place) const {
    const std::uint32_t own = place == 0 ? visit.first_flip : visit.second_flip;
    const std::uint32_t other = place == 0 ? visit.second_flip : visit.first_flip;
    const std::uint32_t other_lanes = place == 0 ? visit.second_lanes : visit.first_lanes;
    const std::uint32_t outside = ~((1u << visit.low_pivot) | (1u << visit.high_pivot));
    std::uint32_t role = 0;
    for (const std::uint32_t number : {visit.rotations[place], visit.rotations[place + 1]}) {
      if (number == no_rotation) continue;
      const PlannedRotation& rotation = ordered_[number];
      if (parity(rotation.row_sign & other) || parity(rotation.lane_sign & other_lanes)) return std::nullopt;
      const bool changes_sign = rotation.real || is_phase(rotation);
      if (parity(rotation.row_sign & own)) {
        if (!changes_sign || (role != 0 && role != rotation.row_sign)) return std::nullopt;
        role = rotation.row_sign;
      } else if (rotation.row_sign & outside) {
        return std::nullopt;
      }
    }
    return role;
  }

  void make_uniform(BlockVisit& visit) const {
    const auto first = role(visit, 0), second = role(visit, 2);
    if (!first || !second) return;
    visit.kind = BlockVisit::Kind::uniform;
    visit.first_role = *first;
    visit.second_role = *second;
  }

  std::vector<PlannedRotation> pending_, ordered_;
  std::uint32_t row_bits_;
  std::vector<BlockVisit> visits_;
};

}  // namespace

bool commute(const PlannedRotation& one, const PlannedRotation& other) noexcept {
  const auto keeps = [](const PlannedRotation& rotation, const PlannedRotation& controlled) {
    return std::none_of(controlled.controls.begin(), controlled.controls.end(),
                        [&](const RowCondition& control) { return parity(rotation.flip & control.mask); });
  };
  return parity(one.flip & other.sign) == parity(one.sign & other.flip) && keeps(one, other) && keeps(other, one);
}

std::vector<BlockVisit> plan_visits(std::vector<PlannedRotation>& rotations, std::uint32_t block_row_bits) {
  return VisitPlanner(rotations, block_row_bits).run(rotations);
}

}  // namespace tacit::quantum_sim
