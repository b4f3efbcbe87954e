#include "proto/openssl_handles.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <limits>

namespace tacit::wire {
namespace {

BioHandle reader_of(std::string_view pem, const std::string& origin) {
  if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    fail(ErrorKind::data, "{}: too large", origin);
  BioHandle bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  require_openssl(bio != nullptr, "BIO_new_mem_buf");
  return bio;
}

/// Nobody is asked for a passphrase on a terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

std::string openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "no reason given";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : fmt::format("error {:x}", code);
}

void require_openssl(bool ok, std::string_view what) {
  if (!ok) fail(ErrorKind::internal, "OpenSSL: {} failed: {}", what, openssl_reason());
}

std::vector<CertificateHandle> parse_certificates(std::string_view pem, const std::string& origin) {
  const BioHandle bio = reader_of(pem, origin);
  std::vector<CertificateHandle> certificates;
  ERR_clear_error();
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
    certificates.emplace_back(certificate);
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!at_end) fail(ErrorKind::data, "{}: not a PEM certificate: {}", origin, openssl_reason());
  ERR_clear_error();
  if (certificates.empty())
    fail(ErrorKind::data, "{}: no PEM certificate inside (expected -----BEGIN CERTIFICATE-----)", origin);
  return certificates;
}

KeyHandle parse_key(std::string_view pem, const std::string& origin) {
  const BioHandle bio = reader_of(pem, origin);
  ERR_clear_error();
  KeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (key == nullptr) {
    fail(ErrorKind::data, "{}: no readable PEM private key inside (expected one without passphrase): {}", origin,
         openssl_reason());
  }
  return key;
}

}  // namespace tacit::wire
