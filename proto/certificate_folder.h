#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tacit::wire {

/// The files one party needs to speak TLS: its certificate (a chain is allowed, its own first), its private key, and
/// the certificate of the authority that must have issued the other side's.
struct TlsFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path authority;
};

// A certificate folder holds
//   ca.pem  ca.key           the authority; ca.key never leaves the folder
//   NAME.pem  NAME.key       one party; it gets these two and ca.pem
// Keys have mode 0600. No function replaces a file that exists: it fails with Error(usage) naming the file and writes
// nothing.

/// Creates the folder if it is missing, and an authority in it that is valid for `days` days.
void create_authority_folder(const std::filesystem::path& folder, const std::string& name, int days);

/// Issues a coordinator's certificate, valid for `days` days but not longer than the authority, into a folder with an authority. Throws Error(configuration) naming ca.pem or
/// ca.key if one is missing or they do not belong together; otherwise as issue_server_certificate.
TlsFiles issue_server_files(const std::filesystem::path& folder, const std::string& name,
                            const std::vector<std::string>& hosts, int days);

/// Issues a client's certificate. Errors as above.
TlsFiles issue_client_files(const std::filesystem::path& folder, const std::string& name, int days);

/// Paths of one party's files in a certificate folder, whether or not they exist.
TlsFiles files_of(const std::filesystem::path& folder, const std::string& name);

}  // namespace tacit::wire
