#include "client/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "refusal.h"

namespace tacit::client {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

ClientSettings parse(const std::string& text) {
  ConfigTable table = ConfigTable::parse_text(text, "client.toml");
  ClientSettings settings = ClientSettings::from_config(table.table("client"));
  table.finish();
  return settings;
}

const std::string complete =
    "[client]\ncoordinator = \"localhost:7443\"\ncertificate = \"a.pem\"\nkey = \"a.key\"\nauthority = \"ca.pem\"\n"
    "index = 3\n";

TEST(ClientSettings, ReadsItsSection) {
  const ClientSettings settings =
      parse(complete + "seed = 9\ngive_up_after_seconds = 1.5\ncall_timeout_seconds = 2\npatience_seconds = 4\n");
  EXPECT_EQ(settings.coordinator, "localhost:7443");
  EXPECT_EQ(settings.tls.certificate, "a.pem");
  EXPECT_EQ(settings.tls.key, "a.key");
  EXPECT_EQ(settings.tls.authority, "ca.pem");
  EXPECT_EQ(settings.index, 3u);
  EXPECT_EQ(settings.seed, 9u);
  EXPECT_EQ(settings.give_up_after, 1500ms);
  EXPECT_EQ(settings.call_timeout, 2s);
  EXPECT_EQ(settings.patience, 4s);
}

TEST(ClientSettings, HasDefaultsForTheRest) {
  const ClientSettings settings = parse(complete);
  EXPECT_EQ(settings.seed, 0u);
  EXPECT_EQ(settings.give_up_after, 600s);
  EXPECT_EQ(settings.call_timeout, 30s);
  EXPECT_EQ(settings.patience, 20s);
}

TEST(ClientSettings, NamesWhatIsWrong) {
  for (const char* line : {"index = -1", "index = 4294967296", "seed = -1", "give_up_after_seconds = 0",
                           "call_timeout_seconds = 1e9", "patience_seconds = \"long\"", "indx = 1"}) {
    std::string text = complete;
    const std::string key(line, std::string(line).find(' '));
    if (key == "index") text.erase(text.find("index"));
    EXPECT_THAT(refusal(ErrorKind::configuration, [&] { parse(text + line + "\n"); }),
                testing::AllOf(HasSubstr("client.toml:"), HasSubstr(key)));
  }
  EXPECT_THAT(refusal(ErrorKind::configuration, [] { parse("[client]\n"); }), HasSubstr("coordinator"));
  std::string text = complete;
  text.replace(text.find("localhost:7443"), 14, "localhost");
  EXPECT_THAT(refusal(ErrorKind::configuration, [&] { parse(text); }),
              testing::AllOf(HasSubstr("client.toml:2"), HasSubstr("host:port")));
}

TEST(Address, IsHostAndPort) {
  for (const char* good : {"localhost:1", "10.0.0.5:65535", "[::1]:7443", "a-b.example:80"}) {
    EXPECT_NO_THROW(check_address(good)) << good;
  }
  for (const char* bad :
       {"", "localhost", ":1", "localhost:", "localhost:0", "localhost:65536", "localhost:7x", "::1:7443", "[]:1",
        "[::1:1", "::1]:1", "[fe80::1]]:1", "[a b]:1", "a b:1", "http://a:1", "localhost:-1"}) {
    EXPECT_THROW(check_address(bad), Error) << bad;
  }
}

}  // namespace
}  // namespace tacit::client
