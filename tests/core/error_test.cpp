#include "core/error.h"

#include <set>

namespace tacit {
namespace {

constexpr ErrorKind kinds[] = {ErrorKind::internal, ErrorKind::usage,      ErrorKind::configuration, ErrorKind::data,
                               ErrorKind::io,       ErrorKind::peer,       ErrorKind::deadline,      ErrorKind::state,
                               ErrorKind::resource, ErrorKind::interrupted};

TEST(Error, EveryKindHasItsOwnExitCodeAndName) {
  std::set<int> codes;
  std::set<std::string> names;
  for (ErrorKind kind : kinds) {
    codes.insert(exit_code(kind));
    names.insert(to_string(kind));
    EXPECT_GT(exit_code(kind), 0);
    EXPECT_LT(exit_code(kind), 256);
  }
  EXPECT_EQ(codes.size(), std::size(kinds));
  EXPECT_EQ(names.size(), std::size(kinds));
  EXPECT_EQ(exit_code(ErrorKind::configuration), 3);
  EXPECT_EQ(exit_code(ErrorKind::interrupted), 130);
}

// A message may quote a file: nothing of it may end the message early or hide on a screen.
TEST(Error, WritesOutControlCharacters) {
  const Error error(ErrorKind::data, std::string("'1\0"
                                                 "2\r3\x1b' in\nline\t4",
                                                 18));
  EXPECT_STREQ(error.what(), "'1\\x002\\x0d3\\x1b' in\nline\t4");
}

TEST(Error, FailFormatsItsMessage) {
  try {
    fail(ErrorKind::peer, "client {} sent {} bytes", "c", 3);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::peer);
    EXPECT_STREQ(error.what(), "client c sent 3 bytes");
  }
}

}  // namespace
}  // namespace tacit
