#include "quantum_sim/state/state_plan.h"

#include <algorithm>
#include <bit>

#include "core/error.h"
#include "quantum_sim/circuit/pauli.h"
#include "quantum_sim/compile/schedule.h"
#include "quantum_sim/state/row_span.h"
#include "quantum_sim/state/visit_planner.h"

namespace tacit::quantum_sim {
namespace {

// How many rotations that cannot go yet a pass looks past, and how many it takes: the first bounds the planning time,
// the second the growth of a state between two passes (a factor of at most sqrt(2) each).
constexpr std::size_t look_past = 512;
constexpr std::size_t longest_pass = 60;
// Visits go over four rows at least.
constexpr std::uint32_t fewest_row_bits = 2;

// A block of at most 256 rows, 32 KiB, stays in the first-level cache, with the one of lambda near it. Smaller states
// are cut too, as long as blocks are no smaller than 64 rows: passes then find rotations along their own directions.
std::uint32_t block_row_bits(const PlanLimits& limits, std::uint32_t row_bits) {
  constexpr std::uint32_t most = 8, least = 6;
  if (limits.block_row_bits) return std::clamp(limits.block_row_bits, fewest_row_bits, row_bits);
  if (row_bits <= least) return row_bits;
  return std::min(most, row_bits - (row_bits <= most ? 1 : 2));
}

std::uint32_t low_bits(std::uint32_t count) {
  return (std::uint32_t{1} << count) - 1;
}

/// Where index y lies in a block that starts at row 0: row c, lane l for y = l ^ (the directions of c's bits).
class Layout {
 public:
  Layout(std::uint32_t lane_bits, const std::vector<std::uint32_t>& directions)
      : lane_bits_(lane_bits), directions_(directions) {
    for (const std::uint32_t direction : directions) rows_.extend(direction >> lane_bits);
  }
  std::uint32_t index(std::uint32_t row) const {
    std::uint32_t index = 0;
    for (std::size_t bit = 0; bit < directions_.size(); ++bit)
      if (row >> bit & 1) index ^= directions_[bit];
    return index;
  }
  std::uint32_t row(std::uint32_t y) const { return rows_.coordinates(y >> lane_bits_).value(); }
  std::uint32_t lane(std::uint32_t y) const { return (y ^ index(row(y))) & low_bits(lane_bits_); }
  std::uint32_t row_sign(std::uint32_t sign) const {
    std::uint32_t result = 0;
    for (std::size_t bit = 0; bit < directions_.size(); ++bit) result |= parity(sign & directions_[bit]) << bit;
    return result;
  }
  std::uint32_t lane_sign(std::uint32_t sign) const { return sign & low_bits(lane_bits_); }

 private:
  std::uint32_t lane_bits_;
  std::vector<std::uint32_t> directions_;
  RowSpan rows_;
};

class Planner {
 public:
  Planner(const RotationForm& form, std::uint32_t outputs, const PlanLimits& limits)
      : start_(RowBasis::of_first(form.encoded_amplitudes)), schedule_(schedule(form.rotations, start_)) {
    const std::uint32_t dimension = schedule_.basis.dimension();
    if (dimension > max_state_qubits)
      fail(ErrorKind::usage, "the circuit reaches 2^{} basis states, a state has at most 2^{}", dimension,
           max_state_qubits);
    plan_.lane_bits = limits.lane_bits;
    plan_.row_bits = std::max(dimension, limits.lane_bits + fewest_row_bits) - limits.lane_bits;
    plan_.outputs = outputs;
    block_row_bits_ = block_row_bits(limits, plan_.row_bits);
    plan_.single_block = plan_.row_bits == block_row_bits_;
    for (const std::uint32_t source : schedule_.order) add_pending(form.rotations[source], source);
    plan_.encoded_amplitudes = form.encoded_amplitudes;
    plan_.basis = schedule_.basis.masks();
    for (std::uint32_t bit = plan_.lane_bits; bit < start_.dimension(); ++bit)
      reached_.extend(1u << (bit - plan_.lane_bits));
    for (std::uint32_t bit = 0; bit < plan_.row_bits; ++bit) layout_.push_back(1u << (bit + plan_.lane_bits));
  }

  StatePlan run(const RotationForm& form) {
    while (!pending_.empty()) add_pass();
    for (const MeasuredPauli& measured : form.measured) add_measured(measured);
    return std::move(plan_);
  }

 private:
  void add_pending(const PauliRotation& given, std::uint32_t source) {
    // Every row mask of the circuit lies in the basis by construction.
    const Pauli rows = schedule_.basis.to_rows(given.pauli).value();
    PlannedRotation rotation{};
    rotation.source = source;
    rotation.real = rows.phase == 1;
    rotation.flip = static_cast<std::uint32_t>(rows.x);
    rotation.sign = static_cast<std::uint32_t>(rows.z);
    if (!given.controls.empty() && !add_controls(given.controls, rotation)) return;
    if (rows.x == 0 && rows.z == 0 && !rotation.is_controlled()) return plan_.unmoving.push_back(source);
    pending_.push_back(std::move(rotation));
  }

  // Those that not every reachable index meets. False if none meets them all.
  bool add_controls(const std::vector<Pauli>& controls, PlannedRotation& rotation) const {
    std::vector<RowCondition> conditions;
    for (const Pauli& control : controls)
      conditions.push_back(
          {static_cast<std::uint32_t>(schedule_.basis.to_rows(control).value().z), control.phase == 2 ? 0u : 1u});
    const std::optional<ControlledRows> met = controlled_rows(conditions, schedule_.basis.dimension());
    if (!met) return false;
    for (const std::uint32_t mask : met->masks) rotation.controls.push_back({mask, parity(mask & met->first)});
    return true;
  }

  /// What one pass may still take.
  struct Group {
    std::vector<PlannedRotation> rotations;
    std::vector<std::uint32_t> directions;
    RowSpan rows, flips;
  };

  bool admit(Group& group, const PlannedRotation& rotation) const {
    if (group.rotations.size() == longest_pass) return false;
    const std::uint32_t row = rotation.flip >> plan_.lane_bits;
    if (plan_.single_block && !rotation.is_controlled()) {
      // Every rotation would fit. One along a sum of others' directions waits for a layout that has it as a direction.
      const bool known = std::any_of(group.rotations.begin(), group.rotations.end(),
                                     [&](const PlannedRotation& other) { return other.flip == rotation.flip; });
      if (rotation.flip != 0 && !known && !group.flips.extend(rotation.flip)) return false;
    }
    if (group.rows.contains(row)) return true;
    if (group.directions.size() == block_row_bits_) return false;
    group.rows.extend(row);
    group.directions.push_back(rotation.flip);
    return true;
  }

  Group take_group() {
    Group group;
    std::vector<PlannedRotation> skipped, rest;
    for (std::size_t place = 0; place < pending_.size(); ++place) {
      PlannedRotation& rotation = pending_[place];
      const bool free = skipped.size() < look_past &&
                        std::all_of(skipped.rbegin(), skipped.rend(),
                                    [&](const PlannedRotation& earlier) { return commute(earlier, rotation); });
      if (free && admit(group, rotation))
        group.rotations.push_back(std::move(rotation));
      else
        skipped.push_back(std::move(rotation));
    }
    pending_ = std::move(skipped);
    return group;
  }

  void add_pass() {
    Group group = take_group();
    for (std::uint32_t bit = 0; group.directions.size() < block_row_bits_; ++bit)
      if (group.rows.extend(1u << bit)) group.directions.push_back(1u << (bit + plan_.lane_bits));
    Pass pass;
    pass.directions = group.directions;
    const Layout layout(plan_.lane_bits, pass.directions);
    add_places(pass, layout, group.rows);
    for (PlannedRotation& rotation : group.rotations) {
      rotation.row_flip = layout.row(rotation.flip);
      rotation.lane_flip = layout.lane(rotation.flip);
      rotation.row_sign = layout.row_sign(rotation.sign);
      rotation.lane_sign = layout.lane_sign(rotation.sign);
      if (rotation.is_controlled()) add_block_controls(pass, layout, rotation);
    }
    pass.visits = plan_visits(group.rotations, block_row_bits_);
    limit_rows(pass);
    for (const PlannedRotation& rotation : group.rotations) reached_.extend(rotation.flip >> plan_.lane_bits);
    pass.first_rotation = static_cast<std::uint32_t>(plan_.rotations.size());
    pass.rotation_count = static_cast<std::uint32_t>(group.rotations.size());
    plan_.rotations.insert(plan_.rotations.end(), group.rotations.begin(), group.rotations.end());
    plan_.passes.push_back(std::move(pass));
    if (plan_.single_block) layout_ = plan_.passes.back().directions;
  }

  void add_block_controls(Pass& pass, const Layout& layout, PlannedRotation& rotation) const {
    std::vector<BlockControls::Condition> conditions;
    for (const auto& [mask, value] : rotation.controls)
      conditions.push_back({mask, value, layout.row_sign(mask), layout.lane_sign(mask)});
    rotation.block_controls = static_cast<std::uint32_t>(pass.controls.size());
    pass.controls.push_back(block_controls(conditions, rotation.row_flip, block_row_bits_));
  }

  void add_places(Pass& pass, const Layout& layout, const RowSpan& rows) {
    const Layout before(plan_.lane_bits, layout_);
    for (std::uint32_t row = 0; row < (1u << block_row_bits_); ++row) {
      const std::uint32_t index = layout.index(row);
      const bool fresh = !reached_.contains(index >> plan_.lane_bits);
      pass.places.push_back({before.row(index), static_cast<std::uint16_t>(before.lane(index)), fresh});
      pass.exchanges_lanes |= pass.places.back().lanes != 0;
    }
    RowSpan all = rows;
    for (std::uint32_t bit = 0; bit < plan_.row_bits && reached_.dimension() == plan_.row_bits; ++bit)
      if (!(rows.pivots() >> bit & 1)) pass.outer.push_back(1u << bit);
    if (reached_.dimension() == plan_.row_bits) return;
    for (const std::uint32_t row : reached_.members())
      if (all.extend(row)) pass.outer.push_back(row);
  }

  // A visit need not go over rows that nothing has reached by then.
  void limit_rows(Pass& pass) const {
    std::uint32_t used = 0;
    for (std::uint32_t row = 0; row < pass.places.size(); ++row)
      if (!pass.places[row].fresh) used |= row;
    for (BlockVisit& visit : pass.visits) {
      used |= visit.first_flip | visit.second_flip;
      const std::uint32_t needed = static_cast<std::uint32_t>(std::bit_width(used));
      visit.row_bits = visit.kind == BlockVisit::Kind::lanes ? needed : std::max(needed, fewest_row_bits);
    }
  }

  void add_measured(const MeasuredPauli& measured) {
    // A string that leads out of the reachable rows has expectation zero, whatever the angles.
    const std::optional<Pauli> rows = schedule_.basis.to_rows(measured.pauli);
    if (!rows) return;
    const Layout layout(plan_.lane_bits, layout_);
    const auto flip = static_cast<std::uint32_t>(rows->x), sign = static_cast<std::uint32_t>(rows->z);
    plan_.measured.push_back({layout.row(flip), layout.lane(flip), layout.row_sign(sign), layout.lane_sign(sign),
                              rows->phase == 1, measured.coefficient, measured.output, flip, sign});
  }

  RowBasis start_;
  Schedule schedule_;
  StatePlan plan_;
  std::uint32_t block_row_bits_ = 0;
  std::vector<PlannedRotation> pending_;
  RowSpan reached_;
  std::vector<std::uint32_t> layout_;  ///< directions of the rows as the state lies in memory
};

}  // namespace

std::uint32_t StatePlan::final_index(std::size_t row) const noexcept {
  if (!single_block || passes.empty()) return static_cast<std::uint32_t>(row << lane_bits);
  std::uint32_t index = 0;
  for (std::size_t bit = 0; bit < row_bits; ++bit)
    if (row >> bit & 1) index ^= passes.back().directions[bit];
  return index;
}

StatePlan plan_state(const RotationForm& form, std::uint32_t outputs, const PlanLimits& limits) {
  return Planner(form, outputs, limits).run(form);
}

}  // namespace tacit::quantum_sim
