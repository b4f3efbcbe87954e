// The plane rotations of g-sim, for every instruction set.
#include "quantum_sim/analysis/lie/g_sim_kernels.h"

#include "quantum_sim/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantum_sim/analysis/lie/g_sim_kernels.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using One = hn::CappedTag<double, 1>;
using Wide = hn::CappedTag<double, 8>;

template <class Kind, class Body>
HWY_INLINE void for_each(const ByGenerator<Kind>& kind, std::uint32_t generator, Body body) {
  const Kind* const end = kind.items.data() + kind.begin[generator + 1];
  for (const Kind* item = kind.items.data() + kind.begin[generator]; item != end; ++item) body(*item);
}

// Every pair of a generator as body(first, second).
template <class Body>
HWY_INLINE void for_each_pair(const PlanePlan& plan, std::uint32_t generator, Body body) {
  for_each(plan.runs, generator, [&](const PlaneRun& run) HWY_ATTR {
    for (std::uint32_t place = 0; place < run.length; ++place) body(run.first + place, run.second + place);
  });
  for_each(plan.rising, generator, [&](std::uint32_t place) HWY_ATTR { body(place, place + 1); });
  for_each(plan.falling, generator, [&](std::uint32_t place) HWY_ATTR { body(place + 1, place); });
  for_each(plan.scattered, generator, [&](const PlanePair& pair) HWY_ATTR { body(pair.first, pair.second); });
}

// (first, second) -> (cos first + sin second, cos second - sin first), the same for every pair of lanes.
template <class D>
struct Turn {
  using V = hn::Vec<D>;
  V cosine, sine;

  HWY_INLINE Turn(double c, double s) : cosine(hn::Set(D(), c)), sine(hn::Set(D(), s)) {}
  HWY_INLINE void operator()(V first, V second, double* HWY_RESTRICT one, double* HWY_RESTRICT two) const {
    hn::StoreU(hn::MulAdd(sine, second, hn::Mul(cosine, first)), D(), one);
    hn::StoreU(hn::NegMulAdd(sine, first, hn::Mul(cosine, second)), D(), two);
  }
};

template <class D>
HWY_INLINE void turn_at(const Turn<D>& turn, double* one, double* two) {
  turn(hn::LoadU(D(), one), hn::LoadU(D(), two), one, two);
}

// The transposed rotation, by the opposite angle.
void dual_pass(const PlaneProgram& program, std::size_t first_rotation, double* HWY_RESTRICT dual) {
  const PlanePlan& plan = *program.plan;
  for (std::size_t rotation = plan.generator.size(); rotation-- > first_rotation;) {
    const std::uint32_t generator = plan.generator[rotation];
    const Turn<Wide> wide(program.cosine[rotation], -program.sine[rotation]);
    const Turn<One> single(program.cosine[rotation], -program.sine[rotation]);
    for_each(plan.runs, generator, [&](const PlaneRun& run) HWY_ATTR {
      double* const one = dual + run.first;
      double* const two = dual + run.second;
      std::size_t place = 0;
      for (; place + hn::Lanes(Wide()) <= run.length; place += hn::Lanes(Wide()))
        turn_at(wide, one + place, two + place);
      for (; place < run.length; ++place) turn_at(single, one + place, two + place);
    });
    for_each(plan.rising, generator,
             [&](std::uint32_t place) HWY_ATTR { turn_at(single, dual + place, dual + place + 1); });
    for_each(plan.falling, generator,
             [&](std::uint32_t place) HWY_ATTR { turn_at(single, dual + place + 1, dual + place); });
    for_each(plan.scattered, generator,
             [&](const PlanePair& pair) HWY_ATTR { turn_at(single, dual + pair.first, dual + pair.second); });
  }
}

#if HWY_TARGET == HWY_SCALAR

void gradient_pass(const PlaneProgram& program, double* HWY_RESTRICT values, double* HWY_RESTRICT rate) {
  const PlanePlan& plan = *program.plan;
  for (std::size_t rotation = 0; rotation < plan.generator.size(); ++rotation) {
    const Turn<One> turn(program.cosine[rotation], program.sine[rotation]);
    double sum = 0;
    for_each_pair(plan, plan.generator[rotation], [&](std::uint32_t first, std::uint32_t second) {
      double* const one = values + 2 * std::size_t{first};
      double* const two = values + 2 * std::size_t{second};
      sum += one[1] * two[0] - two[1] * one[0];
      turn_at(turn, one, two);
      turn_at(turn, one + 1, two + 1);
    });
    rate[rotation] = sum;
  }
}

#else

// A string's value e and weight l lie side by side, so that one load brings both and one operation turns both. With
// first = (e_i, l_i) and second = (e_j, l_j), the rate l_i e_j - l_j e_i is a difference of lanes of first * swapped
// second, which are added up.
template <class D>
struct RateSum {
  using V = hn::Vec<D>;
  V sum;

  // Written out: a generated one would not be compiled for this instruction set.
  HWY_INLINE RateSum() : sum(hn::Zero(D())) {}

  HWY_INLINE void turn_at(const Turn<D>& turn, double* one, double* two) {
    const V first = hn::LoadU(D(), one), second = hn::LoadU(D(), two);
    turn(first, second, one, two);
    sum = hn::MulAdd(first, hn::Reverse2(D(), second), sum);
  }
  // Even lanes are e_i l_j, odd lanes l_i e_j.
  HWY_INLINE double rate() const {
    HWY_ALIGN double lanes[hn::MaxLanes(D())];
    hn::Store(sum, D(), lanes);
    double result = 0;
    for (std::size_t lane = 0; lane < hn::Lanes(D()); lane += 2) result += lanes[lane + 1] - lanes[lane];
    return result;
  }
};

void gradient_pass(const PlaneProgram& program, double* HWY_RESTRICT values, double* HWY_RESTRICT rate) {
  using Two = hn::CappedTag<double, 2>;
  const PlanePlan& plan = *program.plan;
  for (std::size_t rotation = 0; rotation < plan.generator.size(); ++rotation) {
    const std::uint32_t generator = plan.generator[rotation];
    const Turn<Wide> wide(program.cosine[rotation], program.sine[rotation]);
    const Turn<Two> narrow(program.cosine[rotation], program.sine[rotation]);
    RateSum<Wide> wide_sum;
    RateSum<Two> sum, other_sum;
    for_each(plan.runs, generator, [&](const PlaneRun& run) HWY_ATTR {
      double* const one = values + 2 * std::size_t{run.first};
      double* const two = values + 2 * std::size_t{run.second};
      const std::size_t count = 2 * std::size_t{run.length};
      std::size_t place = 0;
      for (; place + hn::Lanes(Wide()) <= count; place += hn::Lanes(Wide()))
        wide_sum.turn_at(wide, one + place, two + place);
      for (; place < count; place += 2) sum.turn_at(narrow, one + place, two + place);
    });
    for_each(plan.rising, generator, [&](std::uint32_t place) HWY_ATTR {
      double* const one = values + 2 * std::size_t{place};
      other_sum.turn_at(narrow, one, one + 2);
    });
    for_each(plan.falling, generator, [&](std::uint32_t place) HWY_ATTR {
      double* const two = values + 2 * std::size_t{place};
      other_sum.turn_at(narrow, two + 2, two);
    });
    for_each(plan.scattered, generator, [&](const PlanePair& pair) HWY_ATTR {
      sum.turn_at(narrow, values + 2 * std::size_t{pair.first}, values + 2 * std::size_t{pair.second});
    });
    rate[rotation] = wide_sum.rate() + sum.rate() + other_sum.rate();
  }
}

#endif

void rows_pass(const PlaneProgram& program, std::size_t end, const double* HWY_RESTRICT weights,
               double* HWY_RESTRICT dual, double* HWY_RESTRICT rows) {
  const Wide d;
  const PlanePlan& plan = *program.plan;
  for (std::size_t rotation = end; rotation-- > 0;) {
    const double* const weight = weights + row_lanes * rotation;
    const Turn<Wide> wide(program.cosine[rotation], -program.sine[rotation]);
    const Turn<One> single(program.cosine[rotation], -program.sine[rotation]);
    for_each_pair(plan, plan.generator[rotation], [&](std::uint32_t first, std::uint32_t second) HWY_ATTR {
      double* const one = rows + row_lanes * first;
      double* const two = rows + row_lanes * second;
      for (std::size_t lane = 0; lane < row_lanes; lane += hn::Lanes(d)) {
        // The derivative of l . R e by the angle is (l_i e_j - l_j e_i) after R.
        const auto w = hn::Load(d, weight + lane);
        wide(hn::NegMulAdd(w, hn::Set(d, dual[second]), hn::Load(d, one + lane)),
             hn::MulAdd(w, hn::Set(d, dual[first]), hn::Load(d, two + lane)), one + lane, two + lane);
      }
      turn_at(single, dual + first, dual + second);
    });
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::quantum_sim {

HWY_EXPORT(dual_pass);
HWY_EXPORT(gradient_pass);
HWY_EXPORT(rows_pass);

void run_dual(const PlaneProgram& program, std::size_t first, double* dual) {
  HWY_DYNAMIC_DISPATCH(dual_pass)(program, first, dual);
}

void run_gradient(const PlaneProgram& program, double* values_and_dual, double* rate) {
  HWY_DYNAMIC_DISPATCH(gradient_pass)(program, values_and_dual, rate);
}

void run_gradient_rows(const PlaneProgram& program, std::size_t end, const double* weight, double* dual, double* rows) {
  // What lies behind has no row to carry yet.
  run_dual(program, end, dual);
  HWY_DYNAMIC_DISPATCH(rows_pass)(program, end, weight, dual, rows);
}

}  // namespace tacit::quantum_sim
#endif
