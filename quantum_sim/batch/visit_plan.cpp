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

// The mask that separates a sweep's pairs; for a lone phase, any that leads to the rows it turns.
std::uint32_t flip_of(const Sweep& sweep) {
  return sweep.kind == Sweep::Kind::phase ? std::bit_floor(sweep.role) : sweep.flip;
}

// What tells a pair's first row.
std::uint32_t role_of(const Sweep& sweep) {
  return is_plain(sweep) ? plain_role(sweep) : sweep.role;
}

// Of any unit. A visit reads and writes all rows from and to the nearest cache, and a stage fetches them there.
constexpr std::uint64_t cost_of_visit = 2, cost_of_stage = 1;

// Longer stages gain little, and all their ends are weighed.
constexpr std::size_t most_sweeps_of_stage = 64;

class Planner {
 public:
  Planner(const Program& program, VisitLimits limits, std::span<const CommutingLayer> kept)
      : sweeps_(program.sweeps), controlled_(program.controlled), limits_(limits), kept_(kept) {
    plan_.states = static_cast<std::uint32_t>(kept.size()) + 1;
  }

  VisitPlan forward() {
    return run([this](const CommutingLayer& layer) {
      const std::size_t first_visit = plan_.visits.size();
      add_range(layer.first_sweep, layer.end);
      plan_.visits[first_visit].source = state_ - 1;
    });
  }

  VisitPlan backward() {
    return run([this](const CommutingLayer& layer) { add_layer_back(layer); });
  }

 private:
  template <class AddLayer>
  VisitPlan run(const AddLayer& add_layer) {
    std::size_t begin = 0;
    for (const CommutingLayer& layer : kept_) {
      add_range(begin, layer.first_sweep);
      ++state_;
      add_layer(layer);
      begin = layer.end;
    }
    add_range(begin, sweeps_.size());
    return std::move(plan_);
  }

  void add_range(std::size_t begin, std::size_t end) {
    const std::vector<std::size_t> ends = best_ends(begin, end);
    for (; begin < end; begin = ends[begin])
      sweeps_[begin].is_controlled() ? add_controlled(begin) : add_stage(begin, ends[begin]);
  }

  // First, which is last on the way back, what undoes lambda.
  void add_layer_back(const CommutingLayer& layer) {
    std::vector<Visit> visits;
    for (std::size_t place = layer.first_sweep; place < layer.end;) {
      const VisitAt found = visit_at(place, layer.end, limits_.levels);
      visits.push_back(found.visit);
      visits.back().back = Visit::Back::undo_lambda;
      visits.back().source = state_ - 1;  // before the layer, so where the diagonal's gradients are taken
      place = found.end;
    }
    const std::size_t undoing = visits.size();
    for (std::size_t place = layer.first_rotation; place < layer.end;) {
      const VisitAt found = visit_at(place, layer.end, limits_.gradient_levels);
      visits.push_back(found.visit);
      visits.back().back = Visit::Back::gradients;
      visits.back().source = state_;
      place = found.end;
    }
    // Next to the last rotations undone, their gradients: a stage may take them in together.
    std::reverse(visits.begin() + static_cast<std::ptrdiff_t>(undoing), visits.end());
    add_stages(visits, sweeps_[layer.first_rotation].dimension);
  }

  void add_stages(std::span<Visit> visits, std::uint32_t dimension) {
    while (!visits.empty()) {
      Span block;
      std::size_t count = 0;
      for (; count < visits.size(); ++count) {
        Span larger = block;
        for (std::uint32_t level = 0; level < visits[count].levels; ++level) larger.add(visits[count].flips[level]);
        if (count > 0 && larger.dimension() > limits_.block_dimension) break;
        block = larger;
      }
      add_stage_of(visits.first(count), block, dimension);
      visits = visits.subspan(count);
    }
  }

  // For each sweep, the end of a stage that begins there, so that all stages from there on cost least. A stage that
  // goes on as far as it can may cut a visit in two.
  std::vector<std::size_t> best_ends(std::size_t first, std::size_t end_of_range) const {
    std::vector<std::size_t> ends(end_of_range);
    std::vector<std::uint64_t> costs(end_of_range + 1);
    for (std::size_t begin = end_of_range; begin-- > first;) {
      const std::size_t last = end_of_stage(begin, end_of_range);
      costs[begin] = std::numeric_limits<std::uint64_t>::max();
      std::uint64_t visits = 0;
      for (std::size_t place = begin; place < last; ++visits) {
        // Any sweep of the visit may be the stage's last. Of equals the longest stage.
        for (const std::size_t end = visit_at(place, last, limits_.levels).end; place < end; ++place) {
          const std::uint64_t cost = cost_of_stage + (visits + 1) * cost_of_visit + costs[place + 1];
          if (cost > costs[begin]) continue;
          costs[begin] = cost;
          ends[begin] = place + 1;
        }
      }
    }
    return ends;
  }

  std::size_t end_of_stage(std::size_t begin, std::size_t end_of_range) const {
    if (sweeps_[begin].is_controlled()) return begin + 1;
    Span span;
    std::size_t end = begin;
    bool has_diagonal = false;
    const std::size_t furthest = std::min(end_of_range, begin + most_sweeps_of_stage);
    for (; end < furthest && sweeps_[end].dimension == sweeps_[begin].dimension; ++end) {
      if (sweeps_[end].is_controlled()) break;
      if (sweeps_[end].kind == Sweep::Kind::diagonal) {
        // A block of all rows gains nothing by going on.
        if (has_diagonal || (end > begin && sweeps_[begin].dimension <= limits_.block_dimension)) break;
        has_diagonal = true;
      }
      if (const std::uint32_t flip = flip_of(sweeps_[end]))
        if (!span.contains(flip) && span.dimension() >= limits_.block_dimension) break;
      span.add(flip_of(sweeps_[end]));
    }
    return end;
  }

  void add_stage(std::size_t begin, std::size_t end) {
    Span block;
    for (std::size_t place = begin; place < end; ++place) block.add(flip_of(sweeps_[place]));
    std::vector<Visit> visits;
    for (std::size_t place = begin; place < end;) {
      const VisitAt found = visit_at(place, end, limits_.levels);
      visits.push_back(found.visit);
      place = found.end;
    }
    for (Visit& visit : visits) visit.source = state_;
    add_stage_of(visits, block, sweeps_[begin].dimension);
  }

  // Of visits whose flips span the block.
  void add_stage_of(std::span<Visit> visits, Span block, std::uint32_t dimension) {
    // Filled up with neighbouring rows.
    for (std::uint32_t bit = 0; bit < dimension && block.dimension() < limits_.block_dimension; ++bit)
      block.add(1u << bit);
    const std::vector<std::uint32_t> inside = block.smallest_basis();
    Stage stage;
    stage.first_visit = static_cast<std::uint32_t>(plan_.visits.size());
    for (Visit& visit : visits) add_visit(visit, inside);
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
    Visit visit = visit_at(place, place + 1, limits_.levels).visit;
    visit.source = state_;
    add_visit(visit, rows.steps);
    stage.end_visit = static_cast<std::uint32_t>(plan_.visits.size());
    plan_.stages.push_back(stage);
  }

  void add_visit(Visit& visit, std::span<const std::uint32_t> block) {
    visit.target = state_;
    add_steps(visit, block);
    plan_.visits.push_back(visit);
  }

  struct VisitAt {
    Visit visit;  ///< without steps
    std::size_t end;
  };

  // The longest visit of sweeps from `place` on.
  VisitAt visit_at(std::size_t place, std::size_t end, std::uint32_t most_levels) const {
    Visit visit;
    visit.first_sweep = static_cast<std::uint32_t>(place);
    if (sweeps_[place].kind == Sweep::Kind::diagonal) {
      visit.diagonal = sweeps_[place++].diagonal;
      if (place == end || !is_plain(sweeps_[place])) return {visit, place};
      visit.first_sweep = static_cast<std::uint32_t>(place);
      most_levels = std::min(most_levels, limits_.levels_behind_diagonal);
    }
    while (place < end && sweeps_[place].kind != Sweep::Kind::diagonal && joins(visit, sweeps_[place], most_levels)) {
      const Sweep& sweep = sweeps_[place++];
      visit.flips[visit.levels] = flip_of(sweep);
      visit.roles[visit.levels] = role_of(sweep);
      visit.signs[visit.levels] = sweep.sign;
      ++visit.levels;
    }
    return {visit, place};
  }

  bool joins(const Visit& visit, const Sweep& next, std::uint32_t most_levels) const {
    if (visit.levels == 0) return true;
    const Sweep& first = sweeps_[visit.first_sweep];
    if (visit.levels == most_levels || !is_plain(first) || !is_plain(next) || first.kind != next.kind) return false;
    Span flips;
    for (std::uint32_t level = 0; level < visit.levels; ++level) {
      if (!leave_alone(sweeps_[visit.first_sweep + level], next)) return false;
      flips.add(visit.flips[level]);
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
  std::span<const CommutingLayer> kept_;
  std::uint32_t state_ = 0;  ///< that the sweeps being added write
  VisitPlan plan_;
};

}  // namespace

VisitPlan plan_forward(const Program& program, VisitLimits limits, std::span<const CommutingLayer> kept) {
  return Planner(program, limits, kept).forward();
}

VisitPlan plan_backward(const Program& program, VisitLimits limits, std::span<const CommutingLayer> kept) {
  return Planner(program, limits, kept).backward();
}

}  // namespace tacit::quantum_sim
