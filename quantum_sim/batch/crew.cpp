#include "quantum_sim/batch/crew.h"

#include <algorithm>

namespace tacit::quantum_sim {

// A pool of size zero would mean all processors.
Crew::Crew(std::size_t members) : members_(members), pool_(std::max<std::size_t>(members - 1, 1)) {
  try {
    for (std::size_t member = 1; member < members; ++member) pool_.post([this, member] { help(member); });
  } catch (...) {
    // Those that wait already must end, or the pool would wait for them for ever.
    start(nullptr, nullptr);
    throw;
  }
}

Crew::~Crew() {
  start(nullptr, nullptr);
}

void Crew::start(Entry entry, const void* context) noexcept {
  entry_ = entry;
  context_ = context;
  working_.store(static_cast<std::uint32_t>(members_ - 1), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
}

void Crew::wait() noexcept {
  for (std::uint32_t working; (working = working_.load(std::memory_order_acquire)) != 0;) working_.wait(working);
}

void Crew::help(std::size_t member) noexcept {
  for (std::uint32_t seen = 0;;) {
    round_.wait(seen, std::memory_order_acquire);
    // No round begins before the one before has ended, so each helper sees every one.
    ++seen;
    if (!entry_) return;
    entry_(context_, member);
    if (working_.fetch_sub(1, std::memory_order_acq_rel) == 1) working_.notify_one();
  }
}

}  // namespace tacit::quantum_sim
