#include "bench/training_cases.h"

#include "bench/multiply_add_rate.h"

namespace tacit::bench {
namespace {

MeasuredTraining measure(const TrainingCase& which, const Patience& patience) {
  const auto work = prepare(which);
  const double seconds = median_seconds([&] { work->call(); }, thread_seconds, patience);
  return {which, seconds, work->multiply_adds() / multiply_add_rate<float>()};
}

}  // namespace

std::vector<TrainingCase> training_cases(Extent extent) {
  using enum TrainingTask;
  if (extent == Extent::quick)
    return {{"mlp", step, 2}, {"lenet5", step, 2}, {"lenet_dlg", gradient, 1}, {"lenet_dlg", gradient_tangent, 1}};
  return {{"mlp", step, 32},
          {"lenet5", step, 32},
          {"cnn4", step, 32},
          {"lenet_dlg", gradient, 1},
          {"mlp", gradient_tangent, 1},
          {"mlp", gradient_tangent, 8},
          {"lenet_dlg", gradient_tangent, 1},
          {"lenet_dlg", gradient_tangent, 8}};
}

std::vector<MeasuredTraining> measure_training_cases(
    Extent extent, const std::function<void(const MeasuredTraining&, std::size_t)>& on_case) {
  const std::vector<TrainingCase> cases = training_cases(extent);
  std::vector<MeasuredTraining> measured;
  for (const TrainingCase& which : cases) {
    measured.push_back(measure(which, patience_for(extent)));
    on_case(measured.back(), cases.size());
  }
  return measured;
}

}  // namespace tacit::bench
