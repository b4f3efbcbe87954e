#include "core/digest.h"

#include "core/error.h"

namespace tacit {
namespace {

// The example of FIPS 180-4's validation suite.
TEST(Digest, OfAbcIsThePublishedOne) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, InPiecesEqualsWhole) { EXPECT_EQ(Sha256().update("a").update("").update("bc").finish(), sha256("abc")); }

TEST(Digest, HexRoundTripsAndRefusesWhatIsNot) {
  const Digest digest = sha256("x");
  EXPECT_EQ(digest_from_hex(to_hex(digest)), digest);
  EXPECT_THROW(digest_from_hex("00"), Error);
  EXPECT_THROW(digest_from_hex(std::string(64, 'g')), Error);
}

}  // namespace
}  // namespace tacit
