#pragma once

namespace tacit::bench {

/// Fused multiply-adds a second, counted by lane, that one thread reaches on registers alone: the limit that floors of
/// arithmetic are stated against. Measured anew by each call (some milliseconds). T is float or double.
template <class T>
double multiply_add_rate();

/// CPU seconds of the calling thread; unlike wall time it does not count what other processes take.
double thread_seconds();

}  // namespace tacit::bench
