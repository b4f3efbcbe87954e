#include "bench/circuit_cases.h"

#include <algorithm>
#include <chrono>
#include <initializer_list>

#include "bench/multiply_add_rate.h"

namespace tacit::bench {
namespace {

constexpr std::size_t batch = 256;
constexpr double long_for_the_clock = 1e-4;

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

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// How often a case is called: until both are reached, or the longest time is over.
struct Patience {
  std::size_t calls;
  double seconds;
  double longest_seconds;
};

/// Seconds a call, of so many calls together.
double seconds_a_call(CircuitWork& work, double (*clock)(), std::size_t calls) {
  const double start = clock();
  for (std::size_t call = 0; call < calls; ++call) work.call();
  return (clock() - start) / static_cast<double>(calls);
}

double median_seconds(const CircuitCase& which, const Patience& patience) {
  const auto work = prepare(which);
  const auto clock = which.threads == 1 ? thread_seconds : wall_seconds;
  work->call();  // Allocates, and warms caches.
  // Reading the clock takes up to a microsecond: short calls are measured several together.
  const double once = seconds_a_call(*work, clock, 1);
  const std::size_t together =
      once > long_for_the_clock ? 1 : static_cast<std::size_t>(long_for_the_clock / std::max(once, 1e-8)) + 1;
  std::vector<double> times;
  double total = 0;
  while ((times.size() < patience.calls || total < patience.seconds) &&
         (times.empty() || total < patience.longest_seconds)) {
    times.push_back(seconds_a_call(*work, clock, together));
    total += times.back() * static_cast<double>(together);
  }
  return median(std::move(times));
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
  const Patience patience = extent == Extent::quick ? Patience{1, 0, 1} : Patience{5, 0.25, 3};
  const std::vector<CircuitCase> cases = circuit_cases(extent);
  std::vector<MeasuredCase> measured;
  for (const CircuitCase& which : cases) {
    measured.push_back(measure(which, patience));
    on_case(measured.back(), cases.size());
  }
  return measured;
}

}  // namespace tacit::bench
