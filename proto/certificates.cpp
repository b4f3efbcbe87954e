#include "proto/certificates.h"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "proto/openssl_handles.h"

namespace tacit::wire {
namespace {

using std::chrono::system_clock;

/// What tells the three sorts of certificate apart. Extension values in OpenSSL's configuration notation.
struct Profile {
  std::string name;
  std::string alternative_names;  ///< empty: none
  const char* basic_constraints;
  const char* key_usage;
  const char* extended_key_usage;  ///< nullptr: none
};

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_ip_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

bool is_dns_name(const std::string& host) {
  return !host.empty() && host.size() <= 253 && is_alphanumeric(host.front()) &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; });
}

void check_request(const std::string& name, const Validity& validity) {
  if (!is_party_name(name)) {
    fail(ErrorKind::usage,
         "certificate name '{}': expected 1 to 64 letters, digits, '.', '_' or '-', not starting with '.' or '-'",
         name);
  }
  if (validity.until <= validity.from)
    fail(ErrorKind::usage, "certificate '{}': its validity ends before it begins", name);
}

std::string alternative_names_of(const std::vector<std::string>& hosts) {
  if (hosts.empty())
    fail(ErrorKind::usage, "server certificate: no host given, expected at least one DNS name or IP address");
  std::string list;
  for (const std::string& host : hosts) {
    const bool ip = is_ip_address(host);
    if (!ip && !is_dns_name(host)) fail(ErrorKind::usage, "host '{}': neither a DNS name nor an IP address", host);
    list += fmt::format("{}{}:{}", list.empty() ? "" : ",", ip ? "IP" : "DNS", host);
  }
  return list;
}

KeyHandle generate_key() {
  KeyHandle key(EVP_EC_gen("P-256"));
  require_openssl(key != nullptr, "generating a P-256 key");
  return key;
}

void set_random_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  require_openssl(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "RAND_bytes");
  // A clear top bit keeps the number positive; a set next bit keeps its length fixed, and it from being zero.
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
  const BigNumberHandle number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  require_openssl(number != nullptr, "BN_bin2bn");
  require_openssl(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
                  "setting the serial number");
}

void set_validity(X509* certificate, const Validity& validity) {
  const bool ok = ASN1_TIME_set(X509_getm_notBefore(certificate), system_clock::to_time_t(validity.from)) != nullptr &&
                  ASN1_TIME_set(X509_getm_notAfter(certificate), system_clock::to_time_t(validity.until)) != nullptr;
  require_openssl(ok, "setting the validity");
}

void set_subject(X509* certificate, const std::string& name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto add = [&](const char* field, const std::string& value) {
    const auto* text = reinterpret_cast<const unsigned char*>(value.data());
    require_openssl(
        X509_NAME_add_entry_by_txt(subject, field, MBSTRING_ASC, text, static_cast<int>(value.size()), -1, 0) == 1,
        "setting the subject");
  };
  add("O", "Tacit");
  add("CN", name);
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  require_openssl(extension != nullptr, "making extension " + value);
  require_openssl(X509_add_ext(certificate, extension.get(), -1) == 1, "adding extension " + value);
}

/// Everything but the signature. `issuer` is nullptr for a self-signed certificate.
CertificateHandle unsigned_certificate(const Profile& profile, const Validity& validity, EVP_PKEY* key, X509* issuer) {
  CertificateHandle certificate(X509_new());
  require_openssl(certificate != nullptr, "X509_new");
  X509* const x = certificate.get();
  if (issuer == nullptr) issuer = x;
  require_openssl(X509_set_version(x, X509_VERSION_3) == 1, "X509_set_version");
  set_random_serial(x);
  set_validity(x, validity);
  set_subject(x, profile.name);
  require_openssl(X509_set_issuer_name(x, X509_get_subject_name(issuer)) == 1, "X509_set_issuer_name");
  require_openssl(X509_set_pubkey(x, key) == 1, "X509_set_pubkey");
  add_extension(x, issuer, NID_basic_constraints, profile.basic_constraints);
  add_extension(x, issuer, NID_key_usage, profile.key_usage);
  add_extension(x, issuer, NID_subject_key_identifier, "hash");
  add_extension(x, issuer, NID_authority_key_identifier, "keyid:always");
  if (profile.extended_key_usage != nullptr) add_extension(x, issuer, NID_ext_key_usage, profile.extended_key_usage);
  if (!profile.alternative_names.empty()) add_extension(x, issuer, NID_subject_alt_name, profile.alternative_names);
  return certificate;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Credential sign_and_encode(X509* certificate, EVP_PKEY* key, EVP_PKEY* signer) {
  require_openssl(X509_sign(certificate, signer, EVP_sha256()) > 0, "signing a certificate");
  const BioHandle certificate_text(BIO_new(BIO_s_mem()));
  require_openssl(PEM_write_bio_X509(certificate_text.get(), certificate) == 1, "encoding a certificate");
  const BioHandle key_text(BIO_new(BIO_s_secmem()));
  require_openssl(PEM_write_bio_PKCS8PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
                  "encoding a private key");
  return {text_of(certificate_text.get()), text_of(key_text.get())};
}

Credential issue(const Credential& authority, const Profile& profile, const Validity& validity) {
  const std::vector<CertificateHandle> issuers =
      parse_certificates(authority.certificate_pem, "the authority's certificate");
  X509* const issuer = issuers.front().get();
  const KeyHandle signer = parse_key(authority.private_key_pem, "the authority's key");
  if (X509_check_private_key(issuer, signer.get()) != 1) {
    fail(ErrorKind::usage, "the authority's key does not belong to the authority's certificate");
  }
  const CertificateDescription description =
      describe_certificate(authority.certificate_pem, "the authority's certificate");
  if (!description.authority)
    fail(ErrorKind::usage, "{} is not an authority and cannot issue certificates", to_string(description));
  if (validity.until > description.validity.until) {
    fail(ErrorKind::usage, "certificate '{}' would outlive its issuer: {}", profile.name, to_string(description));
  }
  const KeyHandle key = generate_key();
  const CertificateHandle certificate = unsigned_certificate(profile, validity, key.get(), issuer);
  return sign_and_encode(certificate.get(), key.get(), signer.get());
}

}  // namespace

Validity Validity::for_days(int days) {
  if (days < 1 || days > 36500) fail(ErrorKind::usage, "validity of {} days: expected 1 to 36500", days);
  const auto now = std::chrono::floor<std::chrono::seconds>(system_clock::now());
  return {now - std::chrono::hours(1), now + std::chrono::days(days)};
}

bool is_party_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

Credential create_authority(const std::string& name, const Validity& validity) {
  check_request(name, validity);
  const Profile profile{name, "", "critical,CA:TRUE,pathlen:0", "critical,keyCertSign,cRLSign", nullptr};
  const KeyHandle key = generate_key();
  const CertificateHandle certificate = unsigned_certificate(profile, validity, key.get(), nullptr);
  return sign_and_encode(certificate.get(), key.get(), key.get());
}

Credential issue_server_certificate(const Credential& authority, const std::string& name,
                                    const std::vector<std::string>& hosts, const Validity& validity) {
  check_request(name, validity);
  return issue(authority,
               {name, alternative_names_of(hosts), "critical,CA:FALSE", "critical,digitalSignature", "serverAuth"},
               validity);
}

Credential issue_client_certificate(const Credential& authority, const std::string& name, const Validity& validity) {
  check_request(name, validity);
  return issue(authority, {name, "DNS:" + name, "critical,CA:FALSE", "critical,digitalSignature", "clientAuth"},
               validity);
}

}  // namespace tacit::wire
