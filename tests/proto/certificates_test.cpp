#include "proto/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "core/files.h"
#include "core/random.h"
#include "proto/certificate_folder.h"
#include "refusal.h"

namespace tacit::wire {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

CertificateDescription described(const Credential& credential) {
  return describe_certificate(credential.certificate_pem, "a test certificate");
}

TEST(Certificates, SayWhatTheyWereAskedToSay) {
  const Validity validity = Validity::for_days(30);
  const Credential authority = create_authority("house", validity);
  const CertificateDescription top = described(authority);
  EXPECT_EQ(top.name, "house");
  EXPECT_EQ(top.issuer, "house");
  EXPECT_TRUE(top.authority);
  EXPECT_FALSE(top.server || top.client);

  const CertificateDescription server =
      described(issue_server_certificate(authority, "coordinator", {"localhost", "127.0.0.1", "::1"}, validity));
  EXPECT_TRUE(server.server);
  EXPECT_FALSE(server.authority || server.client);
  EXPECT_EQ(server.issuer, "house");
  EXPECT_THAT(server.hosts, ElementsAre("localhost", "127.0.0.1", "::1"));

  const CertificateDescription client = described(issue_client_certificate(authority, "site_a.b-c", validity));
  EXPECT_TRUE(client.client);
  EXPECT_FALSE(client.authority || client.server);
  EXPECT_EQ(client.name, "site_a.b-c");
  EXPECT_THAT(client.hosts, ElementsAre("site_a.b-c"));
  EXPECT_EQ(client.validity.from, validity.from);
  EXPECT_EQ(client.validity.until, validity.until);
}

TEST(Certificates, DescriptionIsOneReadableLine) {
  using namespace std::chrono;
  const Validity validity{sys_days{2031y / January / 31} + 10h, sys_days{2032y / March / 1} + 1s};
  EXPECT_EQ(to_string(described(create_authority("house", validity))),
            "authority certificate 'house' issued by 'house', valid 2031-01-31 10:00:00 to 2032-03-01 00:00:01 UTC");
}

TEST(Certificates, ValidityBeginsBeforeNow) {
  const Validity validity = Validity::for_days(2);
  const auto now = std::chrono::system_clock::now();
  EXPECT_LT(validity.from, now - std::chrono::minutes(59));
  EXPECT_GT(validity.until, now + std::chrono::hours(47));
  for (const int days : {0, -1, 36501}) refusal(ErrorKind::usage, [&] { Validity::for_days(days); });
}

TEST(Certificates, SerialsAre127RandomBitsAndKeysAreFresh) {
  std::set<std::string> serials, keys;
  for (int i = 0; i < 50; ++i) {
    const Credential credential = create_authority("house", Validity::for_days(1));
    const std::string serial = described(credential).serial;
    EXPECT_EQ(serial.size(), 32u) << serial;
    EXPECT_LT(serial.front(), '8') << "positive";
    serials.insert(serial);
    keys.insert(credential.private_key_pem);
  }
  EXPECT_EQ(serials.size(), 50u);
  EXPECT_EQ(keys.size(), 50u);
}

TEST(Certificates, RefuseBadNamesHostsAndTimes) {
  const Validity validity = Validity::for_days(1);
  const Credential authority = create_authority("house", validity);
  const std::vector<std::string> bad_names{"",         ".",
                                           "..",       ".hidden",
                                           "-x",       "a/b",
                                           "a b",      "a,DNS:b",
                                           "a\nb",     std::string("a\0b", 3),
                                           "\xc3\xa9", std::string(65, 'a')};
  for (const std::string& name : bad_names) {
    EXPECT_FALSE(is_party_name(name)) << name;
    refusal(ErrorKind::usage, [&] { create_authority(name, validity); });
    refusal(ErrorKind::usage, [&] { issue_client_certificate(authority, name, validity); });
    refusal(ErrorKind::usage, [&] { issue_server_certificate(authority, name, {"localhost"}, validity); });
  }
  EXPECT_TRUE(is_party_name(std::string(64, 'a')));
  for (const char* host : {"", "*", "a,DNS:evil", "-a", "a b", "1.2.3.4,IP:5.6.7.8", "fe80::1%eth0"}) {
    EXPECT_THAT(refusal(ErrorKind::usage,
                        [&] {
                          issue_server_certificate(authority, "c", {"ok", host}, validity);
                        }),
                HasSubstr("host"));
  }
  refusal(ErrorKind::usage, [&] { issue_server_certificate(authority, "c", {}, validity); });
  refusal(ErrorKind::usage, [&] { create_authority("house", {validity.until, validity.from}); });
}

TEST(Certificates, OnlyAnAuthorityWithItsOwnKeyIssues) {
  const Validity validity = Validity::for_days(1);
  const Credential authority = create_authority("house", validity);
  const Credential other = create_authority("other", validity);
  const Credential client = issue_client_certificate(authority, "a", validity);
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { issue_client_certificate(client, "b", validity); }),
              HasSubstr("is not an authority"));
  const Credential mixed{authority.certificate_pem, other.private_key_pem};
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { issue_client_certificate(mixed, "b", validity); }),
              HasSubstr("does not belong"));
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { issue_client_certificate(authority, "b", Validity::for_days(2)); }),
              HasSubstr("outlive"));
  refusal(ErrorKind::data, [&] { issue_client_certificate({"", authority.private_key_pem}, "b", validity); });
  refusal(ErrorKind::data, [&] { issue_client_certificate({authority.certificate_pem, ""}, "b", validity); });
}

TEST(Certificates, DamagedTextIsRefusedWithItsOrigin) {
  const std::string pem = create_authority("house", Validity::for_days(1)).certificate_pem;
  EXPECT_THAT(refusal(ErrorKind::data, [] { describe_certificate("", "house.pem"); }), HasSubstr("house.pem"));
  RandomStream random(RandomKey{.seed = 3, .purpose = Purpose::test});
  int refused = 0;
  for (int trial = 0; trial < 400; ++trial) {
    std::string damaged = pem.substr(0, random.below(pem.size() + 1));
    if (!damaged.empty()) damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
    try {
      describe_certificate(damaged, "house.pem");
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::data) << error.what();
      ASSERT_THAT(error.what(), HasSubstr("house.pem"));
      ++refused;
    }
  }
  EXPECT_GT(refused, 300);
}

// What a person does: both for the default number of days, one after the other.
TEST(CertificateFolder, CertificatesEndNoLaterThanTheirAuthority) {
  const TemporaryFolder temporary;
  create_authority_folder(temporary.path() / "pki", "house", 5);
  const TlsFiles client = issue_client_files(temporary.path() / "pki", "site-a", 30);
  const auto authority = describe_certificate(read_text(client.authority), "ca.pem");
  EXPECT_EQ(describe_certificate(read_text(client.certificate), "site-a.pem").validity.until, authority.validity.until);
}

TEST(CertificateFolder, HoldsAnAuthorityAndItsParties) {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "deep" / "pki";
  create_authority_folder(folder, "house", 10);
  const TlsFiles server = issue_server_files(folder, "coordinator", {"localhost"}, 5);
  const TlsFiles client = issue_client_files(folder, "site-a", 5);
  EXPECT_EQ(server.certificate, folder / "coordinator.pem");
  EXPECT_EQ(server.key, folder / "coordinator.key");
  EXPECT_EQ(client.authority, folder / "ca.pem");
  EXPECT_EQ(files_of(folder, "site-a").key, client.key);
  for (const fs::path& key : {folder / "ca.key", server.key, client.key}) {
    EXPECT_EQ(fs::status(key).permissions(), fs::perms::owner_read | fs::perms::owner_write) << key;
  }
  EXPECT_TRUE(describe_certificate(read_text(client.certificate), "").client);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 6)
      << "nothing else is left behind";
}

TEST(CertificateFolder, ReplacesNothing) {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path();
  create_authority_folder(folder, "house", 10);
  const std::string before = read_text(folder / "ca.key");
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { create_authority_folder(folder, "house", 10); }), HasSubstr("ca.pem"));
  issue_client_files(folder, "a", 5);
  const std::string key = read_text(folder / "a.key");
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { issue_client_files(folder, "a", 5); }), HasSubstr("a.pem"));
  EXPECT_EQ(read_text(folder / "ca.key"), before);
  EXPECT_EQ(read_text(folder / "a.key"), key);
  // Only one of the two is there: still nothing is replaced, and nothing is added.
  fs::remove(folder / "a.pem");
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { issue_client_files(folder, "a", 5); }), HasSubstr("a.key"));
  EXPECT_FALSE(fs::exists(folder / "a.pem"));
}

TEST(CertificateFolder, RefusesWithoutItsAuthority) {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path();
  EXPECT_THAT(refusal(ErrorKind::configuration, [&] { issue_client_files(folder, "a", 5); }), HasSubstr("ca.pem"));
  create_authority_folder(folder, "house", 10);
  refusal(ErrorKind::usage, [&] { issue_client_files(folder, "ca", 5); });
  refusal(ErrorKind::usage, [&] { issue_client_files(folder, "../a", 5); });

  create_authority_folder(folder / "foreign", "other", 10);
  fs::remove(folder / "ca.key");
  EXPECT_THAT(refusal(ErrorKind::configuration, [&] { issue_client_files(folder, "a", 5); }), HasSubstr("ca.key"));
  fs::copy_file(folder / "foreign" / "ca.key", folder / "ca.key");
  EXPECT_THAT(refusal(ErrorKind::configuration, [&] { issue_client_files(folder, "a", 5); }),
              HasSubstr("is not the key of"));
  write_atomically(folder / "ca.key", std::string_view("not a key"), 0600);
  EXPECT_THAT(refusal(ErrorKind::data, [&] { issue_client_files(folder, "a", 5); }), HasSubstr("ca.key"));
  EXPECT_FALSE(fs::exists(folder / "a.pem"));
  EXPECT_FALSE(fs::exists(folder / "a.key"));
}

}  // namespace
}  // namespace tacit::wire
