#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <latch>
#include <mutex>
#include <new>

#include "core/thread_pool.h"

namespace {

// Of this thread: how many more allocations succeed, or none is refused.
constexpr std::size_t unlimited = static_cast<std::size_t>(-1);
thread_local std::size_t allocations_left = unlimited;
thread_local std::size_t refused = 0;

void* allocate(std::size_t bytes) noexcept {
  if (allocations_left == 0) {
    ++refused;
    return nullptr;
  }
  if (allocations_left != unlimited) --allocations_left;
  return std::malloc(bytes ? bytes : 1);
}

void* allocate_or_throw(std::size_t bytes) {
  if (void* memory = allocate(bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// For the whole test program; as usual unless a test asks for refusals.
void* operator new(std::size_t bytes) {
  return allocate_or_throw(bytes);
}
void* operator new[](std::size_t bytes) {
  return allocate_or_throw(bytes);
}
// The sanitizers bring their own of these two, whose memory the functions below could not release.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate(bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate(bytes);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace tacit {
namespace {

// The first of these tasks come to workers while later ones cannot be queued any more.
TEST(ThreadPool, LoopsGoOnWithTheHelpersThatMemoryAllows) {
  constexpr std::size_t threads = 40, count = 2000;
  ThreadPool pool(threads);
  // All but one are held, so that tasks pile up in the queue, which then needs memory.
  std::latch held(threads - 1), release(1);
  for (std::size_t worker = 0; worker + 1 < threads; ++worker)
    pool.post([&] {
      held.count_down();
      release.wait();
    });
  held.wait();
  std::vector<std::atomic<int>> runs(count);
  const std::function<void(std::size_t)> body = [&](std::size_t index) { ++runs[index]; };
  std::size_t total_refused = 0;
  for (std::size_t allowed = 1; allowed < 4; ++allowed) {
    refused = 0;
    allocations_left = allowed;  // the loop itself takes the first
    bool threw = false;          // expectations need memory, so not here
    try {
      pool.for_each(count, body);
    } catch (const std::bad_alloc&) {
      threw = true;
    }
    allocations_left = unlimited;
    EXPECT_FALSE(threw);
    total_refused += refused;
    for (std::size_t index = 0; index < count; ++index) EXPECT_EQ(runs[index].exchange(0), 1);
  }
  release.count_down();
  EXPECT_GT(total_refused, 0u);
}

}  // namespace
}  // namespace tacit
