#include "quantum_sim/batch/visit_plan.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <span>

#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {
namespace {

/// Row masks closed under XOR.
class Span {
 public:
  std::uint32_t dimension() const noexcept { return static_cast<std::uint32_t>(reduced_.size()); }
  bool contains(std::uint32_t mask) const noexcept { return reduce(mask) == 0; }
  /// False if it was in there already.
  bool add(std::uint32_t mask) {
    mask = reduce(mask);
    if (mask != 0) reduced_.push_back(mask);
    return mask != 0;
  }
  /// Its basis of smallest numbers, in increasing order.
  std::vector<std::uint32_t> smallest_basis() const {
    std::vector<std::uint32_t> basis = reduced_;
    for (std::uint32_t& mask : basis)
      for (const std::uint32_t other : reduced_)
        if (mask != other && (mask & std::bit_floor(other))) mask ^= other;
    std::sort(basis.begin(), basis.end());
    return basis;
  }

 private:
  std::uint32_t reduce(std::uint32_t mask) const noexcept {
    // In order of insertion: a later entry lacks the highest bit of an earlier one.
    for (const std::uint32_t entry : reduced_)
      if (mask & std::bit_floor(entry)) mask ^= entry;
    return mask;
  }
  std::vector<std::uint32_t> reduced_;
};

bool is_plain(const Sweep& sweep) {
  const bool is_rotation = sweep.kind == Sweep::Kind::real || sweep.kind == Sweep::Kind::imaginary;
  return is_rotation && !sweep.grows && sweep.phase_slot == no_slot;
}

// The mask that separates a sweep's pairs; for a lone phase, any that leads to the rows it turns.
std::uint32_t flip_of(const Sweep& sweep) {
  return sweep.kind == Sweep::Kind::phase ? std::bit_floor(sweep.role) : sweep.flip;
}

// What tells a pair's first row; a plain imaginary rotation does not mind.
std::uint32_t role_of(const Sweep& sweep) {
  return is_plain(sweep) && sweep.kind == Sweep::Kind::imaginary ? 0 : sweep.role;
}

// Of any unit. A visit reads and writes all rows from and to the nearest cache, and a stage fetches them there.
constexpr std::uint64_t cost_of_visit = 2, cost_of_stage = 1;

// Longer stages gain little, and all their ends are weighed.
constexpr std::size_t most_sweeps_of_stage = 64;

class Planner {
 public:
  Planner(const Program& program, VisitLimits limits)
      : sweeps_(program.sweeps), controlled_(program.controlled), limits_(limits) {}

  VisitPlan run() {
    const std::vector<std::size_t> ends = best_ends();
    for (std::size_t begin = 0; begin < sweeps_.size(); begin = ends[begin])
      sweeps_[begin].is_controlled() ? add_controlled(begin) : add_stage(begin, ends[begin]);
    return std::move(plan_);
  }

 private:
  // For each sweep, the end of a stage that begins there, so that all stages from there on cost least. A stage that
  // goes on as far as it can may cut a visit in two.
  std::vector<std::size_t> best_ends() const {
    std::vector<std::size_t> ends(sweeps_.size());
    std::vector<std::uint64_t> costs(sweeps_.size() + 1);
    for (std::size_t begin = sweeps_.size(); begin-- > 0;) {
      const std::size_t last = end_of_stage(begin);
      costs[begin] = std::numeric_limits<std::uint64_t>::max();
      std::uint64_t visits = 0;
      for (std::size_t place = begin; place < last; ++visits) {
        // Any sweep of the visit may be the stage's last. Of equals the longest stage.
        for (const std::size_t end = visit_at(place, last).end; place < end; ++place) {
          const std::uint64_t cost = cost_of_stage + (visits + 1) * cost_of_visit + costs[place + 1];
          if (cost > costs[begin]) continue;
          costs[begin] = cost;
          ends[begin] = place + 1;
        }
      }
    }
    return ends;
  }

  std::size_t end_of_stage(std::size_t begin) const {
    if (sweeps_[begin].is_controlled()) return begin + 1;
    Span span;
    std::size_t end = begin;
    bool has_diagonal = false;
    const std::size_t furthest = std::min(sweeps_.size(), begin + most_sweeps_of_stage);
    for (; end < furthest && sweeps_[end].dimension == sweeps_[begin].dimension; ++end) {
      if (sweeps_[end].is_controlled()) break;
      if (sweeps_[end].kind == Sweep::Kind::diagonal) {
        if (has_diagonal) break;
        has_diagonal = true;
      } else if (has_diagonal && sweeps_[begin].dimension <= limits_.block_dimension) {
        break;
      }
      if (const std::uint32_t flip = flip_of(sweeps_[end]))
        if (!span.contains(flip) && span.dimension() >= limits_.block_dimension) break;
      span.add(flip_of(sweeps_[end]));
    }
    return end;
  }

  void add_stage(std::size_t begin, std::size_t end) {
    const std::uint32_t dimension = sweeps_[begin].dimension;
    Span block;
    for (std::size_t place = begin; place < end; ++place) block.add(flip_of(sweeps_[place]));
    // Filled up with neighbouring rows.
    for (std::uint32_t bit = 0; bit < dimension && block.dimension() < limits_.block_dimension; ++bit)
      block.add(1u << bit);
    const std::vector<std::uint32_t> inside = block.smallest_basis();
    Stage stage;
    stage.first_visit = static_cast<std::uint32_t>(plan_.visits.size());
    for (std::size_t place = begin; place < end;) place = add_visit(place, end, inside);
    stage.end_visit = static_cast<std::uint32_t>(plan_.visits.size());
    stage.first_step = static_cast<std::uint32_t>(plan_.steps.size());
    for (std::uint32_t bit = 0; bit < dimension; ++bit)
      if (block.add(1u << bit)) plan_.steps.push_back(1u << bit);
    stage.steps = static_cast<std::uint32_t>(plan_.steps.size()) - stage.first_step;
    plan_.stages.push_back(stage);
  }

  void add_controlled(std::size_t place) {
    const ControlledRows& rows = controlled_[sweeps_[place].controlled];
    Stage stage;
    stage.origin = rows.first;
    stage.first_visit = static_cast<std::uint32_t>(plan_.visits.size());
    add_visit(place, place + 1, rows.steps);
    stage.end_visit = static_cast<std::uint32_t>(plan_.visits.size());
    plan_.stages.push_back(stage);
  }

  // Returns the sweep after the visit.
  std::size_t add_visit(std::size_t place, std::size_t end, std::span<const std::uint32_t> block) {
    VisitAt found = visit_at(place, end);
    add_steps(found.visit, block);
    plan_.visits.push_back(found.visit);
    return found.end;
  }

  struct VisitAt {
    Visit visit;  ///< without steps
    std::size_t end;
  };

  // The longest visit of sweeps from `place` on.
  VisitAt visit_at(std::size_t place, std::size_t end) const {
    Visit visit;
    visit.first_sweep = static_cast<std::uint32_t>(place);
    while (place < end && sweeps_[place].kind != Sweep::Kind::diagonal && joins(visit, sweeps_[place])) {
      const Sweep& sweep = sweeps_[place++];
      visit.flips[visit.levels] = flip_of(sweep);
      visit.roles[visit.levels] = role_of(sweep);
      visit.signs[visit.levels] = sweep.sign;
      ++visit.levels;
    }
    const bool can_turn = visit.levels == 0 || is_plain(sweeps_[visit.first_sweep]);
    if (place < end && can_turn && sweeps_[place].kind == Sweep::Kind::diagonal)
      visit.diagonal = sweeps_[place++].diagonal;
    return {visit, place};
  }

  bool joins(const Visit& visit, const Sweep& next) const {
    if (visit.levels == 0) return true;
    const Sweep& first = sweeps_[visit.first_sweep];
    if (visit.levels == limits_.levels || !is_plain(first) || !is_plain(next) || first.kind != next.kind) return false;
    Span flips;
    for (std::uint32_t level = 0; level < visit.levels; ++level) {
      flips.add(visit.flips[level]);
      if (parity(visit.flips[level] & role_of(next)) || parity(visit.flips[level] & next.sign) ||
          parity(next.flip & visit.roles[level]) || parity(next.flip & visit.signs[level]))
        return false;
    }
    return !flips.contains(next.flip);
  }

  void add_steps(Visit& visit, std::span<const std::uint32_t> block) {
    visit.first_step = static_cast<std::uint32_t>(plan_.steps.size());
    Span covered;
    for (std::uint32_t level = 0; level < visit.levels; ++level) covered.add(visit.flips[level]);
    for (std::uint32_t step : block) {
      if (!covered.add(step)) continue;
      for (std::uint32_t level = 0; level < visit.levels; ++level)
        if (parity(step & visit.roles[level])) step ^= visit.flips[level];
      plan_.steps.push_back(step);
    }
    // Near rows first: the first steps are taken most often.
    std::sort(plan_.steps.begin() + visit.first_step, plan_.steps.end());
    visit.steps = static_cast<std::uint32_t>(plan_.steps.size()) - visit.first_step;
  }

  const std::vector<Sweep>& sweeps_;
  const std::vector<ControlledRows>& controlled_;
  VisitLimits limits_;
  VisitPlan plan_;
};

}  // namespace

VisitPlan plan_visits(const Program& program, VisitLimits limits) {
  return Planner(program, limits).run();
}

}  // namespace tacit::quantum_sim
