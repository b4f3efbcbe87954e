#include "proto/status.h"

namespace tacit::wire {
namespace {

TEST(Status, LosesNeitherKindNorMessage) {
  for (const ErrorKind kind :
       {ErrorKind::internal, ErrorKind::usage, ErrorKind::configuration, ErrorKind::data, ErrorKind::io,
        ErrorKind::peer, ErrorKind::deadline, ErrorKind::state, ErrorKind::resource, ErrorKind::interrupted}) {
    const Error there = to_error(to_status(Error(kind, "round 3 is closed; round 4 is open")), "PullWork");
    EXPECT_EQ(there.kind(), kind) << to_string(kind);
    EXPECT_STREQ(there.what(), "round 3 is closed; round 4 is open");
  }
}

TEST(Status, SaysWhatWasBeingDoneWhenTheConnectionItselfFails) {
  const Error error = to_error({grpc::StatusCode::UNAVAILABLE, "Connection refused"}, "coordinator h:7, Join");
  EXPECT_EQ(error.kind(), ErrorKind::peer);
  EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("coordinator h:7, Join"), testing::HasSubstr("refused")));
  EXPECT_EQ(to_error({grpc::StatusCode::DEADLINE_EXCEEDED, ""}, "x").kind(), ErrorKind::deadline);
  EXPECT_EQ(to_error({grpc::StatusCode::RESOURCE_EXHAUSTED, ""}, "x").kind(), ErrorKind::resource);
  EXPECT_THROW(to_error(grpc::Status::OK, "x"), Error);
}

TEST(Status, OnlyBrokenConnectionsAndStoppingCoordinatorsAreTransient) {
  EXPECT_TRUE(is_transient({grpc::StatusCode::UNAVAILABLE, ""}));
  EXPECT_TRUE(is_transient({grpc::StatusCode::DEADLINE_EXCEEDED, ""}));
  EXPECT_TRUE(is_transient(to_status(Error(ErrorKind::interrupted, "stopping"))));
  EXPECT_FALSE(is_transient(to_status(Error(ErrorKind::deadline, "the run waited in vain"))));
  EXPECT_FALSE(is_transient(to_status(Error(ErrorKind::state, "round 3 is closed"))));
  EXPECT_FALSE(is_transient(grpc::Status::OK));
}

}  // namespace
}  // namespace tacit::wire
