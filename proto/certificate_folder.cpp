#include "proto/certificate_folder.h"

#include <algorithm>
#include <system_error>

#include "core/error.h"
#include "core/files.h"
#include "proto/certificates.h"
#include "proto/openssl_handles.h"

namespace tacit::wire {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_limit = std::size_t{1} << 20;
constexpr const char* authority_name = "ca";

fs::path certificate_file(const fs::path& folder, const std::string& name) {
  return folder / (name + ".pem");
}
fs::path key_file(const fs::path& folder, const std::string& name) {
  return folder / (name + ".key");
}

void refuse_existing(const fs::path& folder, const std::string& name) {
  for (const fs::path& file : {certificate_file(folder, name), key_file(folder, name)}) {
    std::error_code ignored;
    if (fs::symlink_status(file, ignored).type() != fs::file_type::not_found) {
      fail(ErrorKind::usage, "{} exists already and is not replaced", file.string());
    }
  }
}

/// The key first: a certificate whose key is missing would be of no use to anybody. Both or none.
void write_pair(const fs::path& folder, const std::string& name, const Credential& credential) {
  refuse_existing(folder, name);
  write_atomically(key_file(folder, name), credential.private_key_pem, 0600);
  try {
    write_atomically(certificate_file(folder, name), credential.certificate_pem);
  } catch (...) {
    std::error_code ignored;
    fs::remove(key_file(folder, name), ignored);
    throw;
  }
}

Credential read_authority(const fs::path& folder) {
  const fs::path certificate = certificate_file(folder, authority_name);
  const fs::path key = key_file(folder, authority_name);
  for (const fs::path& file : {certificate, key}) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
      fail(ErrorKind::configuration,
           "{} is missing: {} has no certificate authority (make one with: tacit pki init {})", file.string(),
           folder.string(), folder.string());
    }
  }
  Credential authority{read_text(certificate, file_limit), read_text(key, file_limit)};
  const auto parsed = parse_certificates(authority.certificate_pem, certificate.string());
  const KeyHandle parsed_key = parse_key(authority.private_key_pem, key.string());
  if (X509_check_private_key(parsed.front().get(), parsed_key.get()) != 1) {
    fail(ErrorKind::configuration, "{} is not the key of {}", key.string(), certificate.string());
  }
  return authority;
}

/// `days` from now, but never beyond the authority itself: an authority and a certificate made for equally many days, a
/// moment apart, must fit.
Validity within(const Credential& authority, int days) {
  Validity validity = Validity::for_days(days);
  const auto end = describe_certificate(authority.certificate_pem, "the authority's certificate").validity.until;
  validity.until = std::min(validity.until, end);
  return validity;
}

void refuse_reserved(const std::string& name) {
  if (name == authority_name) fail(ErrorKind::usage, "certificate name '{}' is kept for the authority", name);
}

}  // namespace

void create_authority_folder(const fs::path& folder, const std::string& name, int days) {
  refuse_existing(folder, authority_name);
  const Credential authority = create_authority(name, Validity::for_days(days));
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) fail(ErrorKind::io, "cannot create folder {}: {}", folder.string(), error.message());
  write_pair(folder, authority_name, authority);
}

TlsFiles issue_server_files(const fs::path& folder, const std::string& name, const std::vector<std::string>& hosts,
                            int days) {
  refuse_reserved(name);
  const Credential authority = read_authority(folder);
  const Credential credential = issue_server_certificate(authority, name, hosts, within(authority, days));
  write_pair(folder, name, credential);
  return files_of(folder, name);
}

TlsFiles issue_client_files(const fs::path& folder, const std::string& name, int days) {
  refuse_reserved(name);
  const Credential authority = read_authority(folder);
  const Credential credential = issue_client_certificate(authority, name, within(authority, days));
  write_pair(folder, name, credential);
  return files_of(folder, name);
}

TlsFiles files_of(const fs::path& folder, const std::string& name) {
  return {certificate_file(folder, name), key_file(folder, name), certificate_file(folder, authority_name)};
}

}  // namespace tacit::wire
