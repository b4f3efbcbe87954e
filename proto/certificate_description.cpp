#include <arpa/inet.h>
#include <fmt/chrono.h>
#include <openssl/bn.h>

#include <array>
#include <ctime>

#include "proto/certificates.h"
#include "proto/openssl_handles.h"

namespace tacit::wire {
namespace {

std::string common_name(const X509_NAME* name) {
  const int position = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (position < 0) return {};
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, position)));
  if (size < 0) return {};
  std::string result(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return result;
}

std::string hexadecimal_serial(const X509* certificate) {
  const BigNumberHandle number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  require_openssl(number != nullptr, "reading a serial number");
  char* text = BN_bn2hex(number.get());
  require_openssl(text != nullptr, "BN_bn2hex");
  std::string result = text;
  OPENSSL_free(text);
  return result;
}

Validity::Time time_of(const ASN1_TIME* time, const std::string& origin) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) fail(ErrorKind::data, "{}: a time of validity does not parse", origin);
  return Validity::Time(std::chrono::seconds(timegm(&parts)));
}

std::string text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_of(const ASN1_OCTET_STRING* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(address) != 16) return {};
  return inet_ntop(family, ASN1_STRING_get0_data(address), text.data(), text.size()) != nullptr ? text.data() : "";
}

std::vector<std::string> hosts_of(const X509* certificate) {
  const NamesHandle names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> hosts;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) hosts.push_back(text_of(name->d.dNSName));
    if (name->type == GEN_IPADD) hosts.push_back(address_of(name->d.iPAddress));
  }
  return hosts;
}

}  // namespace

CertificateDescription describe_certificate(std::string_view pem, const std::string& origin) {
  const std::vector<CertificateHandle> certificates = parse_certificates(pem, origin);
  X509* const certificate = certificates.front().get();
  CertificateDescription description;
  description.name = common_name(X509_get_subject_name(certificate));
  description.issuer = common_name(X509_get_issuer_name(certificate));
  description.serial = hexadecimal_serial(certificate);
  // OpenSSL's own judgement, so that it can never differ from what a handshake decides.
  description.authority = X509_check_ca(certificate) == 1;
  description.server = !description.authority && X509_check_purpose(certificate, X509_PURPOSE_SSL_SERVER, 0) == 1;
  description.client = !description.authority && X509_check_purpose(certificate, X509_PURPOSE_SSL_CLIENT, 0) == 1;
  description.hosts = hosts_of(certificate);
  description.validity = {time_of(X509_get0_notBefore(certificate), origin),
                          time_of(X509_get0_notAfter(certificate), origin)};
  return description;
}

std::string to_string(const CertificateDescription& description) {
  const char* role = description.authority                      ? "authority"
                     : description.server && description.client ? "server and client"
                     : description.server                       ? "server"
                     : description.client                       ? "client"
                                                                : "other";
  return fmt::format("{} certificate '{}' issued by '{}', valid {:%F %T} to {:%F %T} UTC", role, description.name,
                     description.issuer, description.validity.from, description.validity.until);
}

}  // namespace tacit::wire
