#include "core/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "core/error.h"

namespace tacit {
namespace {

using ::testing::HasSubstr;

TEST(Memory, SaysWhatIsNeededAndWhatThereIs) {
  EXPECT_GT(available_memory(), 0u);
  EXPECT_EQ(memory_objection(1024, "a little"), "");
  EXPECT_NO_THROW(require_memory(0, "nothing"));
  const std::string objection = memory_objection(1e30, "a lot");
  EXPECT_THAT(objection, HasSubstr("a lot needs 9.3e+20 GiB of memory, "));
  EXPECT_THAT(objection, HasSubstr("iB are available"));
  try {
    require_memory(1e30, "a lot");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::resource);
  }
}

TEST(Memory, CountsTheLimitsOfTheProcess) {
  for (const auto which : {RLIMIT_AS, RLIMIT_DATA}) {
    rlimit before{};
    getrlimit(which, &before);
    const rlimit limited{rlim_t{8} << 30, before.rlim_max};
    setrlimit(which, &limited);
    const std::uint64_t available = available_memory();
    setrlimit(which, &before);
    EXPECT_LT(available, std::uint64_t{8} << 30);
  }
}

}  // namespace
}  // namespace tacit
