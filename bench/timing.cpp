#include "bench/timing.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace tacit::bench {
namespace {

/// Reading the clock takes up to a microsecond.
constexpr double long_for_the_clock = 1e-4;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Seconds a call, of so many calls together.
double seconds_a_call(const std::function<void()>& call, double (*clock)(), std::size_t calls) {
  const double start = clock();
  for (std::size_t i = 0; i < calls; ++i) call();
  return (clock() - start) / static_cast<double>(calls);
}

}  // namespace

Patience patience_for(Extent extent) {
  return extent == Extent::quick ? Patience{1, 0, 1} : Patience{5, 0.25, 3};
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

TimedCalls time_calls(const std::function<void()>& call, double (*clock)(), std::size_t calls, double seconds) {
  std::vector<double> times;
  double total = 0;
  while (times.size() < calls || total < seconds) {
    times.push_back(seconds_a_call(call, clock, 1));
    total += times.back();
  }
  const std::size_t made = times.size();
  return {median(std::move(times)), made};
}

double median_seconds(const std::function<void()>& call, double (*clock)(), const Patience& patience) {
  call();  // Allocates, and warms caches.
  const double once = seconds_a_call(call, clock, 1);
  const std::size_t together =
      once > long_for_the_clock ? 1 : static_cast<std::size_t>(long_for_the_clock / std::max(once, 1e-8)) + 1;
  std::vector<double> times;
  double total = 0;
  while ((times.size() < patience.calls || total < patience.seconds) &&
         (times.empty() || total < patience.longest_seconds)) {
    times.push_back(seconds_a_call(call, clock, together));
    total += times.back() * static_cast<double>(together);
  }
  return median(std::move(times));
}

}  // namespace tacit::bench
