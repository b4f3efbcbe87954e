#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "client/received_model_check.h"
#include "core/config.h"
#include "proto/blob.h"
#include "proto/certificate_folder.h"

namespace tacit::client {

/// The [client] section.
///
///   [client]
///   coordinator = "fl.example.org:7443"    # or "10.0.0.5:7443", "[::1]:7443"
///   certificate = "pki/site-a.pem"
///   key = "pki/site-a.key"
///   authority = "pki/ca.pem"
///   index = 3                              # number of this client in the run, its own among all clients
///   seed = 7                               # with index and round it decides order and choice of examples
///   give_up_after_seconds = 600            # end with an error after so long without contact
///   call_timeout_seconds = 30              # bound of one call
///   patience_seconds = 20                  # how long the coordinator may hold a question for work
///   chunk_bytes = 1048576                  # of an update; a broken connection costs at most one chunk
///   received_model = "accept"              # warn, refuse: what to do if it looks made to give examples away
struct ClientSettings {
  std::string coordinator;
  wire::TlsFiles tls;
  std::uint32_t index = 0;
  std::uint64_t seed = 0;
  std::chrono::milliseconds give_up_after{600'000};
  std::chrono::milliseconds call_timeout{30'000};
  std::chrono::milliseconds patience{20'000};
  std::size_t chunk_bytes = wire::default_chunk_bytes;
  ReceivedModelPolicy received_model = ReceivedModelPolicy::accept;

  static ClientSettings from_config(ConfigTable section);
};

std::string_view to_string(ReceivedModelPolicy policy) noexcept;
/// The key `received_model` of a section; accept without it.
ReceivedModelPolicy received_model_policy_from_config(ConfigTable& section);

/// Throws Error(usage) unless `address` is "host:port" with a port in 1..65535; an IPv6 host stands in brackets.
void check_address(const std::string& address);

}  // namespace tacit::client
