#include "bench/circuit_cases.h"

#include <initializer_list>

#include "bench/multiply_add_rate.h"

namespace tacit::bench {
namespace {

constexpr std::size_t batch = 256;

/// The product of what is listed, added to the table.
struct Rows {
  std::vector<CircuitCase>& table;
  void add(std::initializer_list<Work> works, std::initializer_list<std::uint32_t> sizes, std::size_t samples,
           std::initializer_list<std::size_t> threads) const {
    for (const Work work : works)
      for (const std::uint32_t qubits : sizes)
        for (const char* precision : {"float", "double"})
          for (const std::size_t count : threads) table.push_back({work, precision, qubits, samples, count});
  }
};

double median_seconds(const CircuitCase& which, const Patience& patience) {
  const auto work = prepare(which);
  return bench::median_seconds([&] { work->call(); }, which.threads == 1 ? thread_seconds : wall_seconds, patience);
}

MeasuredCase measure(const CircuitCase& which, const Patience& patience) {
  const double seconds = median_seconds(which, patience);
  const double rate = which.precision == "float" ? multiply_add_rate<float>() : multiply_add_rate<double>();
  return {which, seconds, multiply_adds(which) / rate};
}

}  // namespace

std::vector<CircuitCase> circuit_cases(Extent extent) {
  using enum Work;
  std::vector<CircuitCase> cases;
  const Rows rows{cases};
  if (extent == Extent::quick) {
    rows.add({forward, gradient, gradient_and_inputs, tangent}, {4}, 32, {1});
    rows.add({forward, gradient}, {6}, 1, {1});
    rows.add({forward}, {15}, 1, {2});
    rows.add({gradient}, {4}, 64, {2});
    return cases;
  }
  rows.add({forward, gradient, gradient_and_inputs, tangent}, {6, 8, 10}, batch, {1, 2});
  rows.add({gradient}, {12, 16}, 1, {1});
  rows.add({gradient}, {20}, 1, {1, 2});
  rows.add({forward}, {8, 16}, 1, {1});
  rows.add({forward}, {20, 24}, 1, {1, 2});
  return cases;
}

std::vector<MeasuredCase> measure_circuit_cases(Extent extent,
                                                const std::function<void(const MeasuredCase&, std::size_t)>& on_case) {
  const Patience patience = patience_for(extent);
  const std::vector<CircuitCase> cases = circuit_cases(extent);
  std::vector<MeasuredCase> measured;
  for (const CircuitCase& which : cases) {
    measured.push_back(measure(which, patience));
    on_case(measured.back(), cases.size());
  }
  return measured;
}

}  // namespace tacit::bench
