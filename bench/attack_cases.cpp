#include "bench/attack_cases.h"

#include "bench/multiply_add_rate.h"

namespace tacit::bench {

std::vector<AttackCase> attack_cases(Extent extent) {
  if (extent == Extent::quick) return {{"mlp", "float", 1, 1}, {"lenet_dlg", "double", 1, 1}, {"vqc8", "double", 1, 3}};
  return {{"mlp", "float", 1, 1},        {"mlp", "double", 1, 1},       {"mlp", "float", 8, 1},
          {"lenet_dlg", "float", 1, 1},  {"lenet_dlg", "double", 1, 1}, {"lenet_dlg", "float", 8, 1},
          {"lenet_dlg", "double", 8, 1}, {"vqc8", "double", 1, 1},      {"vqc8", "double", 1, 10},
          {"vqc8", "double", 1, 64}};
}

MeasuredAttack measure(const AttackCase& which, const Patience& patience) {
  const auto work = prepare(which);
  const double seconds = median_seconds([&] { work->call(); }, thread_seconds, patience);
  const double rate = which.precision == "float" ? multiply_add_rate<float>() : multiply_add_rate<double>();
  return {which, seconds / static_cast<double>(AttackWork::iterations), work->multiply_adds() / rate};
}

std::vector<MeasuredAttack> measure_attack_cases(
    Extent extent, const std::function<void(const MeasuredAttack&, std::size_t)>& on_case) {
  const std::vector<AttackCase> cases = attack_cases(extent);
  std::vector<MeasuredAttack> measured;
  for (const AttackCase& which : cases) {
    measured.push_back(measure(which, patience_for(extent)));
    on_case(measured.back(), cases.size());
  }
  return measured;
}

}  // namespace tacit::bench
