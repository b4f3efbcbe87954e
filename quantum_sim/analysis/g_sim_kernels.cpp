// The plane rotations of g-sim, for every instruction set.
#include "quantum_sim/analysis/g_sim_kernels.h"

#include "quantum_sim/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantum_sim/analysis/g_sim_kernels.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// One number a string: nothing to vectorise over but the pairs themselves, whose places are scattered.
void dual_pass(const PlaneProgram& program, double* HWY_RESTRICT dual) {
  for (std::size_t rotation = program.rotations; rotation-- > 0;) {
    const std::uint32_t generator = program.generator[rotation];
    const double cosine = program.cosine[rotation], sine = program.sine[rotation];
    const PlanePair* const end = program.pairs + program.begin[generator + 1];
    for (const PlanePair* pair = program.pairs + program.begin[generator]; pair != end; ++pair) {
      const double first = dual[pair->first], second = dual[pair->second];
      dual[pair->first] = cosine * first - sine * second;
      dual[pair->second] = cosine * second + sine * first;
    }
  }
}

#if HWY_TARGET == HWY_SCALAR

void gradient_pass(const PlaneProgram& program, double* HWY_RESTRICT values, double* HWY_RESTRICT rate) {
  for (std::size_t rotation = 0; rotation < program.rotations; ++rotation) {
    const std::uint32_t generator = program.generator[rotation];
    const double cosine = program.cosine[rotation], sine = program.sine[rotation];
    double sum = 0;
    for (std::size_t place = program.begin[generator]; place < program.begin[generator + 1]; ++place) {
      double* const one = values + 2 * std::size_t{program.pairs[place].first};
      double* const two = values + 2 * std::size_t{program.pairs[place].second};
      sum += one[1] * two[0] - two[1] * one[0];
      for (std::size_t side = 0; side < 2; ++side) {
        const double first = one[side], second = two[side];
        one[side] = cosine * first + sine * second;
        two[side] = cosine * second - sine * first;
      }
    }
    rate[rotation] = sum;
  }
}

#else

// A string's value e and weight l lie side by side, so that one load brings both and one operation turns both. With
// first = (e_i, l_i) and second = (e_j, l_j), the rate l_i e_j - l_j e_i is a difference of lanes of first * swapped
// second, which are added up in two chains.
struct PairTurn {
  using D = hn::CappedTag<double, 2>;
  using V = hn::Vec<D>;
  V cosine, sine;
  double* values;

  HWY_INLINE V operator()(const PlanePair& pair, V sum) const {
    const D d;
    double* const one = values + 2 * std::size_t{pair.first};
    double* const two = values + 2 * std::size_t{pair.second};
    const V first = hn::Load(d, one), second = hn::Load(d, two);
    hn::Store(hn::MulAdd(sine, second, hn::Mul(cosine, first)), d, one);
    hn::Store(hn::NegMulAdd(sine, first, hn::Mul(cosine, second)), d, two);
    return hn::MulAdd(first, hn::Reverse2(d, second), sum);
  }
};

void gradient_pass(const PlaneProgram& program, double* HWY_RESTRICT values, double* HWY_RESTRICT rate) {
  const PairTurn::D d;
  for (std::size_t rotation = 0; rotation < program.rotations; ++rotation) {
    const std::uint32_t generator = program.generator[rotation];
    const PairTurn turn{hn::Set(d, program.cosine[rotation]), hn::Set(d, program.sine[rotation]), values};
    PairTurn::V even = hn::Zero(d), odd = hn::Zero(d);
    const PlanePair* pair = program.pairs + program.begin[generator];
    const PlanePair* const end = program.pairs + program.begin[generator + 1];
    for (; pair + 1 < end; pair += 2) {
      even = turn(pair[0], even);
      odd = turn(pair[1], odd);
    }
    if (pair != end) even = turn(*pair, even);
    HWY_ALIGN double sums[2];
    hn::Store(hn::Add(even, odd), d, sums);
    // Lane 0 is e_i l_j, lane 1 is l_i e_j.
    rate[rotation] = sums[1] - sums[0];
  }
}

#endif

void rows_pass(const PlaneProgram& program, std::size_t end_rotation, const double* HWY_RESTRICT weights,
               double* HWY_RESTRICT dual, double* HWY_RESTRICT rows) {
  const hn::CappedTag<double, row_lanes> d;
  for (std::size_t rotation = end_rotation; rotation-- > 0;) {
    const std::uint32_t generator = program.generator[rotation];
    const double c = program.cosine[rotation], s = program.sine[rotation];
    const auto cosine = hn::Set(d, c), sine = hn::Set(d, s);
    const PlanePair* const end = program.pairs + program.begin[generator + 1];
    for (const PlanePair* pair = program.pairs + program.begin[generator]; pair != end; ++pair) {
      const double first_dual = dual[pair->first], second_dual = dual[pair->second];
      for (std::size_t lane = 0; lane < row_lanes; lane += hn::Lanes(d)) {
        double* const one = rows + row_lanes * pair->first + lane;
        double* const two = rows + row_lanes * pair->second + lane;
        const auto weight = hn::Load(d, weights + row_lanes * rotation + lane);
        // The derivative of l . R e by the angle is (l_i e_j - l_j e_i) after R.
        const auto first = hn::NegMulAdd(weight, hn::Set(d, second_dual), hn::Load(d, one));
        const auto second = hn::MulAdd(weight, hn::Set(d, first_dual), hn::Load(d, two));
        hn::Store(hn::NegMulAdd(sine, second, hn::Mul(cosine, first)), d, one);
        hn::Store(hn::MulAdd(sine, first, hn::Mul(cosine, second)), d, two);
      }
      dual[pair->first] = c * first_dual - s * second_dual;
      dual[pair->second] = c * second_dual + s * first_dual;
    }
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

void run_dual(const PlaneProgram& program, double* dual) {
  HWY_DYNAMIC_DISPATCH(dual_pass)(program, dual);
}

void run_gradient(const PlaneProgram& program, double* values_and_dual, double* rate) {
  HWY_DYNAMIC_DISPATCH(gradient_pass)(program, values_and_dual, rate);
}

void run_gradient_rows(const PlaneProgram& program, std::size_t end, const double* weight, double* dual, double* rows) {
  // What lies behind has no row to carry yet.
  PlaneProgram behind = program;
  behind.generator += end;
  behind.rotations -= end;
  behind.cosine += end;
  behind.sine += end;
  run_dual(behind, dual);
  HWY_DYNAMIC_DISPATCH(rows_pass)(program, end, weight, dual, rows);
}

}  // namespace tacit::quantum_sim
#endif
