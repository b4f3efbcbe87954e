#include "attacks/lanes/fiber.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

TEST(Fibers, GoOnWhereTheyPaused) {
  std::string log;
  std::vector<Fiber> fibers;
  fibers.reserve(3);
  for (char name = 'a'; name < 'd'; ++name)
    fibers.emplace_back([&log, &fibers, name] {
      for (int step = 0; step < 3; ++step) {
        log += std::string(1, name) + std::to_string(step) + " ";
        fibers[static_cast<std::size_t>(name - 'a')].pause();
      }
    });
  for (int round = 0; round < 3; ++round)
    for (Fiber& fiber : fibers) EXPECT_TRUE(fiber.resume());
  for (Fiber& fiber : fibers) EXPECT_FALSE(fiber.resume());
  EXPECT_EQ(log, "a0 b0 c0 a1 b1 c1 a2 b2 c2 ");
  expect_error([&] { fibers[0].resume(); }, ErrorKind::usage, {"has ended"});
}

TEST(Fibers, PassExceptionsToWhoResumesThem) {
  Fiber* self = nullptr;
  Fiber fiber([&self] {
    try {
      throw std::logic_error("inside");
    } catch (const std::logic_error&) {
    }
    self->pause();
    throw std::runtime_error("out");
  });
  self = &fiber;
  EXPECT_TRUE(fiber.resume());
  EXPECT_THROW(fiber.resume(), std::runtime_error);
  EXPECT_THROW(fiber.resume(), Error);
}

/// Recursion with buffers, deeper than a few pages.
int deep(int levels, Fiber& fiber) {
  volatile char buffer[1024];
  for (volatile char& byte : buffer) byte = static_cast<char>(levels);
  if (levels == 0) {
    fiber.pause();
    return 0;
  }
  return buffer[levels] + deep(levels - 1, fiber);
}

TEST(Fibers, HaveRoomForDeepCalls) {
  Fiber* self = nullptr;
  int sum = 0;
  Fiber fiber([&] { sum = deep(100, *self); });
  self = &fiber;
  EXPECT_TRUE(fiber.resume());
  EXPECT_FALSE(fiber.resume());
  EXPECT_EQ(sum, 5050);
}

TEST(Fibers, UnwindWhatIsInTheMiddle) {
  const auto witness = std::make_shared<int>(1);
  bool went_on = false;
  {
    Fiber* self = nullptr;
    Fiber fiber([&self, &went_on, witness] {
      const auto copy = witness;
      self->pause();
      went_on = true;
    });
    self = &fiber;
    EXPECT_TRUE(fiber.resume());
    EXPECT_EQ(witness.use_count(), 3);
  }
  EXPECT_FALSE(went_on);
  EXPECT_EQ(witness.use_count(), 1);
  {
    const Fiber never_entered([witness] {});
  }
  EXPECT_EQ(witness.use_count(), 1);
}

}  // namespace
}  // namespace tacit::attacks
