#pragma once

#include <memory>
#include <string>

#include "proto/certificate_folder.h"

namespace grpc {
class AuthContext;
class ChannelCredentials;
class ServerCredentials;
}  // namespace grpc

namespace tacit::wire {

// Both sides speak TLS 1.3 and nothing older, both present a certificate, and both verify the other's against the
// authority. The files are checked before any connection. Error(configuration) names the file that is missing, expired,
// not yet valid, for the other role, from another authority, or a key of another certificate; Error(data) the one that
// does not parse. A private key that others than its owner may read is reported as a warning.

/// For a coordinator. A client without a certificate that `files.authority` issued for clients gets no further than the
/// handshake: no handler runs.
std::shared_ptr<grpc::ServerCredentials> server_credentials(const TlsFiles& files);

/// For a client. The coordinator's certificate must name the host or address that the client dials.
std::shared_ptr<grpc::ChannelCredentials> client_credentials(const TlsFiles& files);

/// Who the other end of a call is: the common name of its verified certificate. Throws Error(peer) if the connection is
/// not authenticated or that name is not a party name (proto/certificates.h).
std::string peer_identity(const grpc::AuthContext& context);

}  // namespace tacit::wire
