#include "client/settings.h"

#include <charconv>
#include <limits>

#include "core/error.h"

namespace tacit::client {
namespace {

std::chrono::milliseconds seconds_of(ConfigTable& section, std::string_view key, std::chrono::milliseconds fallback) {
  const double seconds = section.number(key, {0.1, 86400.0}, static_cast<double>(fallback.count()) / 1000);
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_host(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) return host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
  return !host.empty() && host.find_first_of(" \t\n/:[]") == std::string_view::npos;
}

}  // namespace

void check_address(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const std::string_view text = address;
  if (colon == std::string::npos || !is_host(text.substr(0, colon)) || !is_port(text.substr(colon + 1))) {
    fail(ErrorKind::usage, "address '{}': expected host:port, for example fl.example.org:7443 or [::1]:7443", address);
  }
}

std::string_view to_string(ReceivedModelPolicy policy) noexcept {
  switch (policy) {
    case ReceivedModelPolicy::accept:
      return "accept";
    case ReceivedModelPolicy::warn:
      return "warn";
    case ReceivedModelPolicy::refuse:
      return "refuse";
  }
  return "";
}

ReceivedModelPolicy received_model_policy_from_config(ConfigTable& section) {
  const std::string word = section.choice("received_model", {"accept", "warn", "refuse"}, "accept");
  if (word == "warn") return ReceivedModelPolicy::warn;
  return word == "refuse" ? ReceivedModelPolicy::refuse : ReceivedModelPolicy::accept;
}

ClientSettings ClientSettings::from_config(ConfigTable section) {
  ClientSettings settings;
  settings.coordinator = section.string("coordinator");
  try {
    check_address(settings.coordinator);
  } catch (const Error& error) {
    section.refuse("coordinator", error.what());
  }
  settings.tls = {section.string("certificate"), section.string("key"), section.string("authority")};
  settings.index = static_cast<std::uint32_t>(section.integer("index", {0, std::numeric_limits<std::uint32_t>::max()}));
  settings.seed = static_cast<std::uint64_t>(section.integer("seed", {0, std::numeric_limits<std::int64_t>::max()}, 0));
  settings.give_up_after = seconds_of(section, "give_up_after_seconds", settings.give_up_after);
  settings.call_timeout = seconds_of(section, "call_timeout_seconds", settings.call_timeout);
  settings.patience = seconds_of(section, "patience_seconds", settings.patience);
  const auto largest = static_cast<std::int64_t>(wire::largest_chunk_bytes);
  settings.chunk_bytes = static_cast<std::size_t>(
      section.integer("chunk_bytes", {1024, largest}, static_cast<std::int64_t>(settings.chunk_bytes)));
  settings.received_model = received_model_policy_from_config(section);
  return settings;
}

}  // namespace tacit::client
