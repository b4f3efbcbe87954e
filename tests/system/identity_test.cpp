#include "core/error.h"
#include "system/deployment.h"

namespace tacit::system_tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Identity is the certificate: one of another authority gets nowhere, and the run goes on without it.
TEST(Identity, AClientOfAnotherAuthorityIsNoMember) {
  Deployment deployment(2, 1);
  deployment.start_coordinator();
  const TemporaryFolder foreign;
  const std::string pki = (foreign.path() / "pki").string();
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"pki", "init", pki}, {"pki", "issue", pki, "intruder"}}) {
    TacitProcess process(arguments);
    ASSERT_EQ(process.wait(), 0) << process.errors();
  }
  const auto file = deployment.client_file(0, pki, "intruder");
  std::string text = read_text(file);
  write_atomically(file, "[client]\ngive_up_after_seconds = 2\n" + text.substr(text.find('\n') + 1));
  TacitProcess intruder({"client", file});
  EXPECT_NE(intruder.wait(30s), 0);
  EXPECT_EQ(deployment.events("member_joined"), 0);
  deployment.start_clients();
  EXPECT_EQ(deployment.coordinator().wait(), 0) << deployment.coordinator().errors();
  EXPECT_EQ(deployment.events("member_joined"), 1);
}

TEST(Identity, AMissingKeyIsNamedBeforeAnyConnection) {
  Deployment deployment(1, 1);
  TacitProcess process({"client", deployment.client_file(0, deployment.certificates().string(), "nobody")});
  EXPECT_EQ(process.wait(30s), exit_code(ErrorKind::configuration));
  EXPECT_THAT(process.errors(), HasSubstr("nobody"));
}

}  // namespace
}  // namespace tacit::system_tests
