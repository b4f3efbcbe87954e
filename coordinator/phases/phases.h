#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "coordinator/clock.h"

namespace tacit::coordinator {

// The life of a run:
//
//   Joining -> Collecting -> Closing -> Collecting -> ... -> Closing -> Finished
//      \__________\_____________\______________________________________> Failed
//
// Each phase is a type that knows when it is over and what may follow: `next(now)` returns one of its own Successors or
// nothing yet. It has no clock, no network and no store: the engine tells it what happened and what time it is. A phase
// with a `deadline` ends by itself at that instant; the engine asks again then.

struct Collecting;
struct Closing;

/// The end: every round is closed.
struct Finished {};

/// The end: why the run cannot go on, as a sentence.
struct Failed {
  std::string reason;
};

/// Waits for members. Opened at t, it ends in [t, t + D) as soon as `minimum` have joined, or fails at t + D.
struct Joining {
  using Successors = std::variant<Collecting, Failed>;

  std::size_t minimum = 1;
  std::chrono::milliseconds window{};  ///< D
  Instant deadline{};                  ///< t + D
  std::size_t joined = 0;

  std::optional<Successors> next(Instant now) const;
  std::string reason_to_wait() const;  ///< "3 of 5 clients have joined"
};

/// Waits for the updates of a cohort. Opened at t, it ends in [t, t + D) as soon as all have committed or withheld
/// theirs; at t + D it ends with what is there, if that is at least `minimum_updates`, else it fails and names who is
/// missing. It also fails as soon as too many have withheld theirs for `minimum_updates` to arrive.
struct Collecting {
  using Successors = std::variant<Closing, Failed>;

  std::uint32_t round = 1;
  // Set when the round is announced.
  std::vector<std::string> cohort{};
  std::size_t minimum_updates = 1;
  std::chrono::milliseconds window{};  ///< D
  Instant deadline{};                  ///< t + D
  std::set<std::string> committed{};
  std::set<std::string> withheld{};  ///< said that none will come

  std::optional<Successors> next(Instant now) const;
  std::vector<std::string> missing() const;  ///< neither committed nor withheld
  std::string reason_to_wait() const;        ///< "2 of 3 updates of round 4 have arrived"
};

/// Aggregates, evaluates and records; ends when the engine has set `closed`.
struct Closing {
  using Successors = std::variant<Collecting, Finished, Failed>;

  std::uint32_t round = 1;
  std::uint32_t rounds = 1;  ///< of the whole run; set when the phase begins
  bool closed = false;       ///< the round's result is durable

  std::optional<Successors> next(Instant now) const;
  std::string reason_to_wait() const;  ///< "round 4 is being aggregated and evaluated"
};

using Phase = std::variant<Joining, Collecting, Closing, Finished, Failed>;

template <class Candidate, class Variant>
inline constexpr bool is_alternative = false;
template <class Candidate, class... Types>
inline constexpr bool is_alternative<Candidate, std::variant<Types...>> = (std::is_same_v<Candidate, Types> || ...);

/// A phase that something can follow.
template <class P>
concept Transient = requires {
  typename P::Successors;
};

/// The only way to change a phase. A transition that `From` does not declare does not compile.
template <Transient From, class To>
requires is_alternative<To, typename From::Successors> Phase successor(const From&, To to) {
  return to;
}

/// Where to go when an error ends the work of any phase.
template <Transient From>
Phase failure(const From& from, std::string reason) {
  return successor(from, Failed{std::move(reason)});
}

}  // namespace tacit::coordinator
