#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace tacit::wire {

/// A certificate and its private key (PKCS#8, no passphrase), both PEM.
struct Credential {
  std::string certificate_pem;
  std::string private_key_pem;
};

/// When a certificate counts: the closed interval [from, until], whole seconds.
struct Validity {
  using Time = std::chrono::sys_seconds;
  Time from;
  Time until;
  /// From an hour ago, so that a peer whose clock is a little behind accepts it too, for `days` days from now.
  /// Throws Error(usage) unless 1 <= days <= 36500.
  static Validity for_days(int days);
};

/// What one certificate says, for messages and checks.
struct CertificateDescription {
  std::string name;                                        ///< common name of the subject
  std::string issuer;                                      ///< common name of the issuer
  std::string serial;                                      ///< hexadecimal
  bool authority = false, server = false, client = false;  ///< what it may be used for
  std::vector<std::string> hosts;                          ///< subject alternative names: DNS names and IP addresses
  Validity validity;
};

/// Names of parties: 1 to 64 letters, digits, '.', '_' or '-', the first a letter, a digit or '_'.
bool is_party_name(std::string_view name);

// Certificates are X.509 v3 with ECDSA P-256 keys, SHA-256 signatures and random positive serials of 127 random bits
// (RFC 5280 wants at most 20 octets; CA/Browser Forum at least 64 random bits).
// All functions below throw Error(usage) on a bad name or host or an empty interval.

/// A self-signed authority: CA:TRUE, path length 0, key usage certificate and CRL signing.
Credential create_authority(const std::string& name, const Validity& validity);

/// A certificate for a coordinator that clients reach under any of `hosts` (DNS names or IP addresses, at least one).
/// Extended key usage serverAuth only. Throws Error(data) if `authority` does not parse, Error(usage) if its key is not
/// its certificate's, if it is not an authority, or if it ends before `validity` does.
Credential issue_server_certificate(const Credential& authority, const std::string& name,
                                    const std::vector<std::string>& hosts, const Validity& validity);

/// A certificate for a client: its identity is `name`, as common name and as subject alternative name. Extended key
/// usage clientAuth only. Errors as above.
Credential issue_client_certificate(const Credential& authority, const std::string& name, const Validity& validity);

/// Reads the first certificate of a PEM text. Throws Error(data) naming `origin`.
CertificateDescription describe_certificate(std::string_view pem, const std::string& origin);

/// One line: "client certificate 'site-a' issued by 'authority', valid 2025-01-31 10:00:00 to 2026-01-31 10:00:00 UTC".
std::string to_string(const CertificateDescription& description);

}  // namespace tacit::wire
