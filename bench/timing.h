#pragma once

#include <cstddef>
#include <functional>

namespace tacit::bench {

enum class Extent {
  all,
  quick,  ///< few and small cases, a call each: seconds in total, to see that everything works
};

/// How often something is called: until both are reached, or the longest time is over.
struct Patience {
  std::size_t calls;
  double seconds;
  double longest_seconds;
};
Patience patience_for(Extent extent);

/// Seconds on the wall since some fixed moment; beside thread_seconds() the other clock.
double wall_seconds();

/// Median time of a call by `clock`, and how many were made: until so many, and so many seconds, are reached.
struct TimedCalls {
  double median_seconds;
  std::size_t calls;
};
TimedCalls time_calls(const std::function<void()>& call, double (*clock)(), std::size_t calls, double seconds);

/// Median time of a call by `clock`, after one that warms up; short calls are measured several together.
double median_seconds(const std::function<void()>& call, double (*clock)(), const Patience& patience);

}  // namespace tacit::bench
