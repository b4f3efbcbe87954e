#include "proto/credentials.h"

#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <cstdlib>
#include <mutex>
#include <system_error>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "proto/certificates.h"
#include "proto/grpc_log.h"
#include "proto/openssl_handles.h"

namespace tacit::wire {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_limit = std::size_t{1} << 20;

struct Side {
  const char* name;
  int purpose;
};
constexpr Side server_side{"server", X509_PURPOSE_SSL_SERVER};
constexpr Side client_side{"client", X509_PURPOSE_SSL_CLIENT};

struct TlsTexts {
  std::string certificate, key, authority;
};

/// gRPC 1.51 takes TLS versions 1.2 and 1.3 and offers no setting for it; what it takes is the list of cipher suites of
/// TLS 1.2. One that needs a pre-shared key, which neither side has, leaves no way to complete a handshake older
/// than 1.3.
void allow_only_tls_1_3() {
  static std::once_flag once;
  std::call_once(once, [] { setenv("GRPC_SSL_CIPHER_SUITES", "PSK-AES256-GCM-SHA384", 1); });
}

std::string read_named(const fs::path& file, const char* what) {
  if (file.empty()) fail(ErrorKind::configuration, "no {} file is given", what);
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) {
    fail(ErrorKind::configuration, "{} file {} does not exist or is not a file", what, file.string());
  }
  return read_text(file, file_limit);
}

void warn_if_exposed(const fs::path& key) {
  std::error_code error;
  const fs::perms others = fs::perms::group_all | fs::perms::others_all;
  const fs::file_status status = fs::status(key, error);
  if (!error && (status.permissions() & others) != fs::perms::none) {
    log::warning("private key {} is open to other users of this machine; its mode should be 0600", key.string());
  }
}

/// Verifies as the other side will: chain to the authority, dates, purpose.
void verify_chain(const TlsFiles& files, const std::vector<CertificateHandle>& chain,
                  const std::vector<CertificateHandle>& authorities, const Side& side, const std::string& description) {
  const StoreHandle store(X509_STORE_new());
  require_openssl(store != nullptr, "X509_STORE_new");
  for (const CertificateHandle& authority : authorities) {
    require_openssl(X509_STORE_add_cert(store.get(), authority.get()) == 1, "X509_STORE_add_cert");
  }
  const std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })> others(
      sk_X509_new_null());
  for (std::size_t i = 1; i < chain.size(); ++i) {
    require_openssl(sk_X509_push(others.get(), chain[i].get()) > 0, "sk_X509_push");
  }
  const StoreContextHandle context(X509_STORE_CTX_new());
  require_openssl(X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), others.get()) == 1,
                  "X509_STORE_CTX_init");
  X509_STORE_CTX_set_purpose(context.get(), side.purpose);
  if (X509_verify_cert(context.get()) == 1) return;
  const int reason = X509_STORE_CTX_get_error(context.get());
  fail(ErrorKind::configuration, "{} cannot serve as the {}'s certificate under the authority {}: {} ({})",
       files.certificate.string(), side.name, files.authority.string(), X509_verify_cert_error_string(reason),
       description);
}

TlsTexts read_and_check(const TlsFiles& files, const Side& side) {
  TlsTexts texts{read_named(files.certificate, "certificate"), read_named(files.key, "private key"),
                 read_named(files.authority, "authority")};
  const auto chain = parse_certificates(texts.certificate, files.certificate.string());
  const auto authorities = parse_certificates(texts.authority, files.authority.string());
  const KeyHandle key = parse_key(texts.key, files.key.string());
  const std::string description = to_string(describe_certificate(texts.certificate, files.certificate.string()));
  if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
    fail(ErrorKind::configuration, "{} is not the private key of {} ({})", files.key.string(),
         files.certificate.string(), description);
  }
  verify_chain(files, chain, authorities, side, description);
  warn_if_exposed(files.key);
  return texts;
}

}  // namespace

std::shared_ptr<grpc::ServerCredentials> server_credentials(const TlsFiles& files) {
  const TlsTexts texts = read_and_check(files, server_side);
  log_grpc_messages();
  allow_only_tls_1_3();
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = texts.authority;
  options.pem_key_cert_pairs.push_back({texts.key, texts.certificate});
  auto credentials = grpc::SslServerCredentials(options);
  if (credentials == nullptr)
    fail(ErrorKind::internal, "gRPC refused the server certificate {}", files.certificate.string());
  return credentials;
}

std::shared_ptr<grpc::ChannelCredentials> client_credentials(const TlsFiles& files) {
  const TlsTexts texts = read_and_check(files, client_side);
  log_grpc_messages();
  allow_only_tls_1_3();
  auto credentials = grpc::SslCredentials({texts.authority, texts.key, texts.certificate});
  if (credentials == nullptr)
    fail(ErrorKind::internal, "gRPC refused the client certificate {}", files.certificate.string());
  return credentials;
}

std::string peer_identity(const grpc::AuthContext& context) {
  if (!context.IsPeerAuthenticated()) fail(ErrorKind::peer, "the caller presented no verified certificate");
  const std::vector<grpc::string_ref> names = context.FindPropertyValues("x509_common_name");
  if (names.size() != 1)
    fail(ErrorKind::peer, "the caller's certificate has {} common names, expected one", names.size());
  std::string name(names.front().data(), names.front().size());
  if (!is_party_name(name)) fail(ErrorKind::peer, "the common name of the caller's certificate is not a party name");
  return name;
}

}  // namespace tacit::wire
